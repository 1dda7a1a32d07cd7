import type {
  ArtistId,
  LabelId,
  PartyId,
  RecordingId,
  ReleaseId,
  WorkId,
} from '#foundation/kernel/ids.ts';
import { column, command, query, sql, type Command } from '#foundation/platform/postgres.ts';
import { sampleId } from '../queries.ts';

// Rows go in as one JSON array a statement: a thousand recordings cost the same dozen statements as one.

/** Bulk writers of the catalogue take turns, so that two imports never make one artist twice. */
export const lockAdding = command({
  name: 'catalog.lockAdding',
  sample: {},
  text: () => sql`select pg_advisory_xact_lock(hashtext('catalog.adding'))`,
});

// ── what is known ───────────────────────────────────────────────────────

export const findArtists = query({
  name: 'catalog.findArtists',
  columns: { matchName: column.text, id: column.uuid<ArtistId>(), partyId: column.uuid<PartyId>() },
  sample: { names: ['a'] },
  text: (p: { names: readonly string[] }) => sql`
    select named.match_name, a.id, coalesce(p.merged_into, p.id) as party_id
    from catalog.artist named
    join catalog.artist a on a.id = coalesce(named.merged_into, named.id)
    join catalog.party p on p.id = a.party_id
    where named.match_name = any(${p.names}::text[])`,
});

/** Parties that already carry one of the names; of several the first. */
export const findParties = query({
  name: 'catalog.findParties',
  columns: { matchName: column.text, id: column.uuid<PartyId>() },
  sample: { names: ['a'] },
  text: (p: { names: readonly string[] }) => sql`
    select distinct on (match_name) match_name, id
    from catalog.party
    where match_name = any(${p.names}::text[]) and merged_into is null
    order by match_name, id`,
});

export const findLabels = query({
  name: 'catalog.findLabels',
  columns: { matchName: column.text, id: column.uuid<LabelId>() },
  sample: { names: ['a'] },
  text: (p: { names: readonly string[] }) => sql`
    select match_name, id
    from catalog.label
    where match_name = any(${p.names}::text[])`,
});

export const findReleases = query({
  name: 'catalog.findReleases',
  columns: { matchKey: column.text, id: column.uuid<ReleaseId>() },
  sample: { keys: ['a'] },
  text: (p: { keys: readonly string[] }) => sql`
    select match_key, id
    from catalog.release
    where match_key = any(${p.keys}::text[])`,
});

const knownColumns = {
  id: column.uuid<RecordingId>(),
  matchTitle: column.text,
  matchArtist: column.text,
  durationMs: column.nullable(column.int4),
  hasRelease: column.bool,
};

export const findByKey = query({
  name: 'catalog.findByKey',
  columns: { key: column.text, ...knownColumns },
  sample: { keys: ['a'] },
  text: (p: { keys: readonly string[] }) => sql`
    select k.key, r.id, r.match_title, r.match_artist, r.duration_ms, false as has_release
    from catalog.recording_key k
    join catalog.recording r on r.id = k.recording_id
    where k.key = any(${p.keys}::text[])`,
});

export const findKnownByIsrc = query({
  name: 'catalog.findKnownByIsrc',
  columns: { isrc: column.text, ...knownColumns },
  sample: { isrcs: ['a'] },
  text: (p: { isrcs: readonly string[] }) => sql`
    select named.isrc, r.id, r.match_title, r.match_artist, r.duration_ms, false as has_release
    from catalog.recording named
    join catalog.recording r on r.id = coalesce(named.merged_into, named.id)
    where named.isrc = any(${p.isrcs}::text[])`,
});

export const findKnownByText = query({
  name: 'catalog.findKnownByText',
  columns: knownColumns,
  sample: { titles: ['a'], artists: ['b'] },
  text: (p: { titles: readonly string[]; artists: readonly string[] }) => sql`
    select r.id, r.match_title, r.match_artist, r.duration_ms,
      exists (select from catalog.release_track t where t.recording_id = r.id) as has_release
    from unnest(${p.titles}::text[], ${p.artists}::text[]) as wanted (title, artist)
    join catalog.recording r on r.match_title = wanted.title and r.match_artist = wanted.artist
    where r.merged_into is null`,
});

