-- several schemas: names that the database compared by its own lower() get keys that the program folds, in every room at once
-- Case and accents are folded in one place, src/foundation/kernel/fold-letters.ts, and kept: what lower() and ilike do is up to the
-- locale of the database, which may be C or Turkish. Here the names from before are folded once, without asking the locale.
create function pg_temp.fold(name text) returns text language sql as $$
  select normalize(replace(replace(replace(replace(translate(
    regexp_replace(normalize(name, NFKD), '[\u0300-\u036f\u0483-\u0487\u064b-\u065f\u0670]', '', 'g'),
    'ABCDEFGHIJKLMNOPQRSTUVWXYZΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩАБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯЄІÆŒÞØøĐđÐðŁłıςƁɓƊɗƉɖƘƙƳƴŊŋƝɲƐɛƆɔƖɩƲʋƔɣƗɨɄʉƏəǝƎĦħ',
    'abcdefghijklmnopqrstuvwxyzαβγδεζηθικλμνξοπρστυφχψωабвгдежзиклмнопрстуфхцчшщъыьэюяєіæœþooddddlliσbbddddkkyynnnneeooiivvggiiuueeeehh'),
    'æ', 'ae'), 'œ', 'oe'), 'þ', 'th'), 'ß', 'ss'), NFKC) $$;
create function pg_temp.words(name text) returns text language sql as $$
  select coalesce(nullif(trim(left(regexp_replace(
    regexp_replace(replace(replace(pg_temp.fold(name), '&', ' and '), '+', ' and '), '[''’‘ʼʻ`´]', '', 'g'),
    '[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00bf\u2000-\u206f\u3000-\u303f]+', ' ', 'g'), 300)), ''), pg_temp.fold(name)) $$;

alter table catalog.party
  add column match_name text collate "C";
update catalog.party
set match_name = pg_temp.words(name);
alter table catalog.party
  alter column match_name set not null;
drop index catalog.party_by_words;
create index party_by_words on catalog.party using gin (match_name gin_trgm_ops);
create index party_by_match on catalog.party (match_name, id);

-- What lists are in order of: the name without its article, folded.
alter table catalog.artist
  add column sort_key text collate "C";
update catalog.artist
set sort_key = pg_temp.fold(sort_name);
alter table catalog.artist
  alter column sort_key set not null;
create index artist_by_sort_key on catalog.artist (sort_key, id);
create or replace view catalog.public_artist_about as
select id, name, sort_name, match_name, about, mbid, territory, provenance, sort_key
from catalog.artist
where merged_into is null;

alter table catalog.release
  add column match_title text;
update catalog.release
set match_title = split_part(match_key, e'\n', 2);
alter table catalog.release
  alter column match_title set not null;
create or replace view catalog.public_release as
select id, title, kind, artist_id, artist_name, released_on, cover_key, mbid, provenance, created_at, match_title
from catalog.release;

alter table accounts."user"
  add column name_key text collate "C",
  drop constraint user_email_check; -- the program folds addresses too
update accounts."user"
set name_key = pg_temp.fold(name);
alter table accounts."user"
  alter column name_key set not null;

-- Names of scrobblers are of A to Z, digits, points, lines and hyphens.
drop index scrobbling.listener_by_name;
alter table scrobbling.listener
  add column name_key text collate "C";
update scrobbling.listener
set name_key = pg_temp.fold(name);
alter table scrobbling.listener
  alter column name_key set not null;
create unique index listener_by_name on scrobbling.listener (name_key);
