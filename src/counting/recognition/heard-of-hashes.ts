import {
  framesPerSecond,
  highest,
  lowest,
  stepsMax,
  stepsPerBin,
} from '#foundation/dsp/find-peaks.ts';
import { bandsHeard } from './algorithm.ts';
import type { Heard } from './hear.ts';

// What a phone or a box sends instead of sound: its peaks. Of the places between them nothing is known, so they speak
// against a recording as silence would, which makes an answer from hashes a little more careful than one from sound.

/** A minute at the density of a query, with room. */
export const hashesMax = 20_000;
export const hashesSecondsMax = 60;

const strong = 255;
const near = 160;

/** Reads peaks (frame * 1024 + step, 8 ms frames); null when they are not ascending, not whole or too long. */
export function heardOfHashes(hashes: readonly number[]): Heard | null {
  if (hashes.length > hashesMax) return null;
  let last = -1;
  for (const place of hashes) {
    if (
      !Number.isInteger(place) ||
      place <= last ||
      place >= hashesSecondsMax * framesPerSecond * stepsMax
    )
      return null;
    last = place;
  }
  const frames = hashes.length === 0 ? 0 : (last >>> 10) + 1;
  const evidence = new Uint8Array(bandsHeard * frames);
  for (const hash of hashes) {
    const frame = hash >>> 10;
    const bin = Math.round((hash & (stepsMax - 1)) / stepsPerBin);
    for (let b = Math.max(lowest, bin - 1); b <= Math.min(highest - 1, bin + 1); b++)
      for (let t = Math.max(0, frame - 2); t <= Math.min(frames - 1, frame + 2); t++) {
        const at = (b - lowest) * frames + t;
        evidence[at] = Math.max(
          evidence[at]!,
          b === bin && Math.abs(t - frame) <= 1 ? strong : near,
        );
      }
  }
  return {
    frames,
    places: Uint32Array.from(hashes),
    ranks: new Uint8Array(hashes.length),
    evidence,
  };
}