export const findWorks = query({
  name: 'catalog.findWorks',
  columns: { iswc: column.text, id: column.uuid<WorkId>() },
  sample: { iswcs: ['a'] },
  text: (p: { iswcs: readonly string[] }) => sql`
    select distinct on (iswc) iswc, id
    from catalog.work
    where iswc = any(${p.iswcs}::text[])
    order by iswc, id`,
});

/** What stands in the recordings a draft describes anew. */
export const findStanding = query({
  name: 'catalog.findStanding',
  columns: {
    id: column.uuid<RecordingId>(),
    title: column.text,
    artistName: column.text,
    isrc: column.nullable(column.text),
    edited: column.textArray,
    releaseTitles: column.textArray,
    hasSplit: column.bool,
    splitIsOurs: column.bool,
    mainPartyId: column.nullable(column.uuid<PartyId>()),
  },
  sample: { ids: [sampleId] },
  text: (p: { ids: readonly string[] }) => sql`
    select r.id, r.title, r.artist_name, r.isrc, r.edited,
      array(
        select rel.title
        from catalog.release_track t
        join catalog.release rel on rel.id = t.release_id
        where t.recording_id = r.id) as release_titles,
      exists (select from catalog.split s where s.recording_id = r.id) as has_split,
      not exists (
        select
        from catalog.split s
        where s.recording_id = r.id and (s.provenance not in ('import', 'demo') or s.set_by is not null)) as split_is_ours,
      (select coalesce(p.merged_into, p.id)
        from catalog.recording_artist ra
        join catalog.artist a on a.id = ra.artist_id
        join catalog.party p on p.id = a.party_id
        where ra.recording_id = r.id and ra.role = 'main'
        order by ra.position
        limit 1) as main_party_id
    from catalog.recording r
    where r.id = any(${p.ids}::uuid[])`,
});

// ── what is added ───────────────────────────────────────────────────────

/** Rows as one JSON array. */
type Rows = { readonly rows: string };
const noRows: Rows = { rows: '[]' };

function insertRows(name: string, text: (rows: string) => ReturnType<typeof sql>): Command<Rows> {
  return command({ name: `catalog.${name}`, sample: noRows, text: (p: Rows) => text(p.rows) });
}

export const insertParties = insertRows(
  'insertParties',
  (rows) => sql`
    insert into catalog.party (id, name, match_name, kind, provenance)
    select id, name, match_name, kind, provenance
    from jsonb_to_recordset(${rows}::jsonb) as r (id uuid, name text, match_name text, kind text, provenance text)`,
);

export const insertArtists = insertRows(
  'insertArtists',
  (rows) => sql`
    insert into catalog.artist (id, name, sort_name, sort_key, match_name, party_id, territory, provenance)
    select id, name, sort_name, sort_key, match_name, party_id, territory, provenance
    from jsonb_to_recordset(${rows}::jsonb) as r (
      id uuid, name text, sort_name text, sort_key text, match_name text, party_id uuid, territory text, provenance text)`,
);

export const insertLabels = insertRows(
  'insertLabels',
  (rows) => sql`
    insert into catalog.label (id, name, match_name, party_id, provenance)
    select id, name, match_name, party_id, provenance
    from jsonb_to_recordset(${rows}::jsonb) as r (id uuid, name text, match_name text, party_id uuid, provenance text)`,
);

export const insertReleases = insertRows(
  'insertReleases',
  (rows) => sql`
    insert into catalog.release (
      id, title, kind, artist_id, artist_name, label_id, match_title, match_key, gtin, gtin_valid, released_on, territories,
      cover_key, mbid, provenance)
    select id, title, kind, artist_id, artist_name, label_id, match_title, match_key, gtin, gtin_valid, released_on, territories,
      cover_key, mbid, provenance
    from jsonb_to_recordset(${rows}::jsonb) as r (
      id uuid, title text, kind text, artist_id uuid, artist_name text, label_id uuid, match_title text, match_key text, gtin text,
      gtin_valid bool, released_on text, territories text[], cover_key text, mbid uuid, provenance text)`,
);

export const insertRecordings = insertRows(
  'insertRecordings',
  (rows) => sql`
    insert into catalog.recording (
      id, title, artist_name, match_title, match_artist, isrc, isrc_valid, duration_ms, genres, language, year,
      tempo_bpm, music_key, cover_key, mbid, provenance)
    select id, title, artist_name, match_title, match_artist, isrc, isrc_valid, duration_ms, genres, language, year,
      tempo_bpm, music_key, cover_key, mbid, provenance
    from jsonb_to_recordset(${rows}::jsonb) as r (
      id uuid, title text, artist_name text, match_title text, match_artist text, isrc text, isrc_valid bool,
      duration_ms int, genres text[], language text, year int, tempo_bpm real, music_key text, cover_key text,
      mbid uuid, provenance text)`,
);

