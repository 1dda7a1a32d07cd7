-- The catalogue as players browse it.
create view catalog.public_release as
select id, title, kind, artist_id, artist_name, released_on, cover_key, mbid, provenance, created_at
from catalog.release;

create view catalog.public_release_track as
select release_id, disc, position, recording_id
from catalog.release_track;

create view catalog.public_song as
select r.id, r.title, r.artist_name, r.match_title, r.match_artist, r.isrc, r.isrc_valid, r.duration_ms, r.year, r.genres, r.mbid, r.cover_key, r.tempo_bpm,
  r.provenance, r.created_at
from catalog.recording r
where r.merged_into is null;

create view catalog.public_artist_about as
select id, name, sort_name, match_name, about, mbid, territory, provenance
from catalog.artist
where merged_into is null;
