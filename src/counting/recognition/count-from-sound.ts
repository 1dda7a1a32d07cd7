import type { RecordingId } from '#foundation/kernel/ids.ts';
import type { Heard, Match } from './listener.ts';
import * as runs from './track-run.ts';
import type { TrackRun } from './track-run.ts';

// From what sounds, window by window, to one play for each time something was played. A match is not a play: a run of
// matches on one line (offset against stream time) is, however often it is talked over, interrupted or mixed with
// another. Pure and without Node, so that a phone counts exactly as a monitor does. docs/method/monitors.md has the rules.

/** Stored with every play; changes whenever the same windows would give other plays. */
export const countingVersion = 'sound-3';

/** Windows that must agree on recording and line before it is open; one is enough where the station names it. */
const windowsToOpen = 2;
/** A jump back within one recording may be a loop or a likeness of its own parts: it takes more to be a second play. */
const windowsToRepeat = 4;
const candidateGapMs = 14_000;
/** Bridged even where the line is lost: a stutter, an edit, a reconnected stream. */
const looseGapMs = 20_000;
/** Bridged where the line is kept: talk-over, an advertisement over music that goes on underneath. */
const keptGapMs = 90_000;
const jumpBackMs = 30_000;
/** How late after its predicted end a recording may still be heard (fade, slow deck). */
const afterEndMs = 8_000;
const heardMinMs = 5_000;
const confidenceMin = 0.5;
/** As long before a play is opened, windows that were not sure may turn out to belong to it. */
const doubtsMs = 20_000;
/** Longer than a crossfade: two recordings that sound together all that time are one sound in two catalogue entries. */
const togetherMaxMs = 30_000;
const togetherShare = 0.8;
const edgeMs = 4_000;
const winsMin = 2;
const runsMax = 24;
const pastMax = 16;

export type SoundPlay = {
  readonly recordingId: RecordingId;
  readonly firstHeardMs: number;
  readonly lastHeardMs: number;
  /** Time in which it was really heard. */
  readonly heardMs: number;
  /** The same with what it was talked over for: up to 20 s each time, on a line that was kept. */
  readonly playedMs: number;
  readonly firstOffsetMs: number;
  readonly lastOffsetMs: number;
  /** Share of the recording that was heard, in parts of five seconds; null where its length is unknown. */
  readonly coverage: number | null;
  /** Those parts, as bits of a hexadecimal number of which the lowest is the beginning. */
  readonly coverageBits: string;
  readonly speed: number;
  readonly confidence: number;
  /** Mean seconds a window that it was ahead of the next recording. */
  readonly margin: number;
  /** The station itself named it. */
  readonly hinted: boolean;
  /** Other recordings that sounded the same all along. */
  readonly sameAudio: readonly RecordingId[];
  /** What it was concluded from, canonical, in order: the evidence hash is made of these lines. */
  readonly hits: readonly string[];
};

export type CountEvent =
  | { readonly kind: 'opened'; readonly recordingId: RecordingId; readonly firstHeardMs: number }
  | { readonly kind: 'closed'; readonly play: SoundPlay }
  /** What was opened turned out to be no play of its own. */
  | {
      readonly kind: 'withdrawn';
      readonly recordingId: RecordingId;
      readonly firstHeardMs: number;
    };

type Doubt = { readonly match: Match; readonly atMs: number };

export type SavedCounter = {
  readonly version: string;
  readonly atMs: number;
  readonly doubts: readonly Doubt[];
  readonly runs: readonly TrackRun[];
  readonly past: readonly TrackRun[];
};

export type NowPlaying = {
  readonly recordingId: RecordingId;
  readonly firstHeardMs: number;
  readonly offsetMs: number;
  readonly speed: number;
  readonly confidence: number;
};

export type SoundCounter = {
  hear(windows: readonly Heard[]): readonly CountEvent[];
  /** The station says what it plays: a prior for the next windows, never a play. */
  hint(recordingId: RecordingId | null): void;
  nowPlaying(): readonly NowPlaying[];
  /** Nothing more will come. */
  end(): readonly CountEvent[];
  /** Everything it knows, as JSON, so that a restart in the middle of a song counts it once. */
  save(): SavedCounter;
};

