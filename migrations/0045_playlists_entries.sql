create view playlists.public_entry as
select playlist_id, position, recording_id
from playlists.entry;
