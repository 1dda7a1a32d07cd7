import { framesPerSecond } from '#foundation/dsp/find-peaks.ts';
import type { Fingerprint } from './fingerprint-sound.ts';
import {
  countMatches,
  gainOf,
  isAsLoud,
  isJustAsLoud,
  meet,
  tightFrames,
  type Line,
  type Matches,
  type Met,
} from './match-peaks.ts';

// From a few seconds that agree to the whole stretch that does: the line is followed second by second in both directions, and
// fitted anew to all that was met on the way, until nothing is met any more.

/** A stretch of the one that is in the other; frames of both, fitted so well that minutes stay within a hundredth of a second. */
export type Stretch = Line &
  Matches & {
    readonly from: number;
    readonly to: number;
    /** Peaks whose loudness is that of the other almost exactly. */
    readonly justAsLoud: number;
  };

/** So many seconds are judged together ... */
const lookSeconds = 5;
/** ... and a line that met nothing in them ends where it last met something. */
const peaksOfSilence = 3;
const wideFrames = 2.5;
const climbsMax = 24;

/** Where near a candidate the two agree best; the line is only as good as the window is long. */
export function settle(
  one: Fingerprint,
  other: Fingerprint,
  from: number,
  to: number,
  start: Line,
): { readonly line: Line; readonly matches: Matches } {
  const middle = (from + to) / 2;
  const at = (line: Line, dTempo: number, dPitch: number, dOffset: number): Line => ({
    tempo: line.tempo + dTempo,
    pitch: line.pitch + dPitch,
    // The middle of the window stays where it is when the tempo changes.
    offset: line.offset + dOffset - dTempo * middle,
  });
  let best = start;
  let most = -1;
  for (let away = -4; away <= 4; away += 1) {
    const line = at(start, 0, 0, away);
    const { agreed } = countMatches(one, other, line, from, to, wideFrames);
    if (agreed > most) [best, most] = [line, agreed];
  }
  let matches = countMatches(one, other, best, from, to, tightFrames);
  let scale = 1;
  for (let climb = 0; climb < climbsMax; climb++) {
    let found = false;
    for (const [dTempo, dPitch, dOffset] of directions) {
      const line = at(best, scale * dTempo * 0.002, scale * dPitch * 0.003, scale * dOffset);
      if (isFar(line, start)) continue;
      const next = countMatches(one, other, line, from, to, tightFrames);
      if (next.agreed <= matches.agreed) continue;
      [best, matches, found] = [line, next, true];
    }
    if (found) continue;
    if (scale < 0.3) break;
    scale /= 2;
  }
  return { line: best, matches };
}

/** Who begins at the wrong speed would stop half way to the right one, and stand in its light. */
function isFar(line: Line, start: Line): boolean {
  return (
    Math.abs(line.tempo - start.tempo) > climbMost || Math.abs(line.pitch - start.pitch) > climbMost
  );
}

const climbMost = 0.01;

const directions: readonly (readonly [number, number, number])[] = [
  [1, 0, 0],
  [-1, 0, 0],
  [0, 1, 0],
  [0, -1, 0],
  [1, 1, 0],
  [-1, -1, 0],
  [0, 0, 1],
  [0, 0, -1],
];

/** Follows a settled line from its window as far as it goes: while `agreedMin` of the peaks agree. */
export function follow(
  one: Fingerprint,
  other: Fingerprint,
  from: number,
  to: number,
  settled: Line,
  agreedMin: number,
): Stretch {
  const fit = createFit(settled);
  const seed = meet(one, other, settled, from, to, tightFrames);
  const gain = gainOf(seed.met);
  fit.add(seed.met.filter((met) => isAsLoud(met, gain)));
  const last = one.places.at(-1)! >>> 10;
  const first = one.places[0]! >>> 10;
  const end = walk(one, other, fit, gain, to, last + 1, 1, agreedMin);
  const start = walk(one, other, fit, gain, from, first, -1, agreedMin);
  const line = fit.line();
  const whole = meet(one, other, line, start, end, tightFrames);
  return {
    ...line,
    from: start,
    to: end,
    asked: whole.asked,
    met: whole.met.length,
    agreed: whole.met.filter((met) => isAsLoud(met, gain)).length,
    justAsLoud: whole.met.filter((met) => isJustAsLoud(met, gain)).length,
  };
}

type Fit = { readonly line: () => Line; readonly add: (met: readonly Met[]) => void };

function walk(
  one: Fingerprint,
  other: Fingerprint,
  fit: Fit,
  gain: number,
  edge: number,
  limit: number,
  direction: 1 | -1,
  agreedMin: number,
): number {
  let reached = edge;
  const lately: Matches[] = [];
  for (let at = edge; direction * (limit - at) > 0; at += direction * framesPerSecond) {
    const next = at + direction * framesPerSecond;
    const low = Math.max(Math.min(at, next), Math.min(at, limit));
    const high = Math.max(at, next);
    const { asked, met } = meet(one, other, fit.line(), low, high, tightFrames);
    const agreeing = met.filter((peak) => isAsLoud(peak, gain));
    lately.push({ asked, met: met.length, agreed: agreeing.length });
    if (lately.length > lookSeconds) lately.shift();
    if (asked > peaksOfSilence && agreeing.length >= Math.max(2, agreedMin * asked)) {
      fit.add(agreeing);
      reached = direction > 0 ? Math.min(next, limit) : Math.max(next, limit);
    }
    const sum = lately.reduce(
      (a, b) => ({ asked: a.asked + b.asked, agreed: a.agreed + b.agreed }),
      {
        asked: 0,
        agreed: 0,
      },
    );
    if (lately.length === lookSeconds && sum.agreed < agreedMin * sum.asked) break;
  }
  return reached;
}

/** Least squares over all that was met; the pitch is the quotient of the means of higher frequencies. */
function createFit(start: Line): Fit {
  let [n, sumX, sumY, sumXX, sumXY, steps, otherSteps] = [0, 0, 0, 0, 0, 0, 0];
  return {
    add(met) {
      for (const { frame, otherFrame, step, otherStep } of met) {
        n += 1;
        sumX += frame;
        sumY += otherFrame;
        sumXX += frame * frame;
        sumXY += frame * otherFrame;
        steps += step;
        otherSteps += otherStep;
      }
    },
    line() {
      const spread = n * sumXX - sumX * sumX;
      // Of less than this a slope would be a guess.
      if (n < fitMin || spread <= 0) return start;
      const tempo = (n * sumXY - sumX * sumY) / spread;
      return { tempo, offset: (sumY - tempo * sumX) / n, pitch: steps / otherSteps };
    },
  };
}

const fitMin = 12;
