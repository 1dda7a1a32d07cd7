create schema economy;

-- What somebody changed of the model's assumptions, never edited: the newest version of a key counts. What is not here stands in
-- the code with its source.
create table economy.assumption (
  key text not null,
  version int not null,
  low numeric not null,
  central numeric not null,
  high numeric not null,
  source text not null,
  confidence text not null check (confidence in ('high', 'medium', 'low', 'uncited')),
  reason text not null,
  set_by uuid not null,
  set_at timestamptz not null default now(),
  primary key (key, version),
  check (low <= central and central <= high)
);
