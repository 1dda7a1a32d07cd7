import {
  createPeakFinder,
  frameSamples,
  highest,
  hopSamples,
  levelByte,
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
  /** As `evidence`: how loud it is there, see levelByte; absent where only hashes came. */
  readonly levels?: Uint8Array;
};

/** One nat of evidence; the largest that fits a byte is 8, one frame in 3000. */
export const evidenceUnit = 32;
const rankLevels = 1_024;

/** Hears out a whole query at 16 kHz mono, of seconds rather than minutes: 51 kB are kept per second. */
export function hear(samples: Float32Array): Heard {
  const frames = Math.max(0, Math.floor((samples.length - frameSamples) / hopSamples) + 1);
  const rises = new Float32Array(bandsHeard * frames);
  const levels = new Uint8Array(bandsHeard * frames);
  const places: number[] = [];
  const strengths: number[] = [];
  const finder = createPeakFinder(
    queryPeaksPerBlock,
    (frame, step, strength) => {
      places.push(frame * stepsMax + step);
      strengths.push(strength);
    },
    (frame, rise, level) => {
      for (let bin = lowest; bin < highest; bin++) {
        const loudest = Math.max(level[bin - 1]!, level[bin]!, level[bin + 1]!);
        levels[(bin - lowest) * frames + frame] = levelByte(loudest);
        rises[(bin - lowest) * frames + frame] =
          rise[bin - 1]! + 2 * rise[bin]! + rise[bin + 1]! - surroundings(rise, bin);
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
    levels,
  };
}

/** An eighth of eight bins around: what rises everywhere is a stroke or a consonant, and says less than a tone. */
function surroundings(rise: Float32Array, bin: number): number {
  let sum = 0;
  for (let away = 3; away <= 6; away++) sum += rise[bin - away]! + rise[bin + away]!;
  return sum / 8;
}

/** A mean over this many frames on either side halves the noise, and peaks last longer than that. */
const smoothFrames = 2;

/** Each value's rank among all of its bin, as evidence. */
function rankFrames(rises: Float32Array, frames: number): Uint8Array {
  const evidence = new Uint8Array(rises.length);
  const smoothed = new Float32Array(frames);
  const levelOf = new Uint16Array(frames);
  const counts = new Uint32Array(rankLevels);
  const scores = new Uint8Array(rankLevels);
  for (let at = 0; at < rises.length; at += frames) {
    smooth(rises, at, frames, smoothed);
    let least = Infinity;
    let most = -Infinity;
    for (let t = 0; t < frames; t++) {
      const value = smoothed[t]!;
      if (value < least) least = value;
      if (value > most) most = value;
    }
    const scale = most > least ? (rankLevels - 1) / (most - least) : 0;
    counts.fill(0);
    for (let t = 0; t < frames; t++) {
      const level = Math.floor((smoothed[t]! - least) * scale);
      levelOf[t] = level;
      counts[level] = counts[level]! + 1;
    }
    let below = 0;
    for (let level = 0; level < rankLevels; level++) {
      const count = counts[level]!;
      if (count === 0) continue;
      const rank = (below + 0.5 * count) / frames;
      scores[level] = Math.min(255, Math.round(-evidenceUnit * Math.log(1 - rank)));
      below += count;
    }
    for (let t = 0; t < frames; t++) evidence[at + t] = scores[levelOf[t]!]!;
  }
  return evidence;
}

function smooth(rises: Float32Array, at: number, frames: number, out: Float32Array): void {
  for (let t = 0; t < frames; t++) {
    let sum = 0;
    const from = Math.max(0, t - smoothFrames);
    const to = Math.min(frames - 1, t + smoothFrames);
    for (let k = from; k <= to; k++) sum += rises[at + k]!;
    out[t] = sum / (to - from + 1);
  }
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
