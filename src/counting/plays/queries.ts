import { column, command, query, sql } from '#foundation/platform/postgres.ts';
import { state } from './stored-words.ts';

// The SQL that counts. What is read back: read-queries.ts; who reports: device-queries.ts; what merges: merge-queries.ts.

const someId = '00000000-0000-7000-8000-000000000001';
const someTime = 1_790_000_000_000;

/**
 * One device writes at a time, so that a key cannot be used for two times by two requests at once. Whoever writes
 * plays shares a lock that `awaitWriters` waits for, and takes it first, or the two would wait for each other.
 */
export const lockDevices = command({
  name: 'plays.lockDevices',
  sample: { deviceIds: [someId] },
  text: (p: { deviceIds: readonly string[] }) => sql`
    with writers as materialized (
      select pg_advisory_xact_lock_shared(1852793968, 0)
    )
    select pg_advisory_xact_lock(1852793966, device)
    from writers
    cross join (
      select distinct hashtext(id) as device
      from unnest(${p.deviceIds}::text[]) as id
      order by device) as devices`,
});

/** For writers that hold no device. */
export const joinWriters = command({
  name: 'plays.joinWriters',
  sample: {},
  text: () => sql`select pg_advisory_xact_lock_shared(1852793968, 0)`,
});

/** Returns when every transaction that was writing plays has ended. */
export const awaitWriters = command({
  name: 'plays.awaitWriters',
  sample: {},
  text: () => sql`select pg_advisory_xact_lock(1852793968, 0)`,
});

/** Evidence that may merge waits for other evidence of the same recordings; stripes are taken in order. */
export const lockRecordings = command({
  name: 'plays.lockRecordings',
  sample: { recordingIds: [someId] },
  text: (p: { recordingIds: readonly string[] }) => sql`
    select pg_advisory_xact_lock(1852793967, stripe)
    from (
      select distinct (hashtext(id) & 63) as stripe
      from unnest(${p.recordingIds}::text[]) as id
      order by stripe) as stripes`,
});

/** Columns of evidence as PostgreSQL arrays (`plainArray`), each as long as the others; null for a column of nulls. */
export type EvidenceColumns = {
  readonly deviceIds: string | null;
  readonly keys: string | null;
  readonly startedAts: string | null;
  readonly recordingIds: string | null;
  readonly listenerIds: string | null;
  readonly playedMs: string | null;
  readonly sources: string | null;
  readonly provenances: string | null;
  readonly territories: string | null;
  readonly seqs: string | null;
  readonly confidences: string | null;
  readonly lats: string | null;
  readonly lons: string | null;
  readonly accuracies: string | null;
  readonly placeIds: string | null;
  readonly cells: string | null;
  readonly clockOffsets: string | null;
  readonly payloadHashes: readonly (string | null)[] | null;
};

const noEvidence: EvidenceColumns = {
  deviceIds: '{}',
  keys: '{}',
  startedAts: '{}',
  recordingIds: '{}',
  listenerIds: '{}',
  playedMs: '{}',
  sources: '{}',
  provenances: '{}',
  territories: '{}',
  seqs: '{}',
  confidences: '{}',
  lats: '{}',
  lons: '{}',
  accuracies: '{}',
  placeIds: '{}',
  cells: '{}',
  clockOffsets: '{}',
  payloadHashes: null,
};

/**
 * Which of these keys their devices have used already: by the place (from 1) in the arrays, with the time they named
 * and the play the evidence was merged into. `lo` and `hi` bound the partitions that are asked.
 */
export const findKnown = query({
  name: 'plays.findKnown',
  columns: { n: column.int8, startedAt: column.instant, playId: column.nullable(column.bytea) },
  sample: {
    deviceIds: '{}' as string | null,
    keys: '{}' as string | null,
    lo: someTime,
    hi: someTime,
  },
  text: (p: { deviceIds: string | null; keys: string | null; lo: number; hi: number }) => sql`
    select g.n, p.started_at, p.play_id
    from unnest(${p.deviceIds}::uuid[], ${p.keys}::uuid[]) with ordinality as g (device_id, key, n)
    join plays.play p on p.device_id = g.device_id and p.key = g.key
    where p.started_at >= to_timestamp(${p.lo} / 1000.0) and p.started_at < to_timestamp(${p.hi} / 1000.0)`,
});