export const insertKeys = insertRows(
  'insertKeys',
  (rows) => sql`
    insert into catalog.recording_key (key, recording_id)
    select key, recording_id
    from jsonb_to_recordset(${rows}::jsonb) as r (key text, recording_id uuid)
    on conflict do nothing`,
);

export const insertRecordingArtists = insertRows(
  'insertRecordingArtists',
  (rows) => sql`
    insert into catalog.recording_artist (recording_id, position, artist_id, role)
    select recording_id, position, artist_id, role
    from jsonb_to_recordset(${rows}::jsonb) as r (recording_id uuid, position int, artist_id uuid, role text)`,
);

export const deleteRecordingArtists = command({
  name: 'catalog.deleteRecordingArtists',
  sample: { ids: [sampleId] },
  text: (p: { ids: readonly string[] }) => sql`
    delete from catalog.recording_artist
    where recording_id = any(${p.ids}::uuid[])`,
});

/** Without a track number the track goes after the last of its disc. */
export const insertTracks = insertRows(
  'insertTracks',
  (rows) => sql`
    insert into catalog.release_track (release_id, disc, position, recording_id)
    select r.release_id, r.disc,
      coalesce(r.position, coalesce(last.position, 0)
        + row_number() over (partition by r.release_id, r.disc, r.position is null order by r.n)::int),
      r.recording_id
    from jsonb_to_recordset(${rows}::jsonb) as r (n int, release_id uuid, disc int, position int, recording_id uuid)
    left join lateral (
      select max(t.position) as position
      from catalog.release_track t
      where t.release_id = r.release_id and t.disc = r.disc) last on true
    on conflict do nothing`,
);

/** Before a recording is placed anew: it leaves its only release, or its place on the release it returns to. */
export const unplaceTracks = insertRows(
  'unplaceTracks',
  (rows) => sql`
    delete from catalog.release_track t
    using jsonb_to_recordset(${rows}::jsonb) as r (recording_id uuid, release_id uuid)
    where t.recording_id = r.recording_id
      and (t.release_id = r.release_id
        or not exists (
          select
          from catalog.release_track other
          where other.recording_id = t.recording_id and other.release_id <> t.release_id))`,
);

/** Tracks of several artists make a release various artists'; the number of tracks says what it is called. */
export const settleReleases = command({
  name: 'catalog.settleReleases',
  sample: { ids: [sampleId], various: 'Various artists' },
  text: (p: { ids: readonly string[]; various: string }) => sql`
    with found as (
      select t.release_id, count(*) as tracks, count(distinct ra.artist_id) as artists
      from catalog.release_track t
      left join catalog.recording_artist ra
        on ra.recording_id = t.recording_id and ra.position = 0
      where t.release_id = any(${p.ids}::uuid[])
      group by t.release_id)
    update catalog.release rel
    set kind = case
          when rel.match_key not like 'artist %' and found.artists > 1 then 'compilation'
          when found.tracks <= 3 then 'single'
          when found.tracks <= 6 then 'ep'
          else 'album' end,
        artist_id = case when rel.match_key not like 'artist %' and found.artists > 1 then null else rel.artist_id end,
        artist_name = case
          when rel.match_key not like 'artist %' and found.artists > 1 then ${p.various}
          else rel.artist_name end
    from found
    where rel.id = found.release_id`,
});

export const insertWorks = insertRows(
  'insertWorks',
  (rows) => sql`
    insert into catalog.work (id, title, iswc, iswc_valid, provenance)
    select id, title, iswc, iswc_valid, provenance
    from jsonb_to_recordset(${rows}::jsonb) as r (id uuid, title text, iswc text, iswc_valid bool, provenance text)`,
);

export const insertRecordingWorks = insertRows(
  'insertRecordingWorks',
  (rows) => sql`
    insert into catalog.recording_work (recording_id, work_id)
    select recording_id, work_id
    from jsonb_to_recordset(${rows}::jsonb) as r (recording_id uuid, work_id uuid)
    on conflict do nothing`,
);

