create schema media;

-- A folder somebody asked to import. A file is served only while it still lies in one of these.
create table media.library (
  path text primary key,
  added_at timestamptz not null default now()
);

-- A file we know. It stays where its owner keeps it: no copy and no whole-file hash on the way in. Bytes of a
-- path that are not UTF-8 are kept as U+F780..U+F7FF, so that a path is text and can be turned back.
create table media.file (
  id uuid primary key,
  recording_id uuid not null,
  path text collate "C" not null unique, -- a folder is a range of the index
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
  path text collate "C" primary key,
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
  missing int not null default 0,
  problem text
);
create index import_run_recent on media.import_run (id desc);

-- What analysis of the sound found; made behind, by a job.
create table media.analysis (
  file_id uuid primary key references media.file,
  duration_ms int,      -- as decoded, whatever the tags say
  loudness_lufs real,
  peak_dbtp real,
  waveform bytea,       -- peaks, one byte each
  analysed_at timestamptz not null default now(),
  problem text
);