/**
 * Inserts evidence that is known to be new: the caller holds the locks of its devices and has looked, so no conflict
 * clause is needed, which would cost a fifth of the ingest. Rows come sorted by the key.
 */
export const insertEvidence = command({
  name: 'plays.insertEvidence',
  sample: { receivedAt: someTime, evidence: noEvidence },
  text: ({ evidence: e, receivedAt }: { receivedAt: number; evidence: EvidenceColumns }) => sql`
    insert into plays.play (device_id, key, started_at, recording_id, listener_id, played_ms, source, state, provenance, territory, seq,
      confidence, lat, lon, accuracy_m, place_id, cell, clock_offset_ms, payload_hash, received_at)
    select device_id, key, to_timestamp(started_ms / 1000.0), recording_id, listener_id, played_ms, source,
      case when recording_id is null then ${state('unmatched')} else ${state('counted')} end, provenance, territory, seq, confidence, lat, lon, accuracy_m, place_id, cell,
      clock_offset_ms, payload_hash, to_timestamp(${receivedAt} / 1000.0)
    from unnest(
      ${e.deviceIds}::uuid[], ${e.keys}::uuid[], ${e.startedAts}::float8[], ${e.recordingIds}::uuid[], ${e.listenerIds}::uuid[], ${e.playedMs}::int[],
      ${e.sources}::smallint[], ${e.provenances}::smallint[], ${e.territories}::text[], ${e.seqs}::bigint[], ${e.confidences}::real[], ${e.lats}::float8[],
      ${e.lons}::float8[], ${e.accuracies}::real[], ${e.placeIds}::uuid[], ${e.cells}::int[], ${e.clockOffsets}::bigint[], ${e.payloadHashes}::text[])
      as g (device_id, key, started_ms, recording_id, listener_id, played_ms, source, provenance, territory, seq, confidence, lat, lon,
        accuracy_m, place_id, cell, clock_offset_ms, payload_hash)`,
});

export const keepReportedText = command({
  name: 'plays.keepReportedText',
  sample: {
    deviceIds: [someId],
    keys: [someId],
    startedAts: [someTime],
    refs: [null],
    isrcs: [null],
    titles: ['t'],
    artists: ['a'],
    durations: [null],
    matchTitles: ['t'],
    matchArtists: ['a'],
    matched: [true],
  } as ReportedText,
  text: (p: ReportedText) => sql`
    insert into plays.reported_text (device_id, key, started_at, recording_ref, isrc, title, artist, duration_ms, match_title, match_artist, matched)
    select device_id, key, to_timestamp(started_ms / 1000.0), ref, isrc, title, artist, duration_ms, match_title, match_artist, matched
    from unnest(${p.deviceIds}::uuid[], ${p.keys}::uuid[], ${p.startedAts}::float8[], ${p.refs}::text[], ${p.isrcs}::text[], ${p.titles}::text[], ${p.artists}::text[], ${p.durations}::int[],
      ${p.matchTitles}::text[], ${p.matchArtists}::text[], ${p.matched}::bool[])
      as t (device_id, key, started_ms, ref, isrc, title, artist, duration_ms, match_title, match_artist, matched)
    order by device_id, key, started_ms
    on conflict do nothing`,
});
export type ReportedText = {
  readonly deviceIds: readonly string[];
  readonly keys: readonly string[];
  readonly startedAts: readonly number[];
  readonly refs: readonly (string | null)[];
  readonly isrcs: readonly (string | null)[];
  readonly titles: readonly (string | null)[];
  readonly artists: readonly (string | null)[];
  readonly durations: readonly (number | null)[];
  readonly matchTitles: readonly (string | null)[];
  readonly matchArtists: readonly (string | null)[];
  readonly matched: readonly boolean[];
};