export const insertCredits = insertRows(
  'insertCredits',
  (rows) => sql`
    insert into catalog.credit (id, recording_id, party_id, role, position)
    select id, recording_id, party_id, role, position
    from jsonb_to_recordset(${rows}::jsonb) as r (id uuid, recording_id uuid, party_id uuid, role text, position int)`,
);

/** Everything of the master to one party, as the next version of whatever stands there. */
export const insertDefaultSplits = insertRows(
  'insertDefaultSplits',
  (rows) => sql`
    with split as (
      insert into catalog.split (id, recording_id, "right", territory, valid_from, version, provenance)
      select r.id, r.recording_id, 'master', null, r.valid_from,
        1 + coalesce((
          select max(s.version)
          from catalog.split s
          where s.recording_id = r.recording_id and s."right" = 'master' and s.territory is null), 0),
        r.provenance
      from jsonb_to_recordset(${rows}::jsonb) as r (id uuid, recording_id uuid, valid_from date, provenance text))
    insert into catalog.split_share (split_id, party_id, basis_points)
    select r.id, r.party_id, 10000
    from jsonb_to_recordset(${rows}::jsonb) as r (id uuid, party_id uuid)`,
);

/** What the tags say now, except what a person has set. */
export const describeAgain = insertRows(
  'describeAgain',
  (rows) => sql`
    update catalog.recording rec
    set title = case when 'title' = any(rec.edited) then rec.title else r.title end,
        match_title = case when 'title' = any(rec.edited) then rec.match_title else r.match_title end,
        artist_name = case when 'artistName' = any(rec.edited) then rec.artist_name else r.artist_name end,
        match_artist = case when 'artistName' = any(rec.edited) then rec.match_artist else r.match_artist end,
        isrc = case when 'isrc' = any(rec.edited) then rec.isrc else coalesce(r.isrc, rec.isrc) end,
        isrc_valid = case when 'isrc' = any(rec.edited) then rec.isrc_valid else coalesce(r.isrc_valid, rec.isrc_valid) end,
        duration_ms = case when 'durationMs' = any(rec.edited) then rec.duration_ms else coalesce(r.duration_ms, rec.duration_ms) end,
        genres = case when 'genres' = any(rec.edited) or r.genres = '{}' then rec.genres else r.genres end,
        language = case when 'language' = any(rec.edited) then rec.language else coalesce(r.language, rec.language) end,
        year = case when 'year' = any(rec.edited) then rec.year else coalesce(r.year, rec.year) end,
        cover_key = coalesce(r.cover_key, rec.cover_key),
        mbid = coalesce(r.mbid, rec.mbid),
        updated_at = now()
    from jsonb_to_recordset(${rows}::jsonb) as r (
      id uuid, title text, artist_name text, match_title text, match_artist text, isrc text, isrc_valid bool,
      duration_ms int, genres text[], language text, year int, cover_key text, mbid uuid)
    where rec.id = r.id`,
);

/** Another file of a known recording only adds what nobody had said. */
export const fillIn = insertRows(
  'fillIn',
  (rows) => sql`
    update catalog.recording rec
    set isrc = case when 'isrc' = any(rec.edited) then rec.isrc else coalesce(rec.isrc, r.isrc) end,
        isrc_valid = case when 'isrc' = any(rec.edited) or rec.isrc is not null then rec.isrc_valid else r.isrc_valid end,
        duration_ms = coalesce(rec.duration_ms, r.duration_ms),
        genres = case when rec.genres = '{}' and not 'genres' = any(rec.edited) then r.genres else rec.genres end,
        language = coalesce(rec.language, r.language),
        year = coalesce(rec.year, r.year),
        cover_key = coalesce(rec.cover_key, r.cover_key),
        mbid = coalesce(rec.mbid, r.mbid),
        updated_at = now()
    from jsonb_to_recordset(${rows}::jsonb) as r (
      id uuid, isrc text, isrc_valid bool, duration_ms int, genres text[], language text, year int, cover_key text, mbid uuid)
    where rec.id = r.id`,
);

export const coverReleases = insertRows(
  'coverReleases',
  (rows) => sql`
    update catalog.release rel
    set cover_key = coalesce(rel.cover_key, r.cover_key)
    from jsonb_to_recordset(${rows}::jsonb) as r (id uuid, cover_key text)
    where rel.id = r.id and rel.cover_key is null`,
);
