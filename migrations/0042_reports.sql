create schema reports;

-- A question somebody keeps. `filters` as the question is asked; a period is two days, or named and read anew each time.
create table reports.query (
  id uuid primary key,
  owner_id uuid not null,
  name text not null,
  filters jsonb not null,
  created_at timestamptz not null,
  every text check (every in ('week', 'month')),
  next_at timestamptz,
  check ((every is null) = (next_at is null))
);
create index query_by_owner on reports.query (owner_id, id desc);
create index query_due on reports.query (next_at) where next_at is not null;

-- Whoever has the address may read the answer until then. Only the hash of its secret is kept.
create table reports.share (
  id uuid primary key,
  query_id uuid not null references reports.query on delete cascade deferrable initially deferred,
  secret_hash bytea not null unique,
  created_at timestamptz not null,
  expires_at timestamptz not null
);
create index share_by_query on reports.share (query_id);

-- What a schedule made, as it was then. It stays when its question is deleted.
create table reports.report (
  id uuid primary key,
  query_id uuid not null,
  owner_id uuid not null,
  name text not null,
  day_from date not null,
  day_to date not null,
  made_at timestamptz not null,
  workbook bytea,
  problem text,
  read_at timestamptz,
  check ((workbook is null) <> (problem is null)),
  unique (query_id, day_from, day_to)
);
create index report_by_owner on reports.report (owner_id, id desc);
