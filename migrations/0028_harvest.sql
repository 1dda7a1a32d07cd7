create schema harvest;

-- Which sources an operator switched on. Nothing is fetched before.
create table harvest.source (
  name text primary key,
  is_on boolean not null default false,
  changed_by uuid,
  changed_at timestamptz,
  -- A source that failed again and again rests until then.
  resting_until timestamptz,
  failures int not null default 0
);

create table harvest.run (
  id uuid primary key,
  source text not null,
  requested_by uuid,              -- null: by the clock
  started_at timestamptz not null,
  ended_at timestamptz,
  status text not null check (status in ('running', 'success', 'partial', 'failed', 'cancelled')),
  tier text,
  requests int not null default 0,
  facts int not null default 0,
  entries int not null default 0,
  problem text
);
create index run_by_source on harvest.run (source, started_at desc);
create index run_recent on harvest.run (started_at desc);

-- Every body as it came, so that a better parser can read it again.
create table harvest.payload (
  id uuid primary key,
  run_id uuid not null references harvest.run deferrable initially deferred,
  source text not null,
  request text not null,          -- the address without secrets
  status int not null,
  content_type text,
  etag text,
  body bytea not null,            -- gzip
  body_bytes int not null,
  sha256 text not null,
  fetched_at timestamptz not null default now(),
  problem text                    -- why nothing could be read out of it
);
create index payload_by_run on harvest.payload (run_id);
create index payload_by_request on harvest.payload (source, request, fetched_at desc);

create table harvest.quota (
  source text not null,
  day date not null,
  used int not null,
  primary key (source, day)
);
