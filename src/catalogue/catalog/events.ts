import type { RecordingId } from '#foundation/kernel/ids.ts';
import { defineEvent, emit } from '#foundation/platform/outbox.ts';
import type { Db } from '#foundation/platform/postgres.ts';

/** Recordings were added, or what evidence is matched by (ISRC, title, artist) changed. */
export const recordingsLearned = defineEvent<{ readonly recordingIds: readonly RecordingId[] }>(
  'catalog.recordingsLearned',
);

/** `fromId` is `intoId` from now on: whoever keeps the old id moves what hangs on it. A chain of merges is followed link by link. */
export const recordingsMerged = defineEvent<{
  readonly fromId: RecordingId;
  readonly intoId: RecordingId;
}>('catalog.recordingsMerged', ({ fromId, intoId }) => [fromId, intoId]);

/** Most ids in one event, so that no subscriber meets an unbounded one. */
const recordingsPerEventMax = 1_000;

/** In the transaction that made it true. */
export async function tellLearned(tx: Db, recordingIds: readonly RecordingId[]): Promise<void> {
  for (let i = 0; i < recordingIds.length; i += recordingsPerEventMax)
    await emit(tx, recordingsLearned, {
      recordingIds: recordingIds.slice(i, i + recordingsPerEventMax),
    });
}
