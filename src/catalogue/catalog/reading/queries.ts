import type { ArtistId, PartyId, RecordingId, ReleaseId, WorkId } from '#foundation/kernel/ids.ts';
import type { Provenance } from '#foundation/kernel/counting.ts';
import { column, command, query, sql, type Fragment } from '#foundation/platform/postgres.ts';
import type { ArtistRole } from '../adding/draft.ts';
import { sampleId } from '../queries.ts';
import { isAlike, likeness } from './alike.ts';

// ── searching ───────────────────────────────────────────────────────────

/**
 * How alike words must be to be found, for this transaction. One wrong letter in a word of six leaves about
 * 0.4 of its trigrams; PostgreSQL's own 0.6 forgives nothing.
 */
export const forgiveTyping = command({
  name: 'catalog.forgiveTyping',
  sample: {},
  text: () => sql`select set_config('pg_trgm.word_similarity_threshold', '0.35', true)`,
});

export type Page = {
  readonly limit: number;
  readonly after: { readonly key: number; readonly id: string } | null;
};
type RecordingFilter = {
  readonly artistId: string | null;
  readonly genre: string | null;
  readonly userId: string | null;
};

const recordingItem = {
  id: column.uuid<RecordingId>(),
  title: column.text,
  artistName: column.text,
  isrc: column.nullable(column.text),
  durationMs: column.nullable(column.int4),
  releaseId: column.nullable(column.uuid<ReleaseId>()),
  releaseTitle: column.nullable(column.text),
  year: column.nullable(column.int4),
  genres: column.textArray,
  hasCover: column.bool,
  releaseHasCover: column.bool,
  provenance: column.oneOf<Provenance>(),
};

/** A recording may be on several releases; the first one stands for it. */
const itemColumns = sql`
  r.id, r.title, r.artist_name, r.isrc, r.duration_ms, first.id as release_id, first.title as release_title, r.year,
  r.genres, r.cover_key is not null as has_cover, coalesce(first.has_cover, false) as release_has_cover, r.provenance`;

const firstRelease = sql`
  left join lateral (
    select rel.id, rel.title, rel.cover_key is not null as has_cover
    from catalog.release_track t
    join catalog.release rel on rel.id = t.release_id
    where t.recording_id = r.id
    order by rel.id
    limit 1) first on true`;

function narrowed({ artistId, genre, userId }: RecordingFilter): Fragment {
  return sql`r.merged_into is null
    ${
      artistId === null
        ? sql``
        : sql`and exists (
      select
      from catalog.recording_artist ra
      where ra.recording_id = r.id and ra.artist_id = ${artistId})`
    }
    ${genre === null ? sql`` : sql`and ${genre} = any(r.genres)`}
    ${
      userId === null
        ? sql``
        : sql`and r.id in (
      select ra.recording_id
      from catalog.party p
      join catalog.party same on coalesce(same.merged_into, same.id) = p.id
      join catalog.artist a on a.party_id = same.id
      join catalog.recording_artist ra on ra.artist_id = a.id
      where p.user_id = ${userId} and ra.role = 'main'
      union
      select s.recording_id
      from catalog.party p
      join catalog.party same on coalesce(same.merged_into, same.id) = p.id
      join catalog.split_share sh on sh.party_id = same.id
      join catalog.split s on s.id = sh.split_id
      where p.user_id = ${userId})`
    }`;
}

const titleAndArtist = sql`(r.match_title || ' ' || r.match_artist)`;

export const searchRecordings = query({
  name: 'catalog.searchRecordings',
  columns: { ...recordingItem, score: column.float8 },
  sample: {
    words: 'a',
    artistId: sampleId,
    genre: 'a',
    userId: sampleId,
    limit: 1,
    after: { key: 1, id: sampleId },
  },
  text: (p: RecordingFilter & Page & { words: string }) => sql`
    select ${itemColumns}, r.score
    from (
      select found.*
      from (
        select r.*,
          ${likeness(titleAndArtist, p.words)}
            + case when r.match_title = ${p.words} then 1 when starts_with(r.match_title, ${p.words}) then 0.5 else 0 end as score
        from catalog.recording r
        where ${isAlike(titleAndArtist, p.words)} and ${narrowed(p)}) found
      ${p.after === null ? sql`` : sql`where (found.score, found.id) < (${p.after.key}::float8, ${p.after.id}::uuid)`}
      order by found.score desc, found.id desc
      limit ${p.limit}) r
    ${firstRelease}
    order by r.score desc, r.id desc`,
});

/** Newest first: ids are in the order in which recordings arrived. */
export const listRecordings = query({
  name: 'catalog.listRecordings',
  columns: recordingItem,
  sample: {
    artistId: sampleId,
    genre: 'a',
    userId: sampleId,
    limit: 1,
    after: sampleId as string | null,
  },
  text: (p: RecordingFilter & { limit: number; after: string | null }) => sql`
    select ${itemColumns}
    from catalog.recording r
    ${firstRelease}
    where ${narrowed(p)} ${p.after === null ? sql`` : sql`and r.id < ${p.after}::uuid`}
    order by r.id desc
    limit ${p.limit}`,
});

/** Those of the ids that stand for themselves; the order is the asker's. */
export const recordingItems = query({
  name: 'catalog.recordingItems',
  columns: recordingItem,
  sample: { ids: [sampleId] },
  text: (p: { ids: readonly string[] }) => sql`
    select ${itemColumns}
    from catalog.recording r
    ${firstRelease}
    where r.id = any(${p.ids}::uuid[]) and r.merged_into is null`,
});

