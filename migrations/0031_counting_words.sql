-- The words of counting in SQL, once: kernel/counting.ts says the same, and a test compares them. Whoever adds a word replaces
-- the function; views and checks follow. A number without a word is null, which no check lets in.
create function plays.source_name(stored smallint) returns text language sql immutable parallel safe
return (array['stream', 'phone', 'venue', 'radio', 'deck', 'scrobble', 'manual', 'import'])[stored + 1];

create function plays.state_name(stored smallint) returns text language sql immutable parallel safe
return (array['counted', 'merged', 'unmatched', 'held', 'rejected'])[stored + 1];

create function plays.provenance_name(stored smallint) returns text language sql immutable parallel safe
return (array['api', 'scrape', 'import', 'counted', 'estimated', 'demo'])[stored + 1];

alter table plays.play
  add constraint play_source check (plays.source_name(source) is not null),
  add constraint play_state check (plays.state_name(state) is not null),
  add constraint play_provenance check (plays.provenance_name(provenance) is not null);
alter table plays.hourly
  add constraint hourly_source check (plays.source_name(source) is not null),
  add constraint hourly_provenance check (plays.provenance_name(provenance) is not null);

create or replace view plays.public_counted as
select p.recording_id, p.started_at, p.played_ms,
  plays.source_name(p.source) as source,
  p.territory, p.place_id,
  coalesce(p.listener_id, p.device_id) as listener,
  p.device_id,
  plays.provenance_name(p.provenance) as provenance
from plays.play p
where p.state = 0; -- the number, not its name: the planner knows how many rows have it

create view plays.public_hourly as
select h.recording_id, h.hour,
  plays.source_name(h.source) as source,
  nullif(h.territory, '') as territory,
  plays.provenance_name(h.provenance) as provenance,
  h.plays, h.played_ms
from plays.hourly h
where h.plays <> 0;
comment on view plays.public_hourly is
  'Counted plays added up, exact at every commit: one row for a recording, hour, source, territory and provenance. Places are in public_counted.';
comment on column plays.public_hourly.recording_id is 'the recording; plays of one that was merged away are under the one that stayed';
comment on column plays.public_hourly.hour is 'the hour (UTC) in which the plays began';
comment on column plays.public_hourly.source is 'stream, phone, venue, radio, deck, scrobble, manual or import';
comment on column plays.public_hourly.territory is 'ISO 3166-1 alpha-2; null where unknown';
comment on column plays.public_hourly.provenance is 'api, scrape, import, counted, estimated or demo; whoever reads leaves demo out unless the installation is a demo';
comment on column plays.public_hourly.plays is 'counted plays, never 0';
comment on column plays.public_hourly.played_ms is 'milliseconds that they sounded';
