create schema playlists;

create table playlists.playlist (
  id uuid primary key,
  owner_id uuid not null,
  name text not null,
  about text,
  is_public boolean not null default false,
  is_open boolean not null default false, -- others may add; who added what is kept
  provenance text not null default 'counted',
  created_at timestamptz not null default now(),
  changed_at timestamptz not null default now()
);
create index playlist_by_owner on playlists.playlist (owner_id, id);
create index playlist_public on playlists.playlist (changed_at desc) where is_public;

create table playlists.entry (
  playlist_id uuid not null references playlists.playlist on delete cascade,
  position int not null,
  recording_id uuid not null,
  added_by uuid not null,
  added_at timestamptz not null default now(),
  primary key (playlist_id, position) deferrable initially deferred
);

-- Hearts and stars of a person.
create table playlists.mark (
  user_id uuid not null,
  kind text not null check (kind in ('recording', 'release', 'artist')),
  target_id uuid not null,
  starred_at timestamptz,
  rating int check (rating between 1 and 5),
  primary key (user_id, kind, target_id)
);
create index mark_starred on playlists.mark (user_id, starred_at desc) where starred_at is not null;

-- What somebody was hearing, to go on with elsewhere.
create table playlists.play_queue (
  user_id uuid primary key,
  recordings uuid[] not null,
  current int,
  position_ms bigint not null default 0,
  changed_at timestamptz not null default now(),
  changed_by text not null
);

create table playlists.bookmark (
  user_id uuid not null,
  recording_id uuid not null,
  position_ms bigint not null,
  comment text,
  created_at timestamptz not null default now(),
  changed_at timestamptz not null default now(),
  primary key (user_id, recording_id)
);

create table playlists.share (
  id uuid primary key,
  owner_id uuid not null,
  secret text not null unique,
  description text,
  recordings uuid[] not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  visited_at timestamptz,
  visits int not null default 0
);
create index share_by_owner on playlists.share (owner_id, id);

-- Stations people listen to by their own address; not those whose plays are counted.
create table playlists.radio_station (
  id uuid primary key,
  name text not null,
  stream_url text not null,
  home_url text,
  added_by uuid not null,
  created_at timestamptz not null default now()
);

create view playlists.public_mark as
select user_id, kind, target_id, starred_at, rating from playlists.mark;
