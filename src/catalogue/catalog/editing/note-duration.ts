import type { RecordingId } from '#foundation/kernel/ids.ts';
import type { Db } from '#foundation/platform/postgres.ts';
import { tellLearned } from '../events.ts';
import { correctDuration } from './queries.ts';

/** A length that was measured replaces one that was only claimed, unless a person has set it. */
export async function noteDuration(
  tx: Db,
  recordingId: RecordingId,
  durationMs: number,
): Promise<void> {
  // Evidence is matched by length too, so what did not fit may fit now.
  if ((await tx.run(correctDuration, { recordingId, durationMs })) > 0)
    await tellLearned(tx, [recordingId]);
}
