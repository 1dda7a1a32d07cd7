// From what decks say of themselves, several times a second, to one play for each track that the floor could hear.

/** A cue, a scratch or a stop this short is part of the play. */
const bridgedMs = 30_000;
/** Shorter than this nobody heard a track; it was looked for. */
const playedMinMs = 5_000;
/** A deck that says nothing for so long is off. */
const lostMs = 10_000;
const decksMax = 16;

export type Track = {
  readonly title: string;
  readonly artist: string;
  readonly durationMs: number | null;
};
export type DeckReport = {
  readonly deck: string;
  /** What is loaded, in words of the deck's own; null when nothing is. */
  readonly loaded: string | null;
  /** Null where the deck only tells a number that nobody could name. */
  readonly track: Track | null;
  /** Whether it turns and its channel is open, as far as the deck knows. */
  readonly audible: boolean;
};
export type DeckPlay = Track & {
  readonly deck: string;
  readonly startedMs: number;
  readonly playedMs: number;
};

type Deck = {
  loaded: string | null;
  track: Track | null;
  startedMs: number;
  playedMs: number;
  audible: boolean;
  heardMs: number;
  seenMs: number;
};

export type DeckFollower = {
  /** Takes a report at a time of the monotonic clock; answers the plays that are over. */
  note(report: DeckReport, atMs: number): readonly DeckPlay[];
  /** Nothing was said until then. */
  passTo(atMs: number): readonly DeckPlay[];
};

export function followDecks(): DeckFollower {
  const decks = new Map<string, Deck>();

  function finish(name: string, deck: Deck): readonly DeckPlay[] {
    decks.delete(name);
    if (deck.track === null || deck.playedMs < playedMinMs) return [];
    return [{ ...deck.track, deck: name, startedMs: deck.startedMs, playedMs: deck.playedMs }];
  }

  /** What passed since the last report counts when the deck was audible then. */
  function advance(deck: Deck, atMs: number): void {
    if (deck.audible) {
      const untilMs = Math.min(atMs, deck.seenMs + lostMs);
      deck.playedMs += Math.max(0, untilMs - deck.heardMs);
      deck.heardMs = Math.max(deck.heardMs, untilMs);
    }
  }

  function isOver(deck: Deck, atMs: number): boolean {
    return (!deck.audible || atMs - deck.seenMs > lostMs) && atMs - deck.heardMs > bridgedMs;
  }

  return {
    note(report, atMs) {
      const plays: DeckPlay[] = [];
      let deck = decks.get(report.deck);
      if (deck !== undefined) {
        advance(deck, atMs);
        if (deck.loaded !== report.loaded || isOver(deck, atMs)) {
          plays.push(...finish(report.deck, deck));
          deck = undefined;
        }
      }
      if (deck === undefined) {
        if (!report.audible || report.loaded === null || decks.size >= decksMax) return plays;
        deck = {
          loaded: report.loaded,
          track: null,
          startedMs: atMs,
          playedMs: 0,
          audible: false,
          heardMs: atMs,
          seenMs: atMs,
        };
        decks.set(report.deck, deck);
      }
      deck.track = report.track ?? deck.track;
      if (report.audible && !deck.audible) deck.heardMs = atMs;
      deck.audible = report.audible;
      deck.seenMs = atMs;
      return plays;
    },
    passTo(atMs) {
      return [...decks].flatMap(([name, deck]) => {
        advance(deck, atMs);
        return isOver(deck, atMs) ? finish(name, deck) : [];
      });
    },
  };
}
