import {
  bandCount,
  bandOfBin,
  levelUnknown,
  stepsMax,
  stepsPerBin,
} from '#foundation/dsp/find-peaks.ts';
import { codeOfStep, gapMax, gapMin, spanStepsMax } from '#foundation/dsp/pair-peaks.ts';
import { indexReach } from './algorithm.ts';

// Which pairs an index keeps. Noise, a voice or a room drown the faint peaks first: of nine peaks that are neighbours the
// loudest is found again at 5 dB under white noise four times in five, one of the fainter half once in four. So each peak is
// paired with the loudest of those that follow it, and the loudest peak near a pair is noted with it as its witness.

/** A witness is this close, in frames: a quarter of a second. */
const witnessFramesMax = 31;
const witnessReach = 8;
export const witnessBits = 15;
/** Stands for no frames between a pair's first peak and its witness. */
export const witnessZero = witnessFramesMax + 1;
/** The cell, too high for any peak, of a pair that had no other peak near: it sounds always. */
export const noWitnessCell = 511;

/** `witness`: 6 bits of frames from the pair's first peak, plus witnessZero, and 9 bits of its frequency's cell. */
export type LoudPairSink = (
  frame: number,
  step1: number,
  step2: number,
  gap: number,
  witness: number,
) => void;

/** Pairs of peaks (frame * 1024 + step, ascending) with their levels (levelByte). */
export function pairLoudPeaks(
  places: Uint32Array,
  levels: Uint8Array | undefined,
  fanOut: number,
  sink: LoudPairSink,
): void {
  const loud = new Int16Array(places.length);
  if (levels !== undefined)
    for (let i = 0; i < loud.length; i++) loud[i] = levels[i] === levelUnknown ? 0 : levels[i]!;
  const standing = aboveOwnBand(places, loud);
  const chosen = new Int32Array(fanOut);
  for (let i = 0; i < places.length; i++) {
    const frame = places[i]! >>> 10;
    const step = places[i]! & (stepsMax - 1);
    let count = 0;
    let inReach = 0;
    for (let j = i + 1; j < places.length && inReach < indexReach; j++) {
      const gap = (places[j]! >>> 10) - frame;
      if (gap > gapMax) break;
      const span = (places[j]! & (stepsMax - 1)) - step;
      if (gap < gapMin || span > spanStepsMax || span < -spanStepsMax) continue;
      inReach += 1;
      if (count < fanOut) chosen[count++] = j;
      else {
        let faintest = 0;
        for (let c = 1; c < count; c++)
          if (standing[chosen[c]!]! <= standing[chosen[faintest]!]!) faintest = c;
        if (standing[j]! > standing[chosen[faintest]!]!) chosen[faintest] = j;
      }
    }
    for (let c = 0; c < count; c++) {
      const j = chosen[c]!;
      const other = places[j]!;
      const gap = (other >>> 10) - frame;
      sink(frame, step, other & (stepsMax - 1), gap, witnessOf(places, loud, i, j));
    }
  }
}

/** Bass is loud everywhere; were it the partner of every peak, a few hashes would have all the postings. */
function aboveOwnBand(places: Uint32Array, loud: Int16Array): Int16Array {
  const sums = new Float64Array(bandCount);
  const counts = new Uint32Array(bandCount);
  const bands = Uint8Array.from(places, (place) =>
    bandOfBin(Math.round((place & (stepsMax - 1)) / stepsPerBin)),
  );
  for (let i = 0; i < places.length; i++) {
    const band = bands[i]!;
    sums[band] = sums[band]! + loud[i]!;
    counts[band] = counts[band]! + 1;
  }
  return Int16Array.from(loud, (level, i) => {
    const band = bands[i]!;
    return level - sums[band]! / counts[band]!;
  });
}

function witnessOf(places: Uint32Array, loud: Int16Array, i: number, j: number): number {
  const frame = places[i]! >>> 10;
  let witness = -1;
  for (let k = Math.max(0, i - witnessReach); k < places.length && k <= i + witnessReach; k++) {
    if (k === i || k === j) continue;
    const away = (places[k]! >>> 10) - frame;
    if (away < -witnessFramesMax || away > witnessFramesMax) continue;
    if (witness < 0 || loud[k]! > loud[witness]!) witness = k;
  }
  if (witness < 0) return (witnessZero << 9) | noWitnessCell;
  const away = (places[witness]! >>> 10) - frame + witnessZero;
  return (away << 9) | (codeOfStep(places[witness]! & (stepsMax - 1)) >> 1);
}
