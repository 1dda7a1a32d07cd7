-- How much of the sound was really fetched, where it is fetched in segments; null where it is not.
alter table playback.session
  add column fetched_ms int;
