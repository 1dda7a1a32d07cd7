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

/** A join and not `any`: ten thousand ids against ten thousand merges would be a hundred million comparisons. */
export const findMergedAway = query({
  name: 'catalog.findMergedAway',
  columns: { id: column.uuid<RecordingId>(), intoId: column.uuid<RecordingId>() },
  sample: { ids: '{}' as string | null },
  text: (p: { ids: string | null }) => sql`
    select r.id, r.merged_into as into_id
    from unnest(${p.ids}::uuid[]) as given (id)
    join catalog.recording r on r.id = given.id
    where r.merged_into is not null`,
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
