import type { RecordingId } from '#foundation/kernel/ids.ts';
import type { Instant } from '#foundation/kernel/time.ts';
import { command, query, sql, type Database } from '#foundation/platform/postgres.ts';
import { mergedAway } from '#catalogue/catalog/index.ts';
import { evidenceColumns, evidenceRow } from './merge-queries.ts';
import { mergeAgain, toStored } from './merge-stored.ts';
import { moveHourly, takeHourly } from './move-hourly.ts';
import { awaitWriters, lockRecordings } from './queries.ts';
import { state } from './stored-words.ts';

// When two entries of the catalogue become one, the plays of the one that goes are plays of the one that stays.

const pageMax = 2_000;
const someId = '00000000-0000-7000-8000-000000000001';

export const moveRecording = command({
  name: 'plays.moveRecording',
  sample: { fromId: someId, intoId: someId },
  text: (p: { fromId: string; intoId: string }) => sql`
    with moved as (
      update plays.play set recording_id = ${p.intoId}::uuid where recording_id = ${p.fromId}::uuid
    ), emptied as (${takeHourly(p.fromId)}
    )
    ${moveHourly(sql`
    select ${p.intoId}::uuid, hour, source, territory, provenance, plays, played_ms
    from emptied
    order by 1, 2, 3, 4, 5`)}`,
});

type Place = {
  readonly startedAt: Instant | null;
  readonly deviceId: string;
  readonly key: string;
};

/** Evidence of a recording that can overlap other evidence of it, by time. */
export const mergeableOf = query({
  name: 'plays.mergeableOf',
  columns: evidenceRow,
  sample: {
    recordingId: someId,
    after: { startedAt: null, deviceId: someId, key: someId } as Place,
    limit: 1,
  },
  text: (p: { recordingId: string; after: Place; limit: number }) => sql`
    select ${evidenceColumns}
    from plays.play p
    where p.recording_id = ${p.recordingId}::uuid and p.state in (${state('counted')}, ${state('merged')}) and (p.cell is not null or p.listener_id is not null)
      and (${p.after.startedAt}::float8 is null
        or (p.started_at, p.device_id, p.key) > (to_timestamp(${p.after.startedAt}::float8 / 1000.0), ${p.after.deviceId}::uuid, ${p.after.key}::uuid))
    order by p.started_at, p.device_id, p.key
    limit ${p.limit}`,
});

/** Repeatable: what was moved is no longer there to move, and merging again changes nothing. */
export async function followMerge(
  db: Database,
  merge: { readonly fromId: RecordingId; readonly intoId: RecordingId },
): Promise<void> {
  // The one that stays may have been merged away itself, when this is a late attempt.
  const intoId = (await mergedAway(db, [merge.intoId])).get(merge.intoId) ?? merge.intoId;
  // Whoever looked the old id up before the merge has written when this returns; later ones write the new id.
  await db.tx((tx) => tx.run(awaitWriters, {}));
  await db.tx((tx) => tx.run(moveRecording, { fromId: merge.fromId, intoId }));
  // Reports of one sound may have named either entry: now they are one play.
  let after: Place = { startedAt: null, deviceId: someId, key: someId };
  for (;;) {
    const page = await db.all(mergeableOf, { recordingId: intoId, after, limit: pageMax });
    const last = page.at(-1);
    if (last === undefined) return;
    await db.tx(async (tx) => {
      await tx.run(lockRecordings, { recordingIds: [intoId] });
      await mergeAgain(tx, page.map(toStored));
    });
    after = last;
  }
}
