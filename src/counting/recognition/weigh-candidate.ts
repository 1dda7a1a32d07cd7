import {
  framesPerSecond,
  highest,
  lowest,
  stepsMax,
  stepsPerBin,
} from '#foundation/dsp/find-peaks.ts';
import { evidenceUnit, type SoundQuery } from './hear.ts';
import { placesOf, type Segment } from './segment.ts';
import type { Candidate, Playing } from './find-candidates.ts';

// The second look, which decides. If the recording sounds in the query at this offset and speed, then the query must rise
// wherever the recording has a peak; so every peak of the recording is looked up in the query's spectrum, also those whose
// pairs noise has broken. Under chance the ranks found there are uniform, so that their sum is known whatever the noise.

export type Alignment = Playing & {
  readonly segment: Segment;
  readonly recording: number;
  /** Frame of the recording at which the query begins; a fraction when the speed is not 1. */
  readonly offset: number;
};

export type Weighed = Alignment & {
  readonly votes: number;
  /** Standard deviations by which the evidence exceeds what chance gives. */
  readonly score: number;
  /** Peaks of the recording that fall into the query. */
  readonly peaks: number;
};

/** Frames around a cell's middle; evidence is smooth enough for steps of three, and refining finds the rest. */
const offsetsTried = [-4, -1, 2, 5] as const;
const binOfStep = Uint16Array.from({ length: stepsMax }, (_, step) =>
  Math.round(step / stepsPerBin),
);

