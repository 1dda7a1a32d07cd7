import type { DeckPlay } from './follow-decks.ts';
import { watchProlink } from './watch-prolink.ts';
import { watchStagelinq } from './watch-stagelinq.ts';

export type DeckInput =
  | { readonly kind: 'prolink'; readonly collection: string | null }
  | { readonly kind: 'stagelinq' };

/** Follows the decks of a network until the signal. Answers why that was not possible, or null. */
export function watchDecks(
  input: DeckInput,
  until: AbortSignal,
  say: (line: string) => void,
  onPlay: (play: DeckPlay) => Promise<void>,
): Promise<string | null> {
  return input.kind === 'prolink'
    ? watchProlink({ collection: input.collection }, until, say, onPlay)
    : watchStagelinq({}, until, say, onPlay);
}
