-- Counted plays of people, by the person: what somebody listens to is asked by them, and the index of plays is on the listener.
create view plays.public_listened as
select p.listener_id as user_id, p.recording_id, p.started_at, p.played_ms,
  plays.source_name(p.source) as source,
  plays.provenance_name(p.provenance) as provenance
from plays.play p
where p.state = 0 and p.listener_id is not null;
