create schema media;

-- A file we know. It stays where its owner keeps it: no copy and no whole-file hash on the way in.
create table media.file (
  id uuid primary key,
  recording_id uuid not null,
  path text not null unique,
  size_bytes bigint not null,
  modified_ms bigint not null,
  content_type text not null,
  codec text,
  bitrate int,
  sample_rate int,
  channels int,
  duration_ms int,
  missing_since timestamptz,
  imported_at timestamptz not null default now()
);
create index file_by_recording on media.file (recording_id);

-- What was looked at and not imported, so that the next scan neither asks again nor forgets to say so.
create table media.skipped (
  path text primary key,
  size_bytes bigint not null,
  modified_ms bigint not null,
  reason text not null,
  detail text not null,
  seen_at timestamptz not null default now()
);

create table media.import_run (
  id uuid primary key,
  folder text not null,
  job_id uuid,
  started_at timestamptz not null default now(),
  ended_at timestamptz,
  status text not null default 'running' check (status in ('running', 'done', 'failed', 'cancelled')),
  seen int not null default 0,
  added int not null default 0,
  updated int not null default 0,
  unchanged int not null default 0,
  skipped int not null default 0,
  missing int not null default 0
);

-- What analysis of the sound found; made behind, by a job.
create table media.analysis (
  recording_id uuid primary key,
  file_id uuid not null,
  loudness_lufs real,
  peak_dbtp real,
  waveform bytea,       -- peaks, one byte each
  analysed_at timestamptz not null default now(),
  problem text
);
