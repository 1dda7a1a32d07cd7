create schema recommend;

-- One fit of what is heard together. The newest is used; the one before stays, to be compared with.
create table recommend.model (
  id uuid primary key,
  version int not null unique,
  made_at timestamptz not null,
  listeners int not null,
  recordings int not null,
  pairs int not null,
  fit_ms int not null,
  evaluation jsonb,     -- on listening that was held back; null: too little of it
  provenance text not null check (provenance in ('api', 'scrape', 'import', 'counted', 'estimated', 'demo'))
);

-- What hearing one recording says of others: targets with their weights, the strongest first.
create table recommend.item (
  model_id uuid not null references recommend.model on delete cascade,
  recording_id uuid not null,
  listeners int not null,
  home text,            -- the country it is heard in most, where it is heard there more than elsewhere together
  targets uuid[] not null,
  weights real[] not null,
  primary key (model_id, recording_id)
);
create index item_by_listeners on recommend.item (model_id, listeners desc, recording_id);

-- What somebody said of their taste when they came.
create table recommend.taste (
  user_id uuid primary key,
  genres text[] not null,
  artists uuid[] not null,
  territory text,
  familiar int not null check (familiar between 0 and 100), -- percent of a mix that is known already
  changed_at timestamptz not null default now()
);

-- "Not this."
create table recommend.dislike (
  user_id uuid not null,
  kind text not null check (kind in ('recording', 'artist')),
  target_id uuid not null,
  at timestamptz not null default now(),
  primary key (user_id, kind, target_id)
);
