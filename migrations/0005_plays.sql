create schema plays;

create table plays.place (
  id uuid primary key,
  name text not null,
  kind text not null default 'venue',
  lat double precision not null,
  lon double precision not null,
  accuracy_m real not null default 0,
  territory text,
  licensee_party_id uuid,
  owner_id uuid,
  provenance text not null default 'counted',
  created_at timestamptz not null default now()
);

create table plays.device (
  id uuid primary key,
  owner_id uuid not null,
  name text not null,
  kind text not null check (kind in ('phone', 'venue', 'deck', 'station', 'agent', 'player', 'scrobbler')),
  key_hash bytea not null,
  lat double precision,
  lon double precision,
  accuracy_m real,
  place_id uuid references plays.place,
  territory text,
  provenance text not null default 'counted',
  created_at timestamptz not null default now(),
  last_seen_at timestamptz,
  last_seq bigint,
  revoked_at timestamptz
);
create index device_by_owner on plays.device (owner_id, created_at);

-- The one table of plays: a row is one piece of evidence; counted rows are the plays.
--   identity   (device_id, key, started_at): immutable, fixed by the device, part of every retry
--   state      0 counted, 1 merged into another row, 2 unmatched, 3 held, 4 rejected
--   play_id    only where evidence was merged: the address of the play it belongs to, which is that of the
--              evidence that arrived first (elsewhere the address is computed from the identity)
-- The device leads the key because a batch is one device's: its rows lie together, and the same index finds
-- a key used again with another time. No foreign keys, no triggers (docs/decisions/0003).
create table plays.play (
  device_id uuid not null,
  key uuid not null,
  started_at timestamptz not null,
  recording_id uuid,
  played_ms int not null,
  source smallint not null,
  state smallint not null,
  provenance smallint not null,
  territory text collate "C",
  listener_id uuid,
  seq bigint,
  confidence real,
  lat double precision,
  lon double precision,
  accuracy_m real,
  place_id uuid,
  cell int,             -- of the grid in place.ts; null where the position is unknown or too vague to merge by
  clock_offset_ms bigint,
  payload_hash text,
  play_id bytea,
  received_at timestamptz not null,
  primary key (device_id, key, started_at)
) partition by range (started_at);

-- Evidence with a position can overlap another's; only it pays for this index.
create index play_located on plays.play (recording_id, cell, started_at) where cell is not null;
-- Likewise evidence by a listener who has an account, through several doors.
create index play_by_listener on plays.play (listener_id, started_at) where listener_id is not null;

-- What evidence said of itself where no id said it: kept for ever, matched when the catalogue learns it.
create table plays.reported_text (
  device_id uuid not null,
  key uuid not null,
  started_at timestamptz not null,
  recording_ref text,   -- an id we did not know
  isrc text,
  title text,
  artist text,
  duration_ms int,
  match_title text collate "C",
  match_artist text collate "C",
  matched boolean not null,
  primary key (device_id, key, started_at)
);
create index reported_text_by_ref on plays.reported_text (recording_ref) where not matched and recording_ref is not null;
create index reported_text_by_isrc on plays.reported_text (isrc) where not matched and isrc is not null;
create index reported_text_by_match on plays.reported_text (match_title, match_artist) where not matched and match_title is not null;

-- Exact at every commit: moved by the statement that inserts or changes plays. The territory is '' where unknown,
-- because a primary key has no nulls. fillfactor leaves room to update a bucket in place.
create table plays.hourly (
  recording_id uuid not null,
  hour timestamptz not null,
  source smallint not null,
  territory text collate "C" not null, -- codes, compared byte by byte: a locale's order costs a quarter of the ingest
  provenance smallint not null,
  plays bigint not null,
  played_ms bigint not null,
  primary key (recording_id, hour, source, territory, provenance)
) with (fillfactor = 80);

-- Counted plays as the rooms above may read them.
create view plays.public_counted as
select p.recording_id, p.started_at, p.played_ms,
  (array['stream', 'phone', 'venue', 'radio', 'deck', 'scrobble', 'manual', 'import'])[p.source + 1] as source,
  p.territory, p.place_id,
  coalesce(p.listener_id, p.device_id) as listener,
  p.device_id,
  (array['api', 'scrape', 'import', 'counted', 'estimated', 'demo'])[p.provenance + 1] as provenance
from plays.play p
where p.state = 0;

-- One partition a month, boundaries in UTC. Safe to call at the same time from several connections.
create function plays.make_month(month date) returns text language plpgsql as $$
declare
  name text := 'play_' || to_char(month, 'YYYY_MM');
begin
  if to_regclass('plays.' || name) is not null then
    return name;
  end if;
  perform pg_advisory_xact_lock(1852793965, 1);
  execute format(
    'create table if not exists plays.%I partition of plays.play for values from (%L) to (%L)',
    name, month::text || ' 00:00:00+00', (month + interval '1 month')::date::text || ' 00:00:00+00');
  return name;
end $$;
