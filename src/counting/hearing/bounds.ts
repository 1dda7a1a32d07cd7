// Every number that decides whether what was heard is a play. The same for all that hear, but for what a preset says:
// a monitor listens without a pause, a phone or a box asks about ten seconds at a time and may leave some out.

/** Stored with every play; changes whenever the same windows would give other plays. */
export const countingVersion = 'sound-4';

/** Below it a match is nothing. */
export const confidenceMin = 0.5;

/** How far from its line a match may lie. */
export const lineToleranceMs = 350;
/** And by this share of the time since the line was last met: a deck drifts, and a speed is known to about a per cent. */
export const driftShare = 0.012;
/** How long a line that was left is remembered: parts of a recording are alike, and the engine may come back. */
export const formerMs = 90_000;
export const formerMax = 4;

/** Bridged where the line is kept: talk-over, an advertisement over music that goes on underneath. */
export const keptGapMs = 90_000;
/** Of such a gap, what counts as played. */
export const countedGapMs = 20_000;
/** The recording begins again further back than a loop or an edit goes: a second play. */
export const jumpBackMs = 30_000;
/** How late after its predicted end a recording may still be heard (fade, slow deck). */
export const afterEndMs = 8_000;
/** Less than this is no play. */
export const heardMinMs = 5_000;

/** As long before a play is opened, windows that were not sure may turn out to belong to it, */
export const doubtsMs = 20_000;
/** and those that reach to within this of where it begins. */
export const reachMs = 2_000;

/** Two beginnings, ends or lengths this close are the same. */
export const edgeMs = 4_000;
/** Longer than a crossfade: two recordings that sound together all that time are one sound in two catalogue entries. */
export const togetherMaxMs = 30_000;
/** Together for this share of the shorter one is together. */
export const togetherShare = 0.8;
/** One that was the strongest in fewer windows has only sounded beside another. */
export const winsMin = 2;

/** Runs that are followed at once, and that are remembered after they closed. */
export const runsMax = 24;
export const pastMax = 16;
/** Of one sound in many catalogue entries, as many are followed. */
export const namesMax = 4;
/** Coverage is kept in parts of a recording of this length. */
export const partMs = 5_000;
export const partsMax = 8_192;
/** A day of one recording; beyond that the evidence is complete enough. */
export const hitsMax = 45_000;
export const stretchesMax = 2_000;

export type Preset = {
  /** Windows that must agree on recording and line before it is open. */
  readonly windowsToOpen: number;
  /** One window as sure as this opens it too; null where a single window never does. */
  readonly certainFrom: number | null;
  /** A jump back within one recording may be a loop or a likeness of its own parts: windows it takes to be a second play. */
  readonly windowsToRepeat: number;
  /** How long what is not open yet waits for the next window on its line. */
  readonly candidateGapMs: number;
  /** Bridged even where the line is lost: a stutter, an edit, a reconnected stream. */
  readonly looseGapMs: number;
  /** After such a gap a match may lie this far from the line; null where the line holds through every gap. */
  readonly afterGapToleranceMs: number | null;
  /** Whether the first `countedGapMs` of a longer gap count too. */
  readonly countsLongGaps: boolean;
  /** Whether time is the time of day, which may be set back; a channel's clock is its samples, and what it tells twice was heard already. */
  readonly isClockOfDay: boolean;
};

/** A channel heard without a pause: eight seconds, every two seconds. */
export const continuous: Preset = {
  windowsToOpen: 2,
  certainFrom: null,
  windowsToRepeat: 4,
  candidateGapMs: 14_000,
  looseGapMs: 20_000,
  // After a reconnection a server sends again what it had kept.
  afterGapToleranceMs: 5_000,
  countsLongGaps: false,
  isClockOfDay: false,
};

/**
 * Ten seconds after ten seconds, of which a phone leaves out two of three while a song goes on. Stretches do not overlap,
 * so one is as much as five windows of a channel, and a gap looks up to twenty seconds longer than it was.
 */
export const sampled: Preset = {
  windowsToOpen: 2,
  certainFrom: 0.98,
  windowsToRepeat: 2,
  candidateGapMs: keptGapMs,
  looseGapMs: 40_000,
  afterGapToleranceMs: null,
  countsLongGaps: true,
  isClockOfDay: true,
};
