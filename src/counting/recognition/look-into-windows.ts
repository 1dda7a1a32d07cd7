import type { Playing } from './find-candidates.ts';
import type { WindowAnswer } from './second-look.ts';

// Windows of a broadcast overlap by three quarters, and looking into each of them tells little that its neighbours do not.
// While nothing is found, where looking costs most, because every speed is tried, two of three windows are passed over and
// wait; while a recording goes on as it did, every second. Where the next one tells something else, they are looked into after
// all: a play begins and ends where it would have.

/** With two, each second of sound is in a window that is looked into, and whatever sounds for 14 s fills one of them. */
const passedOverMax = 2;
/** Of a recording that goes on, so few that the stretches heard of it still touch. */
const coveredMax = 1;
const steadyAfter = 3;
const steadyShare = 0.7;
const lineMs = 200;

export type Question<Window> = {
  readonly window: Window;
  /** How what sounds in it is probably played, where that is not as it was made. */
  readonly expected: Playing | null;
};

/** `passed over` where nothing was found before and after, `covered` where a recording goes on through it. */
export type Settled<Window> = {
  readonly window: Window;
  readonly answer: WindowAnswer | 'passed over' | 'covered' | 'failed';
};

export type WindowLooks<Window> = {
  /**
   * Yields what to ask, takes the answers, null where one failed, and returns the windows that are settled by them, in order.
   * One window after the other.
   */
  next(
    window: Window,
  ): Generator<Question<Window>, readonly Settled<Window>[], WindowAnswer | null>;
  /** Nothing follows that could tell more of the windows that wait. */
  end(): readonly Settled<Window>[];
};

type Timed = { readonly atMs: number; readonly lengthMs: number };

export function lookIntoWindows<Window extends Timed>(): WindowLooks<Window> {
  let waiting: readonly Window[] = [];
  /** The last window that was looked into. */
  let last: { readonly window: Window; readonly answer: WindowAnswer } | null = null;
  /** For so many windows that were looked into a recording has gone on. */
  let steady = 0;

  function waitingMax(): number {
    if (last === null) return 0;
    if (last.answer.match === null) return passedOverMax;
    return steady >= steadyAfter ? coveredMax : 0;
  }

  function passedOver(window: Window): Settled<Window> {
    return { window, answer: 'passed over' };
  }

  return {
    *next(window) {
      if (waiting.length < waitingMax()) {
        waiting = [...waiting, window];
        return [];
      }
      const before = waiting;
      waiting = [];
      const expected = last === null ? null : playingOf(last.answer);
      const answer = yield { window, expected };
      if (answer === null) return [...before.map(passedOver), { window, answer: 'failed' }];
      const isSteady = last !== null && goesOn(last, { window, answer });
      steady = isSteady ? steady + 1 : 0;
      const isOver = answer.match === null && last?.answer.match !== null;
      last = { window, answer };
      const settled: Settled<Window>[] = [];
      for (const earlier of before)
        if (isSteady) settled.push({ window: earlier, answer: 'covered' });
        else if (answer.match === null && !isOver) settled.push(passedOver(earlier));
        else {
          const found = yield { window: earlier, expected: playingOf(answer) ?? expected };
          settled.push({ window: earlier, answer: found ?? 'failed' });
        }
      return [...settled, { window, answer }];
    },
    end() {
      const settled = waiting.map(passedOver);
      waiting = [];
      last = null;
      steady = 0;
      return settled;
    },
  };
}

type Looked = { readonly window: Timed; readonly answer: WindowAnswer };

/** Whether one recording, and nothing beside it, sounds through both windows, on one line. */
function goesOn(earlier: Looked, later: Looked): boolean {
  const [one, other] = [earlier.answer, later.answer];
  if (one.match === null || other.match === null || one.beside !== null || other.beside !== null)
    return false;
  const { recordingId } = one.match;
  // Of several names of one sound any may come first.
  const again = [other.match, ...other.sameAudio].find((name) => name.recordingId === recordingId);
  if (again === undefined) return false;
  const fills = [earlier, later].every(
    ({ window, answer }) => answer.match!.seconds * 1_000 >= steadyShare * window.lengthMs,
  );
  const passedMs = startOf(later.window) - startOf(earlier.window);
  const advancedMs = again.offsetMs - one.match.offsetMs;
  return fills && Math.abs(advancedMs - passedMs * again.speed) <= lineMs;
}

function startOf({ atMs, lengthMs }: Timed): number {
  return atMs - lengthMs;
}

/** As far as this from how it was made it is found as quickly as if it were not. */
const tempoNear = 0.005;
const centsNear = 9;

function playingOf({ match }: WindowAnswer): Playing | null {
  if (match === null) return null;
  const { speed, pitchCents } = match;
  return Math.abs(speed - 1) < tempoNear && Math.abs(pitchCents) < centsNear
    ? null
    : { tempo: speed, pitch: 2 ** (pitchCents / 1_200) };
}
