import type { RecordingsLearned, RecordingsMerged } from '#catalogue/catalog/index.ts';
import type { Db } from '#foundation/platform/postgres.ts';
import type { Subscriber } from '#foundation/platform/outbox.ts';
import { matchKeptEvidence, moveRecording } from './match-kept-evidence.ts';

/** What plays wants to hear from the catalogue. Both are repeatable. */
export function playSubscribers(ctx: { readonly db: Db }): readonly Subscriber[] {
  return [
    {
      topic: 'catalog.recordingsLearned' satisfies RecordingsLearned['topic'],
      handle: async (payload: RecordingsLearned['payload']) =>
        void (await matchKeptEvidence(ctx.db, payload.recordingIds)),
    },
    {
      topic: 'catalog.recordingsMerged' satisfies RecordingsMerged['topic'],
      handle: async (payload: RecordingsMerged['payload']) =>
        void (await ctx.db.run(moveRecording, payload)),
    },
  ];
}
