-- Names the bytes of a file as they were last read: other bytes under the same path are another sound.
alter table media.file
  add column sound_id uuid;
update media.file
set sound_id = id;
alter table media.file
  alter column sound_id set not null;

create or replace view media.public_sound as
select distinct on (recording_id) recording_id, path, sound_id
from media.file
where missing_since is null
order by recording_id, imported_at, id;

-- Which of its sounds a recording was compared by; empty: what stations heard of it.
alter table recognition.compared
  add column sound text not null default '';
