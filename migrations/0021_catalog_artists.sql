-- Who performs what, for the rooms above that ask by artist.
create view catalog.public_artist as
select id, name, match_name, territory, merged_into, provenance
from catalog.artist;

create view catalog.public_recording_artist as
select ra.recording_id, coalesce(a.merged_into, a.id) as artist_id, ra.role, ra.position
from catalog.recording_artist ra
join catalog.artist a on a.id = ra.artist_id;