export type CounterOptions = {
  /** Length of a recording where it is known. */
  readonly durationOf?: (recordingId: RecordingId) => number | null;
  readonly saved?: SavedCounter | null;
};

export function countFromSound(options: CounterOptions = {}): SoundCounter {
  const durationOf = options.durationOf ?? (() => null);
  const saved = options.saved?.version === countingVersion ? structuredClone(options.saved) : null;
  let atMs = saved?.atMs ?? -1;
  let live: TrackRun[] = [...(saved?.runs ?? [])];
  let past: TrackRun[] = [...(saved?.past ?? [])];
  let doubts: readonly Doubt[] = saved?.doubts ?? [];
  let hinted: RecordingId | null = null;

  function hear(window: Heard, events: CountEvent[]): void {
    if (window.atMs <= atMs) return; // heard already
    atMs = window.atMs;
    expire(events);
    const sure = window.matches.filter((m) => m.confidence >= confidenceMin);
    const seen = new Set<RecordingId>();
    for (const match of sure) {
      if (seen.has(match.recordingId)) continue;
      seen.add(match.recordingId);
      const same = sure.filter((m) => m.recordingId === match.recordingId);
      const isOther = ({ recordingId }: Match): boolean =>
        recordingId !== match.recordingId && match.sameAs?.includes(recordingId) !== true;
      const rival = sure.find(isOther);
      place(same, !isOther(sure[0]!), rival?.seconds ?? 0, events);
    }
    if (window.doubtful !== undefined) weighDoubt(window.doubtful);
  }

  /** What is not sure by itself goes on with what is open, on its line, or waits for it to be opened. */
  function weighDoubt(match: Match): void {
    const run = live.find(
      (one) =>
        one.isOpen && one.recordingId === match.recordingId && runs.isOnLine(one, match, atMs),
    );
    if (run === undefined)
      doubts = [...doubts.filter((doubt) => atMs - doubt.atMs <= doubtsMs), { match, atMs }];
    else runs.addHit(run, match, atMs, { isStrongest: false, rivalSeconds: 0, isHinted: false });
  }

  /** Finds the run a recording's matches belong to; the line we are on already wins over likenesses elsewhere. */
  function place(
    matches: readonly Match[],
    isStrongest: boolean,
    rivalSeconds: number,
    events: CountEvent[],
  ): void {
    const own = live.filter((run) => run.recordingId === matches[0]!.recordingId);
    for (const run of [...own.filter((r) => r.isOpen), ...own.filter((r) => !r.isOpen)]) {
      const match = matches.find((m) => runs.isOnLine(run, m, atMs));
      if (match === undefined) continue;
      runs.addHit(run, match, atMs, { isStrongest, rivalSeconds, isHinted: isHint(match) });
      if (!run.isOpen) decide(run, events);
      else if (own.length > 1) forgetLikeness(run, events);
      return;
    }
    if (live.length >= runsMax) {
      const oldest = live.findIndex((run) => !run.isOpen);
      if (oldest < 0) return;
      live.splice(oldest, 1);
    }
    const run = runs.startRun(matches[0]!, atMs, {
      isStrongest,
      rivalSeconds,
      isHinted: isHint(matches[0]!),
    });
    live.push(run);
    decide(run, events);
  }

  function isHint(match: Match): boolean {
    return match.recordingId === hinted;
  }

  /** Whether a candidate has been heard enough to be open, and whether it goes on with what is open or is new. */
  function decide(candidate: TrackRun, events: CountEvent[]): void {
    const earlier = live
      .filter((r) => r.isOpen && r !== candidate && r.recordingId === candidate.recordingId)
      .at(-1);
    if (earlier === undefined) {
      if (candidate.windows < (candidate.hinted ? 1 : windowsToOpen)) return;
      open(candidate, events);
    } else if (earlier.lastMs >= candidate.lastMs) {
      live = live.filter((r) => r !== candidate); // both lines at once: a likeness within the recording
    } else if (isNewPlay(earlier, candidate)) {
      if (candidate.windows < windowsToRepeat) return;
      open(candidate, events);
    } else if (candidate.windows >= windowsToOpen) {
      runs.goOnWith(earlier, candidate);
      live = live.filter((r) => r !== candidate);
    }
  }

  function open(run: TrackRun, events: CountEvent[]): void {
    run.isOpen = true;
    for (const { match, atMs: then } of doubts.toReversed())
      if (
        match.recordingId === run.recordingId &&
        runs.isOnLine(run, match, then) &&
        runs.reachesTo(run, match, then)
      )
        runs.beginEarlier(run, match, then);
    events.push({ kind: 'opened', recordingId: run.recordingId, firstHeardMs: run.firstMs });
  }

  function isNewPlay(earlier: TrackRun, candidate: TrackRun): boolean {
    if (candidate.firstMs - earlier.lastMs > looseGapMs) return true; // it was not on the line
    const back = earlier.lastOffsetMs - candidate.firstOffsetMs;
    if (back > jumpBackMs) return true;
    const durationMs = durationOf(earlier.recordingId);
    if (durationMs === null) return false;
    const hasEnded = earlier.lastOffsetMs > durationMs - Math.max(heardMinMs, durationMs / 10);
    return hasEnded && candidate.firstOffsetMs < durationMs / 2;
  }

  /** The line of an earlier run is back: what was taken for a repeat since then was a likeness of its parts. */
  function forgetLikeness(run: TrackRun, events: CountEvent[]): void {
    const likenesses = live.filter(
      (r) => r !== run && r.recordingId === run.recordingId && r.firstMs > run.firstMs,
    );
    for (const likeness of likenesses) if (likeness.isOpen) withdraw(likeness, events);
    live = live.filter((r) => !likenesses.includes(r));
  }

  function expire(events: CountEvent[]): void {
    for (const run of live) {
      const silentMs = atMs - run.lastMs;
      if (!run.isOpen) {
        if (silentMs > candidateGapMs) live = live.filter((r) => r !== run);
        continue;
      }
      if (silentMs > keptGapMs || (isPastEnd(run) && !live.some((other) => mayGoOn(other, run))))
        close(run, events);
    }
  }

  function isPastEnd(run: TrackRun): boolean {
    const durationMs = durationOf(run.recordingId);
    return (
      durationMs !== null &&
      atMs - run.lastMs > afterEndMs &&
      runs.expectedOffset(run, atMs) > durationMs + afterEndMs
    );
  }

  /** An edit that has ended is told from the whole recording once that has ended too, or nothing came for long. */
  function mayGoOn(other: TrackRun, run: TrackRun): boolean {
    return (
      other.isOpen &&
      other.recordingId !== run.recordingId &&
      runs.isSameSound(run, other) &&
      !isPastEnd(other)
    );
  }

  function close(run: TrackRun, events: CountEvent[]): void {
    live = live.filter((r) => r !== run);
    const louder = [...live.filter((r) => r.isOpen), ...past].find((other) =>
      hides(other, run, durationOf),
    );
    if (louder !== undefined || runs.heardMsOf(run) < heardMinMs) {
      louder?.sameAudio.push(run.recordingId);
      withdraw(run, events);
      return;
    }
    // Whoever sounded just like it and fell silent with it is named by it.
    for (const other of live.filter((r) => r.isOpen && r.lastMs <= run.lastMs + edgeMs)) {
      if (!hides(run, other, durationOf)) continue;
      live = live.filter((r) => r !== other);
      run.sameAudio.push(other.recordingId);
      withdraw(other, events);
    }
    past = [...past, run].slice(-pastMax);
    events.push({ kind: 'closed', play: toPlay(run, durationOf(run.recordingId)) });
  }

  function withdraw({ recordingId, firstMs }: TrackRun, events: CountEvent[]): void {
    events.push({ kind: 'withdrawn', recordingId, firstHeardMs: firstMs });
  }

  return {
    hear(windows) {
      const events: CountEvent[] = [];
      for (const window of windows) hear(window, events);
      return events;
    },
    hint(recordingId) {
      hinted = recordingId;
    },
    nowPlaying() {
      return live
        .filter((run) => run.isOpen && atMs - run.lastMs <= looseGapMs)
        .filter((run, _, now) => !now.some((other) => isNamedBy(other, run, durationOf)))
        .sort((a, b) => b.lastMs - a.lastMs || b.wins - a.wins)
        .map((run) => ({
          recordingId: run.recordingId,
          firstHeardMs: run.firstMs,
          offsetMs: Math.round(runs.expectedOffset(run, atMs)),
          speed: run.speed,
          confidence: run.confidence,
        }));
    },
    end() {
      const events: CountEvent[] = [];
      for (const run of live) if (run.isOpen) close(run, events);
      live = [];
      return events;
    },
    save: () => structuredClone({ version: countingVersion, atMs, doubts, runs: live, past }),
  };
}

