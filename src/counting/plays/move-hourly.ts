import { command, sql, type Fragment } from '#foundation/platform/postgres.ts';

// The one file that writes plays.hourly. Whoever changes what is counted moves the buckets in the same transaction, by exactly
// what changed; `ngoma audit plays` recomputes them.

/**
 * The end of a statement that adds to the buckets what `rows` answers: recording, hour, source, territory ('' where unknown),
 * provenance, plays and played_ms, one row a bucket and in the order of the key, in which every writer takes them.
 */
export function moveHourly(rows: Fragment): Fragment {
  return sql`
    insert into plays.hourly as h (recording_id, hour, source, territory, provenance, plays, played_ms)
    ${rows}
    on conflict (recording_id, hour, source, territory, provenance)
    do update set plays = h.plays + excluded.plays, played_ms = h.played_ms + excluded.played_ms`;
}

/** What new plays add to the hourly buckets, one row a bucket, sorted by the bucket's key. */
export type HourlyColumns = {
  readonly recordingIds: string | null;
  readonly hours: string | null;
  readonly sources: string | null;
  readonly territories: string | null;
  readonly provenances: string | null;
  readonly plays: string | null;
  readonly playedMs: string | null;
};

/** Moves the rollups in the transaction that inserted the evidence. */
export const addToHourly = command({
  name: 'plays.addToHourly',
  sample: {
    recordingIds: '{}',
    hours: '{}',
    sources: '{}',
    territories: '{}',
    provenances: '{}',
    plays: '{}',
    playedMs: '{}',
  } as HourlyColumns,
  text: (p: HourlyColumns) =>
    moveHourly(sql`
    select recording_id, to_timestamp(hour_ms / 1000.0), source, territory, provenance, plays, played_ms
    from unnest(${p.recordingIds}::uuid[], ${p.hours}::float8[], ${p.sources}::smallint[], ${p.territories}::text[], ${p.provenances}::smallint[],
      ${p.plays}::bigint[], ${p.playedMs}::bigint[]) as g (recording_id, hour_ms, source, territory, provenance, plays, played_ms)`),
});

/** Takes all buckets of a recording away and answers them without it, for `moveHourly` to add elsewhere. */
export function takeHourly(recordingId: string): Fragment {
  return sql`
    delete from plays.hourly where recording_id = ${recordingId}::uuid
    returning hour, source, territory, provenance, plays, played_ms`;
}