/** The first peak at or after a frame. */
export function firstPeakFrom(places: Uint32Array, frame: number): number {
  const wanted = Math.max(0, frame) * stepsMax;
  let low = 0;
  let high = places.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (places[middle]! < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

export type Peaks = { sum: number; count: number };

/** Adds up evidence over the recording's peaks within the query. */
export function addEvidence(query: SoundQuery, at: Alignment, into: Peaks): Peaks {
  const { frames, evidence } = query;
  const places = placesOf(at.segment, at.recording);
  const { offset, tempo, pitch } = at;
  const plain = pitch === 1;
  const pace = 1 / tempo;
  const end = offset + frames * tempo;
  let sum = 0;
  let count = 0;
  for (let i = firstPeakFrom(places, Math.ceil(offset)); i < places.length; i++) {
    const place = places[i]!;
    const frame = place >>> 10;
    if (frame >= end) break;
    const t = Math.round((frame - offset) * pace);
    if (t >= frames) continue;
    const step = place & (stepsMax - 1);
    const bin = plain ? binOfStep[step]! : Math.round((step * pitch) / stepsPerBin);
    if (bin < lowest || bin >= highest) continue;
    sum += evidence[(bin - lowest) * frames + t]!;
    count += 1;
  }
  into.sum = sum;
  into.count = count;
  return into;
}

/** Mean and deviation of one peak's evidence under chance are both one unit. */
export function scoreOf({ sum, count }: Peaks): number {
  return count === 0 ? 0 : (sum / evidenceUnit - count) / Math.sqrt(count + 1);
}

/** Weighs a candidate at the offsets around its cell, and keeps the best. */
export function weighCandidate(
  query: SoundQuery,
  segment: Segment,
  candidate: Candidate,
  playing: Playing,
): Weighed {
  const peaks: Peaks = { sum: 0, count: 0 };
  let best = -Infinity;
  let bestOffset = candidate.offset;
  let bestCount = 0;
  for (const away of offsetsTried) {
    const at = {
      ...playing,
      segment,
      recording: candidate.recording,
      offset: candidate.offset + away,
    };
    const score = scoreOf(addEvidence(query, at, peaks));
    if (score <= best) continue;
    best = score;
    bestOffset = at.offset;
    bestCount = peaks.count;
  }
  return {
    ...playing,
    segment,
    recording: candidate.recording,
    offset: bestOffset,
    votes: candidate.votes,
    score: best,
    peaks: bestCount,
  };
}

/** Far enough that no tone is met again, near enough that every stroke is. */
const shiftedBins = [-9, -7, -5, 5, 7, 9] as const;

/**
 * What the score would be if the recording's peaks came when they come but at other frequencies: two recordings in one
 * tempo share that much.
 */
export function rhythmAlone(query: SoundQuery, at: Alignment): number {
  let sum = 0;
  let count = 0;
  const { frames, evidence } = query;
  eachPeakHeard(query, at, (t, bin) => {
    for (const by of shiftedBins) {
      const other = bin + by;
      if (other < lowest || other >= highest) continue;
      sum += evidence[(other - lowest) * frames + t]!;
      count += 1;
    }
  });
  const peaks = count / shiftedBins.length;
  return count === 0 ? 0 : (sum / evidenceUnit - count) / shiftedBins.length / Math.sqrt(peaks + 1);
}

const tempoStep = 0.0025;
const refinementsMax = 24;

/** Climbs from a candidate to the offset, tempo and pitch at which it fits best. */
export function refine(query: SoundQuery, from: Weighed): Weighed {
  const peaks: Peaks = { sum: 0, count: 0 };
  const moved = (at: Weighed, dTempo: number, dPitch: number, dOffset: number): Weighed => {
    // The middle of the query stays where it is when the tempo changes: the two are then nearly independent.
    const tempo = at.tempo + dTempo;
    const pitch = at.pitch + dPitch;
    const offset = at.offset + dOffset - (dTempo * query.frames) / 2;
    const next = { ...at, tempo, pitch, offset };
    const score = scoreOf(addEvidence(query, next, peaks));
    return { ...next, score, peaks: peaks.count };
  };
  let best = from;
  // Votes tolerate several per cent of tempo or pitch; a climb from there would stop half way.
  for (const [dTempo, dPitch] of leaps)
    for (let steps = leapStepsMin; steps <= leapStepsMax; steps += leapStepsMin) {
      const next = moved(from, dTempo * steps * tempoStep, dPitch * steps * tempoStep, 0);
      if (next.score > best.score) best = next;
    }
  let scale = 1;
  for (let round = 0; round < refinementsMax; round++) {
    let next = best;
    for (const [dTempo, dPitch, dOffset] of directions) {
      const by = scale * tempoStep;
      const tried = moved(best, dTempo * by, dPitch * by, dOffset * 2 * scale);
      if (tried.score > next.score) next = tried;
    }
    if (next !== best) best = next;
    else if (scale > 0.2) scale /= 2;
    else break;
  }
  return best;
}

const leapStepsMin = 2;
const leapStepsMax = 26;
const leaps: readonly (readonly [number, number])[] = [
  [1, 0],
  [-1, 0],
  [0, 1],
  [0, -1],
  [1, 1],
  [-1, -1],
];

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

/** Evidence second by second. */
export type Coverage = {
  /** Score of each second of the query with enough peaks in it. */
  readonly seconds: readonly number[];
  /** Seconds that speak for the recording by themselves. */
  readonly heardSeconds: number;
  /** Score of the weaker half of the seconds together: a sample or a shared intro leaves it at chance. */
  readonly weakerHalf: number;
  /** Part of the query's seconds for which the recording has peaks. */
  readonly overlap: number;
};

const peaksPerSecondMin = 5;
const heardSecondScore = 1.64;

export function coverageOf(query: SoundQuery, at: Alignment): Coverage {
  const seconds = Math.max(1, Math.ceil(query.frames / framesPerSecond));
  const sums = new Float64Array(seconds);
  const counts = new Uint32Array(seconds);
  eachPeakHeard(query, at, (t, _bin, value) => {
    const second = Math.floor(t / framesPerSecond);
    sums[second] = sums[second]! + value / evidenceUnit - 1;
    counts[second] = counts[second]! + 1;
  });
  const scores: number[] = [];
  const order: number[] = [];
  for (let s = 0; s < seconds; s++) {
    if (counts[s]! < peaksPerSecondMin) continue;
    order.push(s);
    scores.push(sums[s]! / Math.sqrt(counts[s]! + 1));
  }
  order.sort((a, b) => sums[a]! / Math.sqrt(counts[a]!) - sums[b]! / Math.sqrt(counts[b]!));
  let sum = 0;
  let count = 0;
  for (const s of order.slice(0, Math.ceil(order.length / 2))) {
    sum += sums[s]!;
    count += counts[s]!;
  }
  return {
    seconds: scores,
    heardSeconds: scores.filter((score) => score >= heardSecondScore).length,
    weakerHalf: count === 0 ? 0 : sum / Math.sqrt(count + 1),
    overlap: order.length / seconds,
  };
}

/** Calls `visit` with the query's frame, bin and evidence for every peak of the recording that falls into the query. */
export function eachPeakHeard(
  query: SoundQuery,
  at: Alignment,
  visit: (frame: number, bin: number, evidence: number, index: number) => void,
): void {
  const { frames, evidence } = query;
  const places = placesOf(at.segment, at.recording);
  const end = at.offset + frames * at.tempo;
  for (let i = firstPeakFrom(places, Math.ceil(at.offset)); i < places.length; i++) {
    const frame = places[i]! >>> 10;
    if (frame >= end) break;
    const t = Math.round((frame - at.offset) / at.tempo);
    const bin = Math.round(((places[i]! & (stepsMax - 1)) * at.pitch) / stepsPerBin);
    if (t < 0 || t >= frames || bin < lowest || bin >= highest) continue;
    visit(t, bin, evidence[(bin - lowest) * frames + t]!, i);
  }
}
