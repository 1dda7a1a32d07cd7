import type { RecordingId } from '#foundation/kernel/ids.ts';
import { auditMerging, type MergingDifference } from './audit-merging.ts';
import { column, command, query, sql, type Db } from '#foundation/platform/postgres.ts';
import { state } from './stored-words.ts';

// The proof of "counted once": every bucket recomputed from the evidence and compared with the rollup.

const differencesMax = 100;

export const readOneSnapshot = command({
  name: 'plays.readOneSnapshot',
  sample: {},
  text: () => sql`set transaction isolation level repeatable read read only`,
});

export const countDifferences = query({
  name: 'plays.countDifferences',
  columns: {
    recordingId: column.uuid<RecordingId>(),
    hour: column.instant,
    source: column.int4,
    territory: column.text,
    rolledPlays: column.int8,
    countedPlays: column.int8,
    rolledMs: column.int8,
    countedMs: column.int8,
  },
  sample: { limit: 1 },
  text: (p: { limit: number }) => sql`
    with counted as (
      select recording_id, date_trunc('hour', started_at) as hour, source, coalesce(territory, '') as territory, provenance,
        count(*) as plays, sum(played_ms)::bigint as played_ms
      from plays.play
      where state = ${state('counted')}
      group by 1, 2, 3, 4, 5
    )
    select recording_id, hour, source, territory,
      coalesce(h.plays, 0) as rolled_plays, coalesce(c.plays, 0) as counted_plays,
      coalesce(h.played_ms, 0) as rolled_ms, coalesce(c.played_ms, 0) as counted_ms
    from counted c
    full join plays.hourly h using (recording_id, hour, source, territory, provenance)
    where (coalesce(h.plays, 0), coalesce(h.played_ms, 0)) <> (coalesce(c.plays, 0), coalesce(c.played_ms, 0))
    order by 1, 2, 3, 4
    limit ${p.limit}`,
});

export const evidenceTotals = query({
  name: 'plays.evidenceTotals',
  columns: {
    evidence: column.int8,
    counted: column.int8,
    merged: column.int8,
    unmatched: column.int8,
    held: column.int8,
    buckets: column.int8,
  },
  sample: {},
  text: () => sql`
    select count(*) as evidence, count(*) filter (where state = ${state('counted')}) as counted, count(*) filter (where state = ${state('merged')}) as merged,
      count(*) filter (where state = ${state('unmatched')}) as unmatched, count(*) filter (where state not in (${state('counted')}, ${state('merged')}, ${state('unmatched')})) as held,
      (select count(*) from plays.hourly where plays <> 0) as buckets
    from plays.play`,
});

export type PlaysAudit = {
  readonly evidence: bigint;
  readonly counted: bigint;
  readonly merged: bigint;
  readonly unmatched: bigint;
  readonly held: bigint;
  readonly buckets: bigint;
  /** At most 100; empty means every bucket is exact. */
  readonly differences: readonly {
    readonly recordingId: RecordingId;
    readonly rolledPlays: bigint;
    readonly countedPlays: bigint;
  }[];
  /** Recordings whose evidence is not merged as the rules say; at most 100. */
  readonly merging: readonly MergingDifference[];
};

/** Recomputes every rollup and every merge from the evidence, in one snapshot. */
export async function auditPlays(db: Db): Promise<PlaysAudit> {
  return db.tx(async (tx) => {
    await tx.run(readOneSnapshot, {});
    const differences = await tx.all(countDifferences, { limit: differencesMax });
    const totals = await tx.one(evidenceTotals, {});
    return { ...totals, differences, merging: await auditMerging(tx) };
  });
}