type DurationOf = NonNullable<CounterOptions['durationOf']>;

/**
 * Whether `run` is only another name for what `other` plays: it sounds only while the other does, is the weaker of the
 * two, and for longer than a crossfade, or from the same beginning to the same end, or was never the strongest.
 */
function hides(other: TrackRun, run: TrackRun, durationOf: DurationOf): boolean {
  if (other.recordingId === run.recordingId) return false;
  if (runs.isSameSound(run, other)) return isNamedBy(other, run, durationOf);
  if (!runs.isStronger(other, run)) return false;
  const togetherMs = togetherMsOf(other, run);
  if (togetherMs < togetherShare * (run.lastMs - run.firstMs)) return false;
  const sameEdges =
    Math.abs(other.firstMs - run.firstMs) <= edgeMs &&
    Math.abs(other.lastMs - run.lastMs) <= edgeMs;
  return togetherMs > togetherMaxMs || sameEdges || run.wins < winsMin;
}

/** One audio under two entries, or an edit: it is the one that explains more of what sounds. */
function isNamedBy(other: TrackRun, run: TrackRun, durationOf: DurationOf): boolean {
  if (!runs.isSameSound(run, other)) return false;
  if (togetherMsOf(other, run) < togetherShare * (run.lastMs - run.firstMs)) return false;
  const moreMs = runs.heardMsOf(other, looseGapMs) - runs.heardMsOf(run, looseGapMs);
  if (Math.abs(moreMs) > edgeMs) return moreMs > 0;
  const [isWhole, isRunWhole] = [isHeardWhole(other, durationOf), isHeardWhole(run, durationOf)];
  return isWhole === isRunWhole ? runs.isStronger(other, run) : isWhole;
}

