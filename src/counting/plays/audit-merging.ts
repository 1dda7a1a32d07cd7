import { playStateNumber } from '#foundation/kernel/counting.ts';
import type { RecordingId } from '#foundation/kernel/ids.ts';
import { column, query, sql, type Db } from '#foundation/platform/postgres.ts';
import { connectedGroups, mergeGroup } from './merge-evidence.ts';
import { evidenceColumns, evidenceRow } from './merge-queries.ts';
import { identity, toStored } from './merge-stored.ts';
import { state } from './stored-words.ts';

// The proof that merging is a function of the evidence: every recording merged again from nothing, by the pure rules, and compared
// with what is stored.

const someId = '00000000-0000-7000-8000-000000000000';
const recordingsPerPage = 500;
const listedMax = 100;

export const mergeableRecordings = query({
  name: 'plays.mergeableRecordings',
  columns: { recordingId: column.uuid<RecordingId>() },
  sample: { after: someId, limit: 1 },
  text: (p: { after: string; limit: number }) => sql`
    select distinct recording_id
    from plays.play
    where recording_id > ${p.after} and (cell is not null or listener_id is not null)
    order by recording_id
    limit ${p.limit}`,
});

export const mergeableOf = query({
  name: 'plays.mergeableEvidenceOf',
  columns: evidenceRow,
  sample: { recordingId: someId },
  text: (p: { recordingId: string }) => sql`
    select ${evidenceColumns}
    from plays.play p
    where p.recording_id = ${p.recordingId} and p.state in (${state('counted')}, ${state('merged')}) and (p.cell is not null or p.listener_id is not null)`,
});

export type MergingDifference = {
  readonly recordingId: RecordingId;
  readonly storedPlays: number;
  readonly rightPlays: number;
};

/** Recordings whose evidence is not counted as the rules say; at most 100. */
export async function auditMerging(db: Db): Promise<readonly MergingDifference[]> {
  const differences: MergingDifference[] = [];
  for (let after: string = someId; differences.length < listedMax;) {
    const page = await db.all(mergeableRecordings, { after, limit: recordingsPerPage });
    for (const { recordingId } of page) {
      const evidence = (await db.all(mergeableOf, { recordingId })).map(toStored);
      const right = new Set(
        connectedGroups(evidence).flatMap((group) =>
          mergeGroup(group).map((play) => identity(play.speaker)),
        ),
      );
      const stored = evidence.filter((e) => e.state === playStateNumber('counted'));
      if (stored.length !== right.size || stored.some((e) => !right.has(identity(e))))
        differences.push({ recordingId, storedPlays: stored.length, rightPlays: right.size });
    }
    if (page.length < recordingsPerPage) break;
    after = page.at(-1)!.recordingId;
  }
  return differences;
}
