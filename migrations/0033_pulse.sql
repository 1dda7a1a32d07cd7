create schema pulse;

-- Where news come from. Nothing is fetched from a feed that is off.
create table pulse.feed (
  id uuid primary key,
  name text not null,
  url text not null unique,
  kind text not null check (kind in ('news', 'gear')),
  trust real not null default 0.6 check (trust between 0 and 1),
  is_on boolean not null default false,
  provenance text not null,
  etag text,
  last_run_at timestamptz,
  last_good_at timestamptz,
  problem text
);

create table pulse.item (
  id uuid primary key,
  feed_id uuid not null references pulse.feed deferrable initially deferred,
  kind text not null check (kind in ('news', 'gear', 'release')),
  guid text not null,            -- the feed's own, or a hash of address and title
  url text,
  title text not null,
  text text not null,            -- plain, as the feed gives it
  summary text not null,         -- at most two sentences out of it
  category text not null,
  published_at timestamptz not null,
  -- The feed gave no day, or one in the future: then it is the day it was read.
  day_is_ours boolean not null default false,
  cluster_id uuid not null,      -- items that tell one story
  parts jsonb not null,          -- what its impact is made of, by tier
  artist text,                   -- of releases
  provenance text not null,
  fetched_at timestamptz not null default now(),
  unique (feed_id, guid)
);
create index item_recent on pulse.item (kind, published_at desc);
create index item_by_cluster on pulse.item (cluster_id);

create table pulse.digest (
  day date not null,
  tier text not null check (tier in ('creator', 'developer', 'monetizer')),
  made_at timestamptz not null default now(),
  body jsonb not null,
  provenance text not null,
  primary key (day, tier)
);
