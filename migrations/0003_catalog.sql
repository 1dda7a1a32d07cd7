create schema catalog;
create extension if not exists pg_trgm;

-- A person or organisation that can own rights or be paid.
create table catalog.party (
  id uuid primary key,
  name text not null,
  kind text not null check (kind in ('person', 'organisation')),
  ipi text,
  isni text,
  user_id uuid,
  merged_into uuid references catalog.party, -- never a chain, as with artists and recordings
  provenance text not null,
  created_at timestamptz not null default now()
);
create index party_by_user on catalog.party (user_id) where user_id is not null;
create index party_by_words on catalog.party using gin (lower(name) gin_trgm_ops);
create index party_by_merged on catalog.party (merged_into) where merged_into is not null;

create table catalog.label (
  id uuid primary key,
  name text not null,
  match_name text not null unique,
  party_id uuid not null references catalog.party,
  provenance text not null,
  created_at timestamptz not null default now()
);

create table catalog.artist (
  id uuid primary key,
  name text not null,
  sort_name text not null,
  match_name text not null unique,
  party_id uuid not null references catalog.party,
  territory text,
  about text,
  mbid uuid,
  merged_into uuid references catalog.artist, -- never a chain: a merge moves earlier ones along
  edited text[] not null default '{}',        -- columns a person has set: an import leaves them alone
  provenance text not null,
  created_at timestamptz not null default now()
);
create index artist_by_words on catalog.artist using gin (match_name gin_trgm_ops);
create index artist_by_merged on catalog.artist (merged_into) where merged_into is not null;

create table catalog.release (
  id uuid primary key,
  title text not null,
  kind text not null check (kind in ('album', 'ep', 'single', 'compilation')),
  artist_id uuid references catalog.artist,
  artist_name text not null,
  label_id uuid references catalog.label,
  match_key text not null unique,
  gtin text,            -- as received
  gtin_valid boolean,   -- null: none given
  released_on text,     -- YYYY, YYYY-MM or YYYY-MM-DD, as known
  territories text[],   -- null: everywhere
  cover_key text,
  mbid uuid,
  provenance text not null,
  created_at timestamptz not null default now()
);
create index release_by_words on catalog.release using gin (match_key gin_trgm_ops);
create index release_by_artist on catalog.release (artist_id);

create table catalog.recording (
  id uuid primary key,
  title text not null,
  artist_name text not null,
  match_title text not null,
  match_artist text not null,
  isrc text,            -- as received, without the optional prefix and hyphens
  isrc_valid boolean,   -- null: none given
  duration_ms int,
  genres text[] not null default '{}',
  language text,
  year int,
  tempo_bpm real,
  music_key text,
  cover_key text,
  mbid uuid,
  merged_into uuid references catalog.recording,
  edited text[] not null default '{}',
  provenance text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index recording_by_isrc on catalog.recording (isrc) where isrc is not null;
create index recording_by_match on catalog.recording (match_title, match_artist);
create index recording_by_words on catalog.recording using gin ((match_title || ' ' || match_artist) gin_trgm_ops);
create index recording_by_merged on catalog.recording (merged_into) where merged_into is not null;

-- How an import finds its recording again, whatever people have edited since: a hash of what the tags said
-- (artist, title, release, disc, track). A merge points the keys of both at the one that stays.
create table catalog.recording_key (
  key text primary key,
  recording_id uuid not null references catalog.recording
);
create index recording_key_by_recording on catalog.recording_key (recording_id);

create table catalog.release_track (
  release_id uuid not null references catalog.release,
  disc int not null,
  position int not null,
  recording_id uuid not null references catalog.recording,
  primary key (release_id, disc, position, recording_id)
);
create index release_track_by_recording on catalog.release_track (recording_id);

create table catalog.recording_artist (
  recording_id uuid not null references catalog.recording,
  position int not null,
  artist_id uuid not null references catalog.artist,
  role text not null check (role in ('main', 'featured', 'remixer')),
  primary key (recording_id, position)
);
create index recording_artist_by_artist on catalog.recording_artist (artist_id, recording_id);

create table catalog.work (
  id uuid primary key,
  title text not null,
  iswc text,
  iswc_valid boolean,
  provenance text not null,
  created_at timestamptz not null default now()
);

create table catalog.recording_work (
  recording_id uuid not null references catalog.recording,
  work_id uuid not null references catalog.work,
  primary key (recording_id, work_id)
);

-- A contributor: anyone with a role on a recording or a work.
create table catalog.credit (
  id uuid primary key,
  recording_id uuid references catalog.recording,
  work_id uuid references catalog.work,
  party_id uuid not null references catalog.party,
  role text not null,
  position int not null,
  check ((recording_id is null) <> (work_id is null))
);
create index credit_by_recording on catalog.credit (recording_id);
create index credit_by_work on catalog.credit (work_id);
create index credit_by_party on catalog.credit (party_id);

-- Who owns how much of a right of a recording, in a territory, from a day. A new version never edits an old
-- one; of the versions valid on a day the highest counts.
create table catalog.split (
  id uuid primary key,
  recording_id uuid not null references catalog.recording,
  "right" text not null check ("right" in ('master', 'work')),
  territory text,       -- null: everywhere a more particular split says nothing
  valid_from date not null,
  version int not null,
  provenance text not null,
  set_by uuid,
  set_at timestamptz not null default now(),
  unique nulls not distinct (recording_id, "right", territory, version)
);

create table catalog.split_share (
  split_id uuid not null references catalog.split,
  party_id uuid not null references catalog.party,
  basis_points int not null check (basis_points between 1 and 10000),
  primary key (split_id, party_id)
);
create index split_share_by_party on catalog.split_share (party_id);

-- Every edit and merge by a person, with what stood there before.
create table catalog.change (
  id bigint generated always as identity primary key,
  at timestamptz not null default now(),
  actor uuid,
  entity text not null,
  entity_id uuid not null,
  change jsonb not null
);
create index change_by_entity on catalog.change (entity_id, id);

-- ── what other rooms may read ──────────────────────────────────────────

create view catalog.public_recording as
select id, title, artist_name, isrc, duration_ms, match_title, match_artist, year, genres, merged_into, provenance
from catalog.recording;

-- A merged party is paid as the one it was merged into, so the shares of both add up.
create view catalog.public_split as
select s.recording_id, s."right", s.territory, s.valid_from, s.version, s.id as split_id, s.provenance,
  p.id as party_id, p.name as party_name, p.user_id, sum(sh.basis_points)::int as basis_points
from catalog.split s
join catalog.split_share sh on sh.split_id = s.id
join catalog.party named on named.id = sh.party_id
join catalog.party p on p.id = coalesce(named.merged_into, named.id)
group by s.id, p.id;

create view catalog.public_party as
select id, name, kind, user_id, merged_into, provenance
from catalog.party;

-- Whose recording it is: who performs it, and who has ever had a share of it.
create view catalog.public_recording_owner as
select ra.recording_id, p.id as party_id, p.user_id
from catalog.recording_artist ra
join catalog.artist a on a.id = ra.artist_id
join catalog.party named on named.id = a.party_id
join catalog.party p on p.id = coalesce(named.merged_into, named.id)
where ra.role = 'main'
union
select recording_id, party_id, user_id
from catalog.public_split;
