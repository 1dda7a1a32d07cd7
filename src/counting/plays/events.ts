import type { RecordingsLearned, RecordingsMerged } from '#catalogue/catalog/index.ts';
import type { Database } from '#foundation/platform/postgres.ts';
import type { Subscriber } from '#foundation/platform/outbox.ts';
import { matchKeptEvidence } from './match-kept-evidence.ts';
import { followMerge } from './move-recording.ts';

/** What plays wants to hear from the catalogue. Both are repeatable. */
export function playSubscribers(ctx: { readonly db: Database }): readonly Subscriber[] {
  return [
    {
      topic: 'catalog.recordingsLearned' satisfies RecordingsLearned['topic'],
      handle: async (payload: RecordingsLearned['payload']) =>
        void (await matchKeptEvidence(ctx.db, payload.recordingIds)),
    },
    {
      topic: 'catalog.recordingsMerged' satisfies RecordingsMerged['topic'],
      handle: (payload: RecordingsMerged['payload']) => followMerge(ctx.db, payload),
    },
  ];
}
