-- Mixes of more than an hour, which may overlap what began long after them: few, so that this index is small.
create index play_long_located on plays.play (recording_id, cell, started_at) where cell is not null and played_ms > 3600000;
create index play_long_by_listener on plays.play (listener_id, started_at) where listener_id is not null and played_ms > 3600000;
