create schema royalties;

create table royalties.run (
  id uuid primary key,
  status text not null check (status in ('running', 'done', 'failed')),
  policy text not null check (policy in ('pro-rata', 'user-centric')),
  policy_version int not null,
  period_from timestamptz not null,
  period_to timestamptz not null,
  pool_minor bigint not null check (pool_minor > 0),
  currency text not null,
  min_play_ms int not null,
  scope jsonb not null,
  provenance text not null default 'counted',
  idempotency_key text unique,
  usage_hash text,
  rights_hash text,
  input_hash text,
  output_hash text,
  eligible_plays bigint,
  journal_id uuid,
  job_id uuid,
  frozen_at timestamptz,
  error text,
  created_by uuid,
  created_at timestamptz not null default now(),
  ended_at timestamptz
);

-- The frozen inputs of a run, each numbered in the order its hash is taken: what was played by whom (listener_no
-- numbers the listeners within the run, so that a statement can be checked without naming them), who owned it,
-- and what it was called, so that a later rename changes no statement.
-- No foreign keys to the run here: they would fire once a row, a million times a run, and the only writer holds
-- the run's row locked.
create table royalties.usage (
  run_id uuid not null,
  no int not null,
  listener_no int not null,
  recording_id uuid not null,
  day date not null,
  territory text not null,   -- '' where unknown
  source text not null,
  plays bigint not null check (plays > 0),
  played_ms bigint not null,
  primary key (run_id, no)
);

create table royalties.rights (
  run_id uuid not null,
  no int not null,
  recording_id uuid not null,
  territory text not null,   -- '' everywhere
  valid_from date not null,
  version int not null,
  split_id uuid not null,
  party_id uuid not null,
  party_name text not null,
  basis_points int not null check (basis_points between 1 and 10000),
  primary key (run_id, no)
);

create table royalties.recording (
  run_id uuid not null,
  recording_id uuid not null,
  title text not null,
  artist_name text not null,
  isrc text,
  primary key (run_id, recording_id)
);

create table royalties.statement (
  id uuid primary key,
  run_id uuid not null references royalties.run,
  line_no int not null,
  party_id uuid,           -- null: suspense
  name text not null,
  amount_minor bigint not null check (amount_minor >= 0),
  eligible_plays bigint not null,
  unique (run_id, line_no)
);
create index statement_by_party on royalties.statement (party_id, id);

-- What a statement is made of, by recording; parts sum to the statement exactly.
create table royalties.statement_line (
  statement_id uuid not null references royalties.statement,
  line_no int not null,
  recording_id uuid not null,
  eligible_plays bigint not null,
  played_ms bigint not null,
  amount_minor bigint not null check (amount_minor >= 0),
  primary key (statement_id, line_no)
);
