create schema scrobbling;

-- An account as scrobblers know it. The name is what programs send as the user; it is not the e-mail address, because
-- programs log and show it.
create table scrobbling.listener (
  user_id uuid primary key,
  name text not null,
  latest_import_s bigint not null default 0,
  created_at timestamptz not null default now()
);
create unique index listener_by_name on scrobbling.listener (lower(name));

-- A token is 122 random bits. What is kept is its MD5, because AudioScrobbler 1.2 and auth.getMobileSession prove
-- knowledge of md5(password): whoever reads this column can report plays in that account's name through those two
-- doors, and nothing else. No password of an account is ever here.
create table scrobbling.token (
  id uuid primary key,
  user_id uuid not null references scrobbling.listener,
  name text not null,
  hint text not null,
  secret_md5 bytea not null unique,
  created_at timestamptz not null,
  last_used_at timestamptz,
  revoked_at timestamptz
);
create index token_by_user on scrobbling.token (user_id, id);

-- What was reported, as it was reported, to be read back. Whether it counts is for plays to say.
-- waits: listened_at lies further ahead than plays accepts; counted when its time comes.
create table scrobbling.listen (
  user_id uuid not null,
  listened_at timestamptz not null,
  key uuid not null,
  track_metadata jsonb not null,
  received_at timestamptz not null,
  waits boolean not null,
  primary key (user_id, listened_at, key)
);
create index listen_waiting on scrobbling.listen (listened_at) where waits;
