create schema sync;

-- What somebody missed and asked for. Where it stands is read from its calls.
create table sync.task (
  id uuid primary key,
  requested_by uuid not null,
  filters jsonb not null,
  cells int not null check (cells >= 0),
  created_at timestamptz not null,
  cancelled_at timestamptz
);
create index task_by_person on sync.task (requested_by, id desc);

-- One call to the service. Two people who miss the same share it.
create table sync.call (
  id bigint generated always as identity primary key,
  entity_id uuid not null,
  external_id text not null,
  what text not null check (what in ('song audience', 'followers', 'monthly listeners')),
  platform text not null,
  day_from date not null,
  day_to date not null check (day_to >= day_from and day_to - day_from < 90),
  status text not null default 'waiting' check (status in ('waiting', 'done', 'empty', 'failed')),
  attempts int not null default 0,
  problem text,
  ended_at timestamptz,
  unique (entity_id, external_id, what, platform, day_from, day_to)
);
create index call_waiting on sync.call (attempts, id) where status = 'waiting';

create table sync.task_call (
  task_id uuid not null references sync.task on delete cascade,
  call_id bigint not null references sync.call,
  primary key (task_id, call_id)
);
create index task_call_by_call on sync.task_call (call_id);

-- The service said stop: nobody is asked until then.
create table sync.rest (
  is_only boolean primary key default true check (is_only),
  until timestamptz not null,
  problem text not null
);
