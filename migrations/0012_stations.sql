create schema if not exists recognition;

-- A channel we hear: its sound is fetched from url, or it sends its sound to us (/live/<mount>). What it plays is
-- reported by its device. A removed station keeps its rows: plays point at its device.
create table recognition.station (
  id uuid primary key,
  owner_id uuid not null,
  device_id uuid not null unique,
  name text not null,
  url text,
  mount text,
  territory text,
  created_at timestamptz not null,
  removed_at timestamptz,
  check ((url is null) <> (mount is null))
);
create index station_by_owner on recognition.station (owner_id, id) where removed_at is null;
create unique index station_by_mount on recognition.station (mount) where removed_at is null and mount is not null;

-- What a channel's ear knew last: a restart in the middle of a song counts it once.
create table recognition.ear (
  device_id uuid primary key,
  saved jsonb not null,
  saved_at timestamptz not null
);

-- One play concluded from sound. Its id is the key of the evidence it becomes; outcome is null until plays has answered.
-- hits are the lines the hash is made of; they and the clip are forgotten in time, the hash is kept.
create table recognition.detection (
  id uuid primary key,
  device_id uuid not null,
  recording_id uuid not null,
  source text not null,
  started_at timestamptz not null,
  ended_at timestamptz not null,
  heard_ms int not null,
  played_ms int not null,
  first_offset_ms int not null,
  last_offset_ms int not null,
  coverage real,
  coverage_bits text not null,
  speed real not null,
  confidence real not null,
  margin real not null,
  title_hint text,
  same_audio uuid[] not null,
  evidence_hash text not null,
  algorithm text not null,
  hits text,
  clip bytea,
  outcome text
);
create index detection_by_device on recognition.detection (device_id, started_at desc, id desc);
create index detection_unreported on recognition.detection (id) where outcome is null;
create index detection_with_evidence on recognition.detection (ended_at) where hits is not null or clip is not null;

-- Music that matches nothing, kept as landmarks: what comes again is one sound heard several times, and somebody's.
create table recognition.unknown_sound (
  id uuid primary key,
  landmarks bytea not null,
  duration_ms int not null,
  first_heard_at timestamptz not null,
  last_heard_at timestamptz not null,
  times int not null,
  title_hint text,
  claimed_by uuid,
  claimed_at timestamptz,
  claim_note text
);
create index unknown_sound_by_times on recognition.unknown_sound (times desc, id);
create index unknown_sound_by_age on recognition.unknown_sound (last_heard_at);

create table recognition.unknown_hearing (
  sound_id uuid not null references recognition.unknown_sound on delete cascade,
  device_id uuid not null,
  heard_at timestamptz not null,
  duration_ms int not null,
  primary key (sound_id, device_id, heard_at)
);
