import {
  createPeakFinder,
  frameSamples,
  highest,
  hopSamples,
  levelByte,
  lowest,
  queryPeaksPerBlock,
  quotaGroupOf,
  stepsMax,
} from '#foundation/dsp/find-peaks.ts';
import { bandsHeard } from './algorithm.ts';

/**
 * What a query holds: its peaks, to look recordings up by, and for every place in time and frequency how much it speaks
 * for a peak having been there, to weigh a recording by.
 */
export type SoundQuery = {
  readonly frames: number;
  /** Peaks as frame * 1024 + step, ascending. */
  readonly places: Uint32Array;
  /** The rank of each peak in its band and block, 0 the strongest; none is known of hashes that came from outside. */
  readonly ranks: Uint8Array;
  /** By bin from `lowest`, then frame: -ln(1 - rank among all frames of the bin), in 1/evidenceUnit; mean evidenceUnit. */
  readonly evidence: Uint8Array;
  /** As `evidence`: how loud it is there, see levelByte; absent where only hashes without levels came. */
  readonly levels?: Uint8Array;
  /** True of hashes: it was at most so loud there. */
  readonly levelsAreBounds?: boolean;
};

/** One nat of evidence; the largest that fits a byte is 8, one frame in 3000. */
export const evidenceUnit = 32;
const rankLevels = 1_024;

/** Hears out a whole query at 16 kHz mono, of seconds rather than minutes: 51 kB are kept per second. */
export function hear(samples: Float32Array): SoundQuery {
  const frames = Math.max(0, Math.floor((samples.length - frameSamples) / hopSamples) + 1);
  // A row a frame, as they come; by bin they are wanted later.
  const rises = new Float32Array(bandsHeard * frames);
  const loud = new Uint8Array(bandsHeard * frames);
  const before = new Float64Array(highest + surroundingsFar + 1);
  const places: number[] = [];
  const strengths: number[] = [];
  const finder = createPeakFinder(
    queryPeaksPerBlock,
    (frame, step, strength) => {
      places.push(frame * stepsMax + step);
      strengths.push(strength);
    },
    (frame, rise, level) => {
      sumUp(rise, before);
      const at = frame * bandsHeard - lowest;
      for (let bin = lowest; bin < highest; bin++) {
        const loudest = Math.max(level[bin - 1]!, level[bin]!, level[bin + 1]!);
        loud[at + bin] = levelByte(loudest);
        const around =
          before[bin - surroundingsNear + 1]! -
          before[bin - surroundingsFar]! +
          before[bin + surroundingsFar + 1]! -
          before[bin + surroundingsNear]!;
        rises[at + bin] = rise[bin - 1]! + 2 * rise[bin]! + rise[bin + 1]! - around / 8;
      }
    },
  );
  finder.push(samples);
  finder.end();
  const levels = new Uint8Array(loud.length);
  for (let band = 0; band < bandsHeard; band++)
    for (let t = 0, from = band, to = band * frames; t < frames; t++, from += bandsHeard)
      levels[to + t] = loud[from]!;
  return {
    frames,
    places: Uint32Array.from(places),
    ranks: rankPeaks(places, strengths),
    evidence: rankFrames(rises, frames),
    levels,
  };
}

/** An eighth of eight bins around: what rises everywhere is a stroke or a consonant, and says less than a tone. */
const surroundingsNear = 3;
const surroundingsFar = 6;

/** before[bin] becomes the sum over all bins below it. */
function sumUp(rise: Float32Array, before: Float64Array): void {
  let sum = 0;
  for (let bin = 0; bin < before.length; bin++) {
    before[bin] = sum;
    sum += rise[bin]!;
  }
}

/** A mean over this many frames on either side halves the noise, and peaks last longer than that. */
const smoothFrames = 2;

/** Each value's rank among all of its bin, as evidence, by bin and frame; `rises` come by frame and bin. */
function rankFrames(rises: Float32Array, frames: number): Uint8Array {
  const evidence = new Uint8Array(rises.length);
  const row = new Float32Array(frames);
  const smoothed = new Float32Array(frames);
  const levelOf = new Uint16Array(frames);
  const counts = new Uint32Array(rankLevels);
  const scores = new Uint8Array(rankLevels);
  // By twice the rank, which is whole also in the middle of equals.
  const scoreOfRank = Uint8Array.from({ length: 2 * frames + 1 }, (_, twice) =>
    Math.min(255, Math.round(-evidenceUnit * Math.log(1 - twice / (2 * frames)))),
  );
  for (let band = 0; band < bandsHeard; band++) {
    for (let t = 0, from = band; t < frames; t++, from += bandsHeard) row[t] = rises[from]!;
    smooth(row, smoothed);
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
      const level = ((smoothed[t]! - least) * scale) | 0;
      levelOf[t] = level;
      counts[level] = counts[level]! + 1;
    }
    let below = 0;
    for (let level = 0; level < rankLevels; level++) {
      const count = counts[level]!;
      if (count === 0) continue;
      scores[level] = scoreOfRank[2 * below + count]!;
      below += count;
    }
    const at = band * frames;
    for (let t = 0; t < frames; t++) evidence[at + t] = scores[levelOf[t]!]!;
  }
  return evidence;
}

function smooth(row: Float32Array, out: Float32Array): void {
  const frames = row.length;
  let sum = 0;
  let from = 0;
  let to = 0;
  for (let t = 0; t < frames; t++) {
    for (; to < frames && to <= t + smoothFrames; to++) sum += row[to]!;
    for (; from < t - smoothFrames; from++) sum -= row[from]!;
    out[t] = sum / (to - from);
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
