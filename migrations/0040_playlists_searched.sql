-- Playlists as the search reads them; whoever reads asks whose they are.
create view playlists.public_searched as
select p.id, p.owner_id, p.name, p.is_public, p.changed_at, p.provenance,
  (select count(*)::int from playlists.entry e where e.playlist_id = p.id) as entries
from playlists.playlist p;

create index playlist_by_change on playlists.playlist (changed_at);
