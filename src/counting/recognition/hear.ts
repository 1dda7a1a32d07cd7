import {
  createPeakFinder,
  fingerprintRate,
  frameSamples,
  highest,
  hopSamples,
  lowest,
  quotaGroupOf,
  stepsMax,
} from '#foundation/dsp/find-peaks.ts';
import { bandsHeard, queryPeaksPerBlock } from './algorithm.ts';

/**
 * What a query holds: its peaks, to look recordings up by, and for every place in time and frequency how much it speaks
 * for a peak having been there, to weigh a recording by.
 */
export type Heard = {
  readonly frames: number;
  /** Peaks as frame * 1024 + step, ascending. */
  readonly places: Uint32Array;
  /** The rank of each peak in its band and block, 0 the strongest; none is known of hashes that came from outside. */
  readonly ranks: Uint8Array;
  /** By bin from `lowest`, then frame: -ln(1 - rank among all frames of the bin), in 1/evidenceUnit; mean evidenceUnit. */
  readonly evidence: Uint8Array;
};

/** One nat of evidence; the largest that fits a byte is 8, one frame in 3000. */
export const evidenceUnit = 32;
const levels = 1_024;

/** Hears out a whole query at 16 kHz mono, of seconds rather than minutes: 51 kB are kept per second. */
export function hear(samples: Float32Array): Heard {
  const frames = Math.max(0, Math.floor((samples.length - frameSamples) / hopSamples) + 1);
  const rises = new Float32Array(bandsHeard * frames);
  const places: number[] = [];
  const strengths: number[] = [];
  const finder = createPeakFinder(
    queryPeaksPerBlock,
    (frame, step, strength) => {
      places.push(frame * stepsMax + step);
      strengths.push(strength);
    },
    (frame, rise) => {
      for (let bin = lowest; bin < highest; bin++) {
        // The larger neighbour counts: a peak may sit half a bin off.
        const a = rise[bin - 1]!;
        const b = rise[bin]!;
        const c = rise[bin + 1]!;
        rises[(bin - lowest) * frames + frame] = a > b ? (a > c ? a : c) : b > c ? b : c;
      }
    },
  );
  finder.push(samples);
  finder.end();
  return {
    frames,
    places: Uint32Array.from(places),
    ranks: rankPeaks(places, strengths),
    evidence: rankFrames(rises, frames),
  };
}

/** Each value's rank among all of its bin, after a maximum over three frames, as evidence. */
function rankFrames(rises: Float32Array, frames: number): Uint8Array {
  const evidence = new Uint8Array(rises.length);
  const widened = new Uint16Array(frames);
  const counts = new Uint32Array(levels);
  const scores = new Uint8Array(levels);
  for (let at = 0; at < rises.length; at += frames) {
    let least = Infinity;
    let most = -Infinity;
    for (let t = 0; t < frames; t++) {
      const value = rises[at + t]!;
      if (value < least) least = value;
      if (value > most) most = value;
    }
    const scale = most > least ? (levels - 1) / (most - least) : 0;
    counts.fill(0);
    for (let t = 0; t < frames; t++) {
      let value = rises[at + t]!;
      if (t > 0 && rises[at + t - 1]! > value) value = rises[at + t - 1]!;
      if (t + 1 < frames && rises[at + t + 1]! > value) value = rises[at + t + 1]!;
      const level = Math.floor((value - least) * scale);
      widened[t] = level;
      counts[level] = counts[level]! + 1;
    }
    let below = 0;
    for (let level = 0; level < levels; level++) {
      const count = counts[level]!;
      if (count === 0) continue;
      const rank = (below + 0.5 * count) / frames;
      scores[level] = Math.min(255, Math.round(-evidenceUnit * Math.log(1 - rank)));
      below += count;
    }
    for (let t = 0; t < frames; t++) evidence[at + t] = scores[widened[t]!]!;
  }
  return evidence;
}

/** Among the peaks of its band and block, how many are stronger: what a smaller quota would have kept. */
function rankPeaks(places: readonly number[], strengths: readonly number[]): Uint8Array {
  const ranks = new Uint8Array(places.length);
  const groups = new Map<number, number[]>();
  places.forEach((place, i) => {
    const group = quotaGroupOf(place);
    const members = groups.get(group);
    if (members === undefined) groups.set(group, [i]);
    else members.push(i);
  });
  for (const members of groups.values()) {
    members.sort((a, b) => strengths[b]! - strengths[a]! || a - b);
    members.forEach((i, rank) => {
      ranks[i] = rank;
    });
  }
  return ranks;
}
