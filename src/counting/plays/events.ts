import { recordingsLearned, recordingsMerged } from '#catalogue/catalog/index.ts';
import type { Database } from '#foundation/platform/postgres.ts';
import { subscriber, type Subscriber } from '#foundation/platform/outbox.ts';
import { matchKeptEvidence } from './match-kept-evidence.ts';
import { followMerge } from './move-recording.ts';

/** What plays wants to hear from the catalogue. Both are repeatable. */
export function playSubscribers({ db }: { readonly db: Database }): readonly Subscriber[] {
  return [
    subscriber('plays', recordingsLearned, ({ recordingIds }) =>
      matchKeptEvidence(db, recordingIds),
    ),
    subscriber('plays', recordingsMerged, (merge) => followMerge(db, merge)),
  ];
}