// ── one recording ───────────────────────────────────────────────────────

/** A merged recording answers as the one it was merged into. */
export const findRecording = query({
  name: 'catalog.findRecording',
  columns: {
    ...recordingItem,
    isrcValid: column.nullable(column.bool),
    language: column.nullable(column.text),
    tempoBpm: column.nullable(column.float8),
    musicKey: column.nullable(column.text),
    mbid: column.nullable(column.uuid<string>()),
    edited: column.textArray,
  },
  sample: { id: sampleId },
  text: (p: { id: string }) => sql`
    select ${itemColumns}, r.isrc_valid, r.language, r.tempo_bpm, r.music_key, r.mbid, r.edited
    from catalog.recording named
    join catalog.recording r on r.id = coalesce(named.merged_into, named.id)
    ${firstRelease}
    where named.id = ${p.id}`,
});

export const artistsOf = query({
  name: 'catalog.artistsOf',
  columns: { id: column.uuid<ArtistId>(), name: column.text, role: column.oneOf<ArtistRole>() },
  sample: { id: sampleId },
  text: (p: { id: string }) => sql`
    select a.id, a.name, ra.role
    from catalog.recording_artist ra
    join catalog.artist a on a.id = ra.artist_id
    where ra.recording_id = ${p.id}
    order by ra.position`,
});

export const releasesWith = query({
  name: 'catalog.releasesWith',
  columns: {
    id: column.uuid<ReleaseId>(),
    title: column.text,
    disc: column.int4,
    position: column.int4,
  },
  sample: { id: sampleId },
  text: (p: { id: string }) => sql`
    select rel.id, rel.title, t.disc, t.position
    from catalog.release_track t
    join catalog.release rel on rel.id = t.release_id
    where t.recording_id = ${p.id}
    order by rel.id, t.disc, t.position
    limit 200`,
});

/** Credits of the recording (work null) and of its works. */
export const creditsOf = query({
  name: 'catalog.creditsOf',
  columns: {
    workId: column.nullable(column.uuid<WorkId>()),
    partyId: column.uuid<PartyId>(),
    name: column.text,
    role: column.text,
  },
  sample: { id: sampleId },
  text: (p: { id: string }) => sql`
    select c.work_id, p.id as party_id, p.name, c.role
    from catalog.credit c
    join catalog.party named on named.id = c.party_id
    join catalog.party p on p.id = coalesce(named.merged_into, named.id)
    where c.recording_id = ${p.id}
      or c.work_id in (select work_id from catalog.recording_work where recording_id = ${p.id})
    order by c.position
    limit 500`,
});

export const worksOf = query({
  name: 'catalog.worksOf',
  columns: {
    id: column.uuid<WorkId>(),
    title: column.text,
    iswc: column.nullable(column.text),
    iswcValid: column.nullable(column.bool),
  },
  sample: { id: sampleId },
  text: (p: { id: string }) => sql`
    select w.id, w.title, w.iswc, w.iswc_valid
    from catalog.recording_work rw
    join catalog.work w on w.id = rw.work_id
    where rw.recording_id = ${p.id}
    order by w.id
    limit 100`,
});

// ── lists of tracks, genres and covers ──────────────────────────────────

/** In order; a release of more tracks than anybody plays through is cut. */
export const tracksOf = query({
  name: 'catalog.tracksOf',
  columns: { ...recordingItem, disc: column.int4, position: column.int4 },
  sample: { id: sampleId },
  text: (p: { id: string }) => sql`
    select ${itemColumns}, here.disc, here.position
    from catalog.release_track here
    join catalog.recording r on r.id = here.recording_id
    join lateral (
      select rel.id, rel.title, rel.cover_key is not null as has_cover
      from catalog.release rel
      where rel.id = here.release_id) first on true
    where here.release_id = ${p.id}
    order by here.disc, here.position, r.id
    limit 2000`,
});

export const listGenres = query({
  name: 'catalog.listGenres',
  columns: { name: column.text, recordings: column.int4 },
  sample: { limit: 1, after: { key: 1, id: 'a' } },
  text: (p: Page) => sql`
    select name, recordings
    from (
      select unnest(r.genres) as name, count(*)::int as recordings
      from catalog.recording r
      where r.merged_into is null
      group by 1) found
    ${p.after === null ? sql`` : sql`where (-recordings, name) > (${-p.after.key}::int, ${p.after.id})`}
    order by -recordings, name
    limit ${p.limit}`,
});

export const coverOfRecording = query({
  name: 'catalog.coverOfRecording',
  columns: { coverKey: column.text },
  sample: { id: sampleId },
  text: (p: { id: string }) => sql`
    select coalesce(r.cover_key, rel.cover_key) as cover_key
    from catalog.recording named
    join catalog.recording r on r.id = coalesce(named.merged_into, named.id)
    left join catalog.release_track t on t.recording_id = r.id
    left join catalog.release rel on rel.id = t.release_id
    where named.id = ${p.id} and coalesce(r.cover_key, rel.cover_key) is not null
    order by rel.id
    limit 1`,
});

export const coverOfRelease = query({
  name: 'catalog.coverOfRelease',
  columns: { coverKey: column.text },
  sample: { id: sampleId },
  text: (p: { id: string }) => sql`
    select cover_key
    from catalog.release
    where id = ${p.id} and cover_key is not null`,
});
