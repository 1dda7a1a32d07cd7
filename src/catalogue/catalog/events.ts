import type { RecordingId } from '#foundation/kernel/ids.ts';
import { emit, type Event } from '#foundation/platform/outbox.ts';
import type { Db } from '#foundation/platform/postgres.ts';

/** Recordings were added, or what evidence is matched by (ISRC, title, artist) changed. */
export type RecordingsLearned = Event<
  'catalog.recordingsLearned',
  { readonly recordingIds: readonly RecordingId[] }
>;

/** `fromId` is `intoId` from now on: whoever keeps the old id moves what hangs on it. */
export type RecordingsMerged = Event<
  'catalog.recordingsMerged',
  { readonly fromId: RecordingId; readonly intoId: RecordingId }
>;

/** Most ids in one event, so that no subscriber meets an unbounded one. */
const recordingsPerEventMax = 1_000;

/** In the transaction that made it true. */
export async function tellLearned(tx: Db, recordingIds: readonly RecordingId[]): Promise<void> {
  for (let i = 0; i < recordingIds.length; i += recordingsPerEventMax) {
    await emit<RecordingsLearned['topic'], RecordingsLearned['payload']>(tx, {
      topic: 'catalog.recordingsLearned',
      payload: { recordingIds: recordingIds.slice(i, i + recordingsPerEventMax) },
    });
  }
}

export async function tellMerged(tx: Db, fromId: RecordingId, intoId: RecordingId): Promise<void> {
  await emit<RecordingsMerged['topic'], RecordingsMerged['payload']>(tx, {
    topic: 'catalog.recordingsMerged',
    payload: { fromId, intoId },
  });
}
