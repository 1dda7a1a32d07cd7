-- Recognition becomes four rooms: the engine keeps what it indexes; stations, findings and outside services have schemas of
-- their own. Rows, indexes and constraints move with their tables.
create schema stations;
alter table recognition.station set schema stations;
alter table recognition.ear set schema stations;
alter table recognition.detection set schema stations;
alter table recognition.unknown_sound set schema stations;
alter table recognition.unknown_hearing set schema stations;
alter table recognition.claim set schema stations;

create schema findings;
alter table recognition.finding set schema findings;
alter table recognition.compared set schema findings;

create schema outside;
alter table recognition.outside_answer set schema outside;
alter table recognition.outside_call set schema outside;
alter table outside.outside_answer rename to answer;
alter table outside.outside_call rename to call;
alter index outside.outside_answer_pkey rename to answer_pkey;
alter index outside.outside_answer_by_age rename to answer_by_age;
alter index outside.outside_call_pkey rename to call_pkey;
alter index outside.outside_call_by_time rename to call_by_time;

-- Sound that cannot be fingerprinted will not be compared either: a report of an import says so.
create view recognition.public_unfingerprinted as
select recording_id
from recognition.unfingerprinted;

-- Some seconds of what was heard again and is nobody's yet: what may be asked outside.
create view stations.public_unclaimed as
select id, clip
from stations.unknown_sound
where times > 1 and recording_id is null;
