import {
  bandCount,
  bandOfBin,
  highest,
  lowest,
  reachBins,
  reachFrames,
  stepsMax,
  stepsPerBin,
} from '#foundation/dsp/find-peaks.ts';
import { bandsHeard } from './algorithm.ts';
import type { PeakGroup } from './group-peaks.ts';

/** The bins of each band, as [first, behind the last]. */
const binsOfBand = Array.from({ length: bandCount }, () => [highest, lowest] as [number, number]);
for (let bin = lowest; bin < highest; bin++) {
  const range = binsOfBand[bandOfBin(bin)]!;
  range[0] = Math.min(range[0], bin);
  range[1] = Math.max(range[1], bin + 1);
}

/**
 * How loud the sound can have been everywhere, known from its peaks alone: nothing near a peak began louder, and what was
 * not kept of a band and block was weaker than all that was. Where nothing began at all in a block it is said to be quiet.
 * By bin from `lowest`, then frame, as SoundQuery.levels.
 */
export function boundLevels(
  hashes: readonly number[],
  levels: readonly number[],
  groups: readonly PeakGroup[],
  frames: number,
): Uint8Array {
  const bound = new Uint8Array(bandsHeard * frames);
  for (const { band, from, to, members } of groups) {
    const weakest = levels[members.at(-1)!]!;
    const [first, behind] = binsOfBand[band]!;
    for (let bin = first; bin < behind; bin++)
      bound.fill(weakest, (bin - lowest) * frames + from, (bin - lowest) * frames + to);
  }
  hashes.forEach((hash, i) => {
    const level = levels[i]!;
    const frame = hash >>> 10;
    const own = Math.round((hash & (stepsMax - 1)) / stepsPerBin);
    const reach = reachBins[own]!;
    const from = Math.max(0, frame - reachFrames);
    const to = Math.min(frames, frame + reachFrames + 1);
    for (let bin = Math.max(lowest, own - reach); bin <= Math.min(highest - 1, own + reach); bin++)
      for (let at = (bin - lowest) * frames + from; at < (bin - lowest) * frames + to; at++)
        if (bound[at]! < level) bound[at] = level;
  });
  return bound;
}
