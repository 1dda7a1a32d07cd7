-- What every room stands on: the events that travel up, and the long work that people can watch.
create schema platform;

create table platform.outbox (
  id bigint generated always as identity primary key,
  topic text not null,
  payload jsonb not null,
  created_at timestamptz not null default now(),
  next_attempt_at timestamptz not null default now(),
  attempts int not null default 0,
  error text,
  delivered_at timestamptz
);
create index outbox_waiting on platform.outbox (id) where delivered_at is null;

create table platform.job (
  id uuid primary key,
  task text not null,
  payload jsonb not null,
  status text not null default 'waiting' check (status in ('waiting', 'running', 'done', 'failed', 'cancelled')),
  done bigint not null default 0,
  total bigint,
  note text,
  error text,
  result jsonb,
  attempts int not null default 0,
  attempts_max int not null,
  cancel_requested boolean not null default false,
  created_at timestamptz not null default now(),
  started_at timestamptz,
  ended_at timestamptz
);
create index job_by_status on platform.job (status, id);
