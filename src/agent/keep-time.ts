import type { Instant } from '#foundation/kernel/time.ts';

// A box in a bar may wake in 1970 or in 2031. What it trusts is a clock that only runs forward, and what the server says
// the time is; its own wall clock is asked only while no server has ever answered.

/** The crystal of a cheap box: 200 parts per million, which is 17 s a day. */
const driftShare = 200e-6;
/** The Date header of HTTP has whole seconds. */
const dateResolutionMs = 1_000;

export type TimeSource = {
  /** Milliseconds that only grow, from any beginning. */
  readonly monotonic: () => number;
  /** What the box believes the time is, in epoch milliseconds. */
  readonly wall: () => number;
};

/** When something was, in terms that can be corrected later. */
export type Stamp = {
  /** Which start of the program; the monotonic clock of another start means nothing. */
  readonly run: string;
  readonly monotonicMs: number;
  readonly wallMs: number;
  /** The true time, where the server had been asked by then. */
  readonly instantMs: number | null;
};

/** What has to be added to the monotonic clock of earlier starts, as far as they learned it. */
export type EarlierRuns = ReadonlyMap<string, number>;

export type Clock = {
  readonly run: string;
  /** Learns from one answer: when it was asked for and came, by `monotonic`, and the time the server put in it. */
  learn(sentMs: number, receivedMs: number, serverMs: number): void;
  readonly isCorrected: () => boolean;
  /** What has to be added to the monotonic clock; null before the first answer. */
  readonly offsetMs: () => number | null;
  now(): Instant;
  stamp(monotonicMs: number): Stamp;
  /** The best that is known now about when that was. */
  instantOf(stamp: Stamp): Instant;
  /** How far the wall clock is off, for the status; null before the first answer. */
  wallErrorMs(): number | null;
};

export function keepTime(time: TimeSource, run: string, earlier: EarlierRuns = new Map()): Clock {
  // True time minus the monotonic clock lies between these; each answer narrows them, drift widens them.
  let low = -Infinity;
  let high = Infinity;
  let learnedAtMs = 0;

  const isCorrected = (): boolean => low !== -Infinity;
  const offset = (): number => (isCorrected() ? (low + high) / 2 : time.wall() - time.monotonic());
  const now = (): Instant => Math.round(time.monotonic() + offset()) as Instant;

  return {
    run,
    offsetMs: () => (isCorrected() ? offset() : null),
    learn(sentMs, receivedMs, serverMs) {
      const widened = Math.abs(receivedMs - learnedAtMs) * driftShare;
      const newLow = serverMs - receivedMs;
      const newHigh = serverMs + dateResolutionMs - sentMs;
      const both = [Math.max(low - widened, newLow), Math.min(high + widened, newHigh)] as const;
      // They contradict each other when the server's own clock was set; the latest word counts.
      [low, high] = both[0] <= both[1] ? both : [newLow, newHigh];
      learnedAtMs = receivedMs;
    },
    isCorrected,
    now,
    stamp: (monotonicMs) => ({
      run,
      monotonicMs,
      wallMs: time.wall() - (time.monotonic() - monotonicMs),
      instantMs: isCorrected() ? Math.round(monotonicMs + offset()) : null,
    }),
    instantOf(stamp) {
      if (stamp.instantMs !== null) return stamp.instantMs as Instant;
      if (stamp.run === run) return Math.round(stamp.monotonicMs + offset()) as Instant;
      const learned = earlier.get(stamp.run);
      if (learned !== undefined) return Math.round(stamp.monotonicMs + learned) as Instant;
      // Another start, never corrected: its wall clock is assumed to have been as wrong as it is now.
      return Math.round(stamp.wallMs + (now() - time.wall())) as Instant;
    },
    wallErrorMs: () => (isCorrected() ? Math.round(time.wall() - now()) : null),
  };
}
