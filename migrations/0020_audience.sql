create schema audience;

-- Whose figures they are: an artist, recording, release or playlist as outside services know it, linked to ours where known.
create table audience.entity (
  id uuid primary key,
  type text not null check (type in ('artist', 'recording', 'release', 'playlist')),
  name text not null,
  artist_name text,              -- of a recording or release, as credited
  match_name text collate "C" not null,
  catalog_id uuid,               -- our artist or recording
  provenance text not null,
  created_at timestamptz not null default now()
);
create index entity_by_match on audience.entity (type, match_name);
create index entity_by_catalog on audience.entity (catalog_id) where catalog_id is not null;

-- What each service calls it.
create table audience.external_id (
  source text not null,
  type text not null,
  external_id text collate "C" not null,
  entity_id uuid not null references audience.entity deferrable initially deferred,
  primary key (source, type, external_id)
);
create index external_id_by_entity on audience.external_id (entity_id);

create table audience.entity_artist (
  artist_id uuid not null references audience.entity deferrable initially deferred,
  entity_id uuid not null references audience.entity deferrable initially deferred,
  primary key (artist_id, entity_id)
);
create index entity_artist_by_entity on audience.entity_artist (entity_id);

-- One figure of one thing on one platform over time. A song may have several ids on a platform: a series each, added once.
create table audience.series (
  id bigint generated always as identity primary key,
  entity_id uuid not null references audience.entity deferrable initially deferred,
  platform text not null,
  metric text not null,
  kind text not null check (kind in ('counter', 'gauge', 'flow', 'rolling', 'rank', 'score')),
  window_days int,
  territory text not null,       -- '' for the world
  identifier text not null,      -- '' where the platform has one id
  provenance text not null,
  unique (entity_id, platform, metric, territory, identifier, provenance)
);

-- What was observed, as spans of days on which the same value was observed every day. A span never crosses a month, so that a
-- month is read from one partition. Days between spans were not observed.
create table audience.daily (
  series_id bigint not null,
  day date not null,
  last_day date not null,
  value bigint not null,
  primary key (series_id, day)
) partition by range (day);

create function audience.make_month(month date) returns text language plpgsql as $$
declare
  name text := 'daily_' || to_char(month, 'YYYY_MM');
begin
  if to_regclass('audience.' || name) is not null then
    return name;
  end if;
  perform pg_advisory_xact_lock(1852793965, 2);
  execute format(
    'create table if not exists audience.%I partition of audience.daily for values from (%L) to (%L)',
    name, month, (month + interval '1 month')::date);
  return name;
end $$;

-- Every batch as it came, so that a corrected value can be told from the one before.
create table audience.observation (
  series_id bigint not null,
  received_at timestamptz not null default now(),
  payload_id uuid,
  days int[] not null,           -- days since 1970-01-01
  values bigint[] not null,
  corrected int not null         -- how many days had another value before
);
create index observation_by_series on audience.observation (series_id, received_at);

-- Exact at every commit: what a month of a series comes to, by its kind.
create table audience.monthly (
  series_id bigint not null,
  month date not null,
  first_day date not null,
  first_value bigint not null,
  last_day date not null,
  last_value bigint not null,
  lowest bigint not null,
  peak bigint not null,
  total numeric not null,        -- counter: measured increase; flow: sum; others: sum of the levels, for their mean only
  days_observed int not null,
  days_stale int not null,
  days_unknown int not null,
  resets int not null,
  primary key (series_id, month)
);

-- A day from which a platform counts otherwise: values before and after are not compared.
create table audience.method_break (
  platform text not null,
  metric text not null,
  day date not null,
  reason text not null,
  source text not null,
  provenance text not null,
  primary key (platform, metric, day)
);

create view audience.public_series as
select s.id as series_id, s.entity_id, e.type, e.name, e.artist_name, e.catalog_id, s.platform, s.metric, s.kind, s.window_days,
  s.territory, s.identifier, s.provenance
from audience.series s
join audience.entity e on e.id = s.entity_id;

create view audience.public_daily as
select series_id, day, last_day, value
from audience.daily;

create view audience.public_monthly as
select series_id, month, first_day, first_value, last_day, last_value, lowest, peak, total, days_observed, days_stale,
  days_unknown, resets
from audience.monthly;
