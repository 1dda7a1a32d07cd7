-- A box that was installed anew counts its plays from 1 again: numbers are those of the listener, not of its device.
alter table plays.reported_seq
  add column listener_id uuid;
update plays.reported_seq s
set listener_id = coalesce(d.listener_id, '00000000-0000-0000-0000-000000000000')
from plays.device d
where d.id = s.device_id;
delete from plays.reported_seq
where listener_id is null;
alter table plays.reported_seq
  drop constraint reported_seq_pkey,
  add primary key (device_id, listener_id, seq);
