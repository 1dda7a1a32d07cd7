import {
  framesPerSecond,
  highest,
  lowest,
  stepsMax,
  stepsPerBin,
} from '#foundation/dsp/find-peaks.ts';
import { bandsHeard } from './algorithm.ts';
import { evidenceUnit, type Heard } from './hear.ts';

// What a phone or a box sends instead of sound: its peaks. A recording's peak that meets one of them is evidence for it, the
// more the rarer it is to meet one by chance at that frequency; one that meets none is a little evidence against.

/** A minute at the density of a query, with room. */
export const hashesMax = 20_000;
export const hashesSecondsMax = 60;

const nearFrames = 2;
const nearBins = 1;

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
  const met = new Uint8Array(bandsHeard * frames);
  for (const hash of hashes) {
    const frame = hash >>> 10;
    const bin = Math.round((hash & (stepsMax - 1)) / stepsPerBin);
    const from = Math.max(0, frame - nearFrames);
    const to = Math.min(frames, frame + nearFrames + 1);
    for (let b = Math.max(lowest, bin - nearBins); b <= Math.min(highest - 1, bin + nearBins); b++)
      met.fill(1, (b - lowest) * frames + from, (b - lowest) * frames + to);
  }
  return {
    frames,
    places: Uint32Array.from(hashes),
    ranks: new Uint8Array(hashes.length),
    evidence: weighMeetings(met, frames),
  };
}

/** Mean and deviation of each bin's evidence are one unit, as those of sound are. */
function weighMeetings(met: Uint8Array, frames: number): Uint8Array {
  const evidence = new Uint8Array(met.length);
  for (let at = 0; at < met.length; at += frames) {
    let count = 1;
    for (let t = 0; t < frames; t++) count += met[at + t]!;
    const part = Math.min(0.5, count / (frames + 1));
    const hit = Math.min(255, Math.round(evidenceUnit * (1 + Math.sqrt((1 - part) / part))));
    const miss = Math.round(evidenceUnit * (1 - Math.sqrt(part / (1 - part))));
    for (let t = 0; t < frames; t++) evidence[at + t] = met[at + t]! > 0 ? hit : miss;
  }
  return evidence;
}