function togetherMsOf(one: TrackRun, other: TrackRun): number {
  return Math.min(one.lastMs, other.lastMs) - Math.max(one.firstMs, other.firstMs);
}

/** From its own beginning to its own end. */
function isHeardWhole(run: TrackRun, durationOf: DurationOf): boolean {
  const durationMs = durationOf(run.recordingId);
  return (
    durationMs !== null && run.firstOffsetMs <= edgeMs && run.lastOffsetMs >= durationMs - edgeMs
  );
}

function toPlay(run: TrackRun, durationMs: number | null): SoundPlay {
  const parts = durationMs === null ? null : Math.max(1, Math.ceil(durationMs / runs.partMs));
  return {
    recordingId: run.recordingId,
    firstHeardMs: run.firstMs,
    lastHeardMs: run.lastMs,
    heardMs: runs.heardMsOf(run),
    playedMs: runs.heardMsOf(run, looseGapMs),
    firstOffsetMs: Math.max(0, Math.round(run.firstOffsetMs)),
    lastOffsetMs: Math.max(0, Math.round(run.lastOffsetMs)),
    coverage: parts === null ? null : Math.min(1, run.parts.length / parts),
    coverageBits: runs.bitsOf(run.parts),
    speed: run.speed,
    confidence: run.confidence,
    margin: run.marginSeconds / run.windows,
    hinted: run.hinted,
    sameAudio: [...new Set(run.sameAudio)],
    hits: run.hits,
  };
}
