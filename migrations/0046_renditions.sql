create schema renditions;

-- What became of the sound of a recording: its rungs, or why there are none.
create table renditions.ladder (
  recording_id uuid primary key,
  sound_id uuid not null,
  version int not null,
  duration_ms int,
  problem text,
  made_at timestamptz not null,
  check ((duration_ms is null) <> (problem is null))
);

-- One file a rung: the initialisation, then the segments, as long as listed.
create table renditions.rung (
  recording_id uuid not null references renditions.ladder on delete cascade deferrable initially deferred,
  name text not null,
  blob text not null,
  sample_rate int not null,
  init_bytes int not null,
  segment_bytes int[] not null,
  segment_samples int[] not null,
  delay_samples int not null,
  padding_samples int not null,
  primary key (recording_id, name)
);

-- Somebody pressed play and heard the original: these are made first.
create table renditions.wanted (
  recording_id uuid primary key,
  at timestamptz not null
);
