import { bandCount, bandOfBin, levelUnknown, lowest } from '#foundation/dsp/find-peaks.ts';
import type { Heard } from './hear.ts';
import { levelsOf } from './segment.ts';
import { eachPeakHeard, type Alignment } from './weigh-candidate.ts';

// Noise, voices and rooms add to a sound and never take away from it. Where a recording is loud the query cannot be quiet, if
// it is that recording; if it is another in the same tempo and key, with the same drums, then in many places it is.

/** Evidence, in 1/evidenceUnit, from which a peak counts as found and tells how loud the recording is in the query. */
const foundEvidence = 80;
const foundMin = 6;
/** Of the found, this part may come out louder than the recording by what was added to it. */
const loudnessQuantile = 0.35;
/** 6 dB: codecs and rooms are this uneven. */
const quietUnits = 8;
const nearFrames = 2;

/**
 * Part of the recording's peaks where the query is quieter than the recording would be; 0 where that cannot be known.
 */
export function contradictedPart(heard: Heard, at: Alignment): number {
  const { levels, frames } = heard;
  if (levels === undefined) return 0;
  const wanted = levelsOf(at.segment, at.recording);
  const gains: number[][] = Array.from({ length: bandCount }, () => []);
  eachPeakHeard(heard, at, (t, bin, evidence, index) => {
    if (evidence < foundEvidence || wanted[index] === levelUnknown) return;
    gains[bandOfBin(bin)]!.push(loudestNear(levels, frames, t, bin) - wanted[index]!);
  });
  const gain = gains.map((found) =>
    found.length < foundMin
      ? null
      : found.sort((a, b) => a - b)[Math.floor(found.length * loudnessQuantile)]!,
  );
  let asked = 0;
  let contradicted = 0;
  eachPeakHeard(heard, at, (t, bin, _evidence, index) => {
    const by = gain[bandOfBin(bin)]!;
    if (by === null || wanted[index] === levelUnknown) return;
    asked += 1;
    if (loudestNear(levels, frames, t, bin) < wanted[index]! + by - quietUnits) contradicted += 1;
  });
  return asked === 0 ? 0 : contradicted / asked;
}

function loudestNear(levels: Uint8Array, frames: number, t: number, bin: number): number {
  const from = (bin - lowest) * frames;
  let loudest = 0;
  for (let k = Math.max(0, t - nearFrames); k <= Math.min(frames - 1, t + nearFrames); k++)
    if (levels[from + k]! > loudest) loudest = levels[from + k]!;
  return loudest;
}
