import type { RecordingId } from '#foundation/kernel/ids.ts';
import { defineEvent, emit } from '#foundation/platform/outbox.ts';
import type { Db } from '#foundation/platform/postgres.ts';

/** Recordings that were known have other files than before, or other bytes in them. */
export const soundsChanged = defineEvent<{ readonly recordingIds: readonly RecordingId[] }>(
  'media.soundsChanged',
);

/** Most ids in one event, so that no subscriber meets an unbounded one. */
const soundsPerEventMax = 1_000;

/** In the transaction that made it true. */
export async function tellSoundsChanged(
  tx: Db,
  recordingIds: readonly RecordingId[],
): Promise<void> {
  const ids = [...new Set(recordingIds)];
  for (let i = 0; i < ids.length; i += soundsPerEventMax)
    await emit(tx, soundsChanged, { recordingIds: ids.slice(i, i + soundsPerEventMax) });
}
