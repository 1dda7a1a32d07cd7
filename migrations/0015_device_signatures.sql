-- Which listener a device's key is used by, and which play each of its numbers was given to. A box that signs what it sends can
-- be told from one that has its key from elsewhere, and from a copy of its own disk.
alter table plays.device
  add column listener_id uuid,
  add column listener_seen_at timestamptz;

create table plays.reported_seq (
  device_id uuid not null,
  seq bigint not null,
  key uuid not null,
  primary key (device_id, seq)
);
