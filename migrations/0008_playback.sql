create schema playback;

-- One listening of one recording by one account. Open while it sounds; closed by the player, or by the clock
-- when the player fell silent. The play's key is the session's id, so closing twice counts once.
create table playback.session (
  id uuid primary key,
  user_id uuid not null,
  recording_id uuid not null,
  started_at timestamptz not null,
  listened_ms int not null default 0,
  last_report_at timestamptz not null,
  ended_at timestamptz,
  outcome text
);
create index session_open on playback.session (last_report_at) where ended_at is null;
create index session_by_user on playback.session (user_id, started_at desc);
