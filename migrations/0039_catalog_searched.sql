-- What the search reads: labels, what a release is known by, and names that lead to another artist.
create view catalog.public_label as
select id, name, match_name, provenance
from catalog.label;

create or replace view catalog.public_release as
select id, title, kind, artist_id, artist_name, released_on, cover_key, mbid, provenance, created_at, match_title, label_id, gtin
from catalog.release;

create index release_by_gtin on catalog.release (gtin) where gtin is not null;
create index release_by_label on catalog.release (label_id) where label_id is not null;
