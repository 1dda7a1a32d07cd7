import type { RecordingId } from '#foundation/kernel/ids.ts';
import { column, query, sql } from '#foundation/platform/postgres.ts';

export const sampleId = '00000000-0000-7000-8000-000000000000';

// ── what references mean ────────────────────────────────────────────────

export const findByIsrc = query({
  name: 'catalog.findByIsrc',
  columns: {
    isrc: column.text,
    id: column.uuid<RecordingId>(),
    durationMs: column.nullable(column.int4),
  },
  sample: { isrcs: ['USSM19803037'] },
  text: (p: { isrcs: readonly string[] }) => sql`
    select isrc, coalesce(merged_into, id) as id, duration_ms
    from catalog.recording
    where isrc = any(${p.isrcs}::text[])`,
});

export const findByText = query({
  name: 'catalog.findByText',
  columns: {
    matchTitle: column.text,
    matchArtist: column.text,
    id: column.uuid<RecordingId>(),
    durationMs: column.nullable(column.int4),
  },
  sample: { titles: ['a'], artists: ['b'] },
  text: (p: { titles: readonly string[]; artists: readonly string[] }) => sql`
    select r.match_title, r.match_artist, coalesce(r.merged_into, r.id) as id, r.duration_ms
    from unnest(${p.titles}::text[], ${p.artists}::text[]) as wanted (title, artist)
    join catalog.recording r on r.match_title = wanted.title and r.match_artist = wanted.artist`,
});

/** Few recordings are ever merged away, so this asks a small index, however many ids are given. */
export const findMergedAway = query({
  name: 'catalog.findMergedAway',
  columns: { id: column.uuid<RecordingId>(), intoId: column.uuid<RecordingId>() },
  sample: { ids: [sampleId] },
  text: (p: { ids: readonly string[] }) => sql`
    select id, merged_into as into_id
    from catalog.recording
    where merged_into is not null and id = any(${p.ids}::uuid[])`,
});

export const findExisting = query({
  name: 'catalog.findExisting',
  columns: { id: column.uuid<RecordingId>() },
  sample: { ids: [sampleId] },
  text: (p: { ids: readonly string[] }) => sql`
    select id
    from catalog.recording
    where id = any(${p.ids}::uuid[])`,
});
