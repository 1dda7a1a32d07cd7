create schema charts;

-- A chart of a source, or one of our own (source 'ngoma').
create table charts.chart (
  id uuid primary key,
  source text not null,
  key text not null,
  name text not null,
  territory text,
  frequency text not null check (frequency in ('daily', 'weekly')),
  entity text not null check (entity in ('song', 'artist', 'album')),
  provenance text not null,
  created_at timestamptz not null default now(),
  unique (source, key)
);

-- What is charted: one song, artist or album, however the editions spell it.
create table charts.subject (
  id uuid primary key,
  entity text not null check (entity in ('song', 'artist', 'album')),
  title text not null,
  artist text not null,
  core text collate "C" not null, -- words of the title without guests, version and subtitle; '' for artists
  recording_id uuid,
  created_at timestamptz not null default now()
);
create index subject_by_core on charts.subject (entity, core);
create index subject_by_recording on charts.subject (recording_id) where recording_id is not null;

-- Every spelling that was seen, and why it is that subject: its first, the rules of matching, the chart's own words
-- ("last week: 4"), or a person.
create table charts.alias (
  entity text not null,
  match_title text collate "C" not null,
  match_artist text collate "C" not null,
  subject_id uuid not null references charts.subject deferrable initially deferred,
  decided text not null check (decided in ('first', 'rules', 'chart', 'person')),
  reason text,
  created_at timestamptz not null default now(),
  primary key (entity, match_title, match_artist)
);
create index alias_by_subject on charts.alias (subject_id);

-- One published edition. Fetched again it replaces itself.
create table charts.issue (
  chart_id uuid not null references charts.chart deferrable initially deferred,
  issue_day date not null,
  period_from date,
  period_to date,
  entries int not null,
  complete boolean not null,
  payload_id uuid,          -- of harvest; null for a file somebody imported
  provenance text not null,
  received_at timestamptz not null default now(),
  primary key (chart_id, issue_day)
);

create table charts.entry (
  chart_id uuid not null,
  issue_day date not null,
  position int not null,    -- the order of publication; ranks may be tied
  rank int not null,
  subject_id uuid not null references charts.subject,
  title text not null,
  artist text not null,
  said_last int,
  said_peak int,
  said_weeks int,
  said text check (said in ('new', 're')),
  metric_name text,
  metric_value bigint,
  external_id text,
  isrc text,
  url text,
  image_url text,
  flags text[] not null default '{}',
  primary key (chart_id, issue_day, position),
  foreign key (chart_id, issue_day) references charts.issue on delete cascade
);
create index entry_by_subject on charts.entry (subject_id, chart_id, issue_day);

-- ── what other rooms may read ──────────────────────────────────────────

create view charts.public_issue as
select c.id as chart_id, c.source, c.key, c.name, c.territory, c.frequency, c.entity, i.issue_day, i.period_from, i.period_to,
  i.entries, i.complete, i.payload_id, i.provenance, i.received_at
from charts.issue i
join charts.chart c on c.id = i.chart_id;

create view charts.public_entry as
select e.chart_id, e.issue_day, e.position, e.rank, e.subject_id, s.recording_id, e.title, e.artist, e.metric_name, e.metric_value
from charts.entry e
join charts.subject s on s.id = e.subject_id;
