import type { RecordingId } from '#foundation/kernel/ids.ts';
import * as bounds from './bounds.ts';
import { continuous, countingVersion, type Preset } from './bounds.ts';
import type { Heard, Hit, Name } from './heard.ts';
import { hides, isNamedBy, isSameSound, type DurationOf } from './name-sound.ts';
import * as runs from './track-run.ts';
import type { TrackRun } from './track-run.ts';

// From what sounds, window by window, to one play for each time something was played. A hit is not a play: a run of
// hits on one line (offset against time) is, however often it is talked over, interrupted or mixed with another.
// docs/method/monitors.md has the rules, bounds.ts their numbers.

export type SoundPlay = {
  readonly recordingId: RecordingId;
  readonly name: Name | null;
  readonly firstHeardMs: number;
  readonly lastHeardMs: number;
  /** Time in which it was really heard. */
  readonly heardMs: number;
  /** The same with what it was talked over for, as far as the preset counts it. */
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

type Doubt = { readonly hit: Hit; readonly atMs: number };

export type SavedCounter = {
  readonly version: string;
  readonly atMs: number;
  readonly doubts: readonly Doubt[];
  readonly runs: readonly TrackRun[];
  readonly past: readonly TrackRun[];
};

export type NowPlaying = {
  readonly recordingId: RecordingId;
  readonly name: Name | null;
  readonly firstHeardMs: number;
  readonly playedMs: number;
  readonly offsetMs: number;
  readonly speed: number;
  readonly confidence: number;
};

export type SoundCounter = {
  hear(windows: readonly Heard[]): readonly CountEvent[];
  /** The station says what it plays: a prior for the next windows, never a play. */
  hint(recordingId: RecordingId | null): void;
  /** Nothing was heard until then. */
  passTo(atMs: number): readonly CountEvent[];
  /** Latest first; two in a crossfade. */
  nowPlaying(): readonly NowPlaying[];
  /** From when on windows are still needed, should they have to be told again; null when nothing is open. */
  openFromMs(): number | null;
  /** Nothing more will come. */
  end(): readonly CountEvent[];
  /** Everything it knows, as JSON, so that a restart in the middle of a song counts it once. */
  save(): SavedCounter;
};

export type CounterOptions = {
  /** How windows come; without a pause unless it is said. */
  readonly preset?: Preset;
  /** Length of a recording where it is known. */
  readonly durationOf?: DurationOf;
  readonly saved?: SavedCounter | null;
};

export function countFromSound(options: CounterOptions = {}): SoundCounter {
  const preset = options.preset ?? continuous;
  const durationOf = options.durationOf ?? (() => null);
  const judging = { preset, durationOf };
  const saved = options.saved?.version === countingVersion ? structuredClone(options.saved) : null;
  /** Until when windows were told, and until when time has passed. */
  let atMs = saved?.atMs ?? -1;
  let nowMs = atMs;
  let live: TrackRun[] = [...(saved?.runs ?? [])];
  let past: TrackRun[] = [...(saved?.past ?? [])];
  let doubts: readonly Doubt[] = saved?.doubts ?? [];
  let hinted: RecordingId | null = null;

  function hear(window: Heard, events: CountEvent[]): void {
    if (window.atMs <= atMs) {
      if (!preset.isClockOfDay) return; // heard already
      end(events); // the clock was set back, and nothing goes on over that
    }
    passTo(window.fromMs ?? window.atMs, events);
    atMs = nowMs = window.atMs;
    const sure = window.hits.filter((hit) => hit.confidence >= bounds.confidenceMin);
    const seen = new Set<RecordingId>();
    for (const hit of sure) {
      if (seen.has(hit.recordingId)) continue;
      seen.add(hit.recordingId);
      const isOther = ({ recordingId }: Hit): boolean =>
        recordingId !== hit.recordingId && hit.sameAs?.includes(recordingId) !== true;
      place(
        sure.filter((other) => other.recordingId === hit.recordingId),
        {
          isStrongest: !isOther(sure[0]!),
          isFirst: hit === sure[0],
          rivalSeconds: sure.find(isOther)?.seconds ?? 0,
          isHinted: hit.recordingId === hinted,
          proof: window.proof,
          fromMs: window.fromMs,
        },
        events,
      );
    }
    if (window.doubtful !== undefined) weighDoubt(window.doubtful, window.proof);
  }

  /** What is not sure by itself goes on with what is open, on its line, or waits for it to be opened. */
  function weighDoubt(hit: Hit, proof: string | undefined): void {
    const run = live.find(
      (one) =>
        one.isOpen && one.recordingId === hit.recordingId && runs.isOnLine(one, hit, atMs, preset),
    );
    if (run === undefined)
      doubts = [...doubts.filter((doubt) => atMs - doubt.atMs <= bounds.doubtsMs), { hit, atMs }];
    else runs.addHit(run, hit, atMs, { ...doubted, proof, fromMs: undefined });
  }

  /** Finds the run a recording's hits belong to; the line we are on already wins over likenesses elsewhere. */
  function place(hits: readonly Hit[], how: runs.Circumstance, events: CountEvent[]): void {
    const own = live.filter((run) => run.recordingId === hits[0]!.recordingId);
    for (const run of [...own.filter((r) => r.isOpen), ...own.filter((r) => !r.isOpen)]) {
      const hit = hits.find((one) => runs.isOnLine(run, one, atMs, preset));
      if (hit === undefined) continue;
      runs.addHit(run, hit, atMs, how);
      if (!run.isOpen) decide(run, events);
      else if (own.length > 1) forgetLikeness(run, events);
      return;
    }
    if (live.length >= bounds.runsMax) {
      const oldest = live.findIndex((run) => !run.isOpen);
      if (oldest < 0) return;
      live.splice(oldest, 1);
    }
    const run = runs.startRun(hits[0]!, atMs, how);
    live.push(run);
    decide(run, events);
  }

  /** Whether a candidate has been heard enough to be open, and whether it goes on with what is open or is new. */
  function decide(candidate: TrackRun, events: CountEvent[]): void {
    const earlier = live
      .filter((r) => r.isOpen && r !== candidate && r.recordingId === candidate.recordingId)
      .at(-1);
    if (earlier === undefined) {
      if (isSureEnough(candidate)) open(candidate, events);
    } else if (earlier.lastMs >= candidate.lastMs) {
      live = live.filter((r) => r !== candidate); // both lines at once: a likeness within the recording
    } else if (isNewPlay(earlier, candidate)) {
      if (candidate.windows < preset.windowsToRepeat) return;
      open(candidate, events);
    } else if (candidate.windows >= preset.windowsToOpen) {
      runs.goOnWith(earlier, candidate);
      live = live.filter((r) => r !== candidate);
    }
  }

  function isSureEnough({ windows, hinted: isHinted, confidence }: TrackRun): boolean {
    if (windows >= preset.windowsToOpen || isHinted) return true;
    return preset.certainFrom !== null && confidence >= preset.certainFrom;
  }

  function open(run: TrackRun, events: CountEvent[]): void {
    run.isOpen = true;
    for (const { hit, atMs: then } of doubts.toReversed())
      if (
        hit.recordingId === run.recordingId &&
        runs.isOnLine(run, hit, then, preset) &&
        runs.reachesTo(run, hit, then)
      )
        runs.beginEarlier(run, hit, then);
    events.push({ kind: 'opened', recordingId: run.recordingId, firstHeardMs: run.firstMs });
  }

  function isNewPlay(earlier: TrackRun, candidate: TrackRun): boolean {
    if (candidate.firstMs - earlier.lastMs > preset.looseGapMs) return true; // it was not on the line
    const back = earlier.lastOffsetMs - candidate.firstOffsetMs;
    if (back > bounds.jumpBackMs) return true;
    const durationMs = durationOf(earlier.recordingId);
    if (durationMs === null) return false;
    const hasEnded =
      earlier.lastOffsetMs > durationMs - Math.max(bounds.heardMinMs, durationMs / 10);
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

  function passTo(toMs: number, events: CountEvent[]): void {
    nowMs = toMs;
    for (const run of live) {
      const silentMs = nowMs - run.lastMs;
      if (!run.isOpen) {
        if (silentMs > preset.candidateGapMs) live = live.filter((r) => r !== run);
        continue;
      }
      if (
        silentMs > bounds.keptGapMs ||
        (isPastEnd(run) && !live.some((other) => mayGoOn(other, run)))
      )
        close(run, events);
    }
  }

  function end(events: CountEvent[]): void {
    for (const run of live) if (run.isOpen) close(run, events);
    live = [];
  }

  function isPastEnd(run: TrackRun): boolean {
    const durationMs = durationOf(run.recordingId);
    return (
      durationMs !== null &&
      nowMs - run.lastMs > bounds.afterEndMs &&
      runs.expectedOffset(run, nowMs) > durationMs + bounds.afterEndMs
    );
  }

  /** An edit that has ended is told from the whole recording once that has ended too, or nothing came for long. */
  function mayGoOn(other: TrackRun, run: TrackRun): boolean {
    return (
      other.isOpen &&
      other.recordingId !== run.recordingId &&
      isSameSound(run, other) &&
      !isPastEnd(other)
    );
  }

  function close(run: TrackRun, events: CountEvent[]): void {
    live = live.filter((r) => r !== run);
    const louder = [...live.filter((r) => r.isOpen), ...past].find((other) =>
      hides(other, run, judging),
    );
    if (louder !== undefined || runs.heardMsOf(run) < bounds.heardMinMs) {
      louder?.sameAudio.push(run.recordingId);
      withdraw(run, events);
      return;
    }
    // Whoever sounded just like it and fell silent with it is named by it.
    for (const other of live.filter((r) => r.isOpen && r.lastMs <= run.lastMs + bounds.edgeMs)) {
      if (!hides(run, other, judging)) continue;
      live = live.filter((r) => r !== other);
      run.sameAudio.push(other.recordingId);
      withdraw(other, events);
    }
    past = [...past, run].slice(-bounds.pastMax);
    events.push({ kind: 'closed', play: toPlay(run, durationOf(run.recordingId), preset) });
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
    passTo(toMs) {
      const events: CountEvent[] = [];
      passTo(toMs, events);
      return events;
    },
    openFromMs: () => (live.length === 0 ? null : Math.min(...live.map((run) => run.sinceMs))),
    nowPlaying() {
      return live
        .filter((run) => run.isOpen && nowMs - run.lastMs <= preset.looseGapMs)
        .filter((run, _, now) => !now.some((other) => isNamedBy(other, run, judging)))
        .sort((a, b) => b.lastMs - a.lastMs || b.wins - a.wins)
        .map((run) => ({
          recordingId: run.recordingId,
          name: run.name,
          firstHeardMs: run.firstMs,
          playedMs: runs.playedMsOf(run, preset),
          offsetMs: Math.round(runs.expectedOffset(run, nowMs)),
          speed: run.speed,
          confidence: run.confidence,
        }));
    },
    end() {
      const events: CountEvent[] = [];
      end(events);
      return events;
    },
    save: () => structuredClone({ version: countingVersion, atMs, doubts, runs: live, past }),
  };
}

const doubted = { isStrongest: false, isFirst: false, rivalSeconds: 0, isHinted: false };

/** The plays among the events, in the order in which they were over. */
export function playsIn(events: readonly CountEvent[]): readonly SoundPlay[] {
  return events.flatMap((event) => (event.kind === 'closed' ? [event.play] : []));
}

function toPlay(run: TrackRun, durationMs: number | null, preset: Preset): SoundPlay {
  const parts = durationMs === null ? null : Math.max(1, Math.ceil(durationMs / bounds.partMs));
  return {
    recordingId: run.recordingId,
    name: run.name,
    firstHeardMs: run.firstMs,
    lastHeardMs: run.lastMs,
    heardMs: runs.heardMsOf(run),
    playedMs: runs.playedMsOf(run, preset),
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
