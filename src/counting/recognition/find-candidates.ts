import { stepsMax } from '#foundation/dsp/find-peaks.ts';
import {
  codeOfStep,
  gapMax,
  gapMin,
  hashBits,
  hashOfCells,
  pairPeaks,
} from '#foundation/dsp/pair-peaks.ts';
import type { Heard } from './hear.ts';
import { frameBits, frameMask, type Segment } from './segment.ts';

// The first look: every pair of the query votes for the (recording, offset) cells that have the same pair. Cheap, and
// only good enough to say what is worth weighing.

/** How a query was played: its frequencies are `pitch`, its pace `tempo` times those of the recording. */
export type Playing = { readonly tempo: number; readonly pitch: number };

export type Candidate = {
  readonly recording: number;
  /** Frame of the recording at which the query begins. */
  readonly offset: number;
  readonly votes: number;
};

/** Pairs of a query, ready to be looked up at any speed. */
export type QueryPairs = {
  readonly count: number;
  readonly frames: Uint16Array;
  readonly steps1: Uint16Array;
  readonly steps2: Uint16Array;
  readonly gaps: Uint8Array;
};

/** Votes are gathered in cells of this many frames of offset, 32 ms. */
const cellFrames = 4;
/** Of a small index nearly everything is read: its lists are many hashes long, and reading them costs little. */
const postingsMaxLeast = 2_000;
const postingsMaxBudget = 3e9;
const offsetBias = 1 << 20;
const countersBits = 22;
/** Three cells where a bin is wider than a cell, of either frequency, and two of the gap. */
const probesMax = 18;
const reachedMax = 1 << 18;

export function pairsOf(heard: Heard, fanOut: number, rankMax: number): QueryPairs {
  const chosen =
    rankMax >= 255 ? heard.places : heard.places.filter((_, i) => heard.ranks[i]! < rankMax);
  const frames: number[] = [];
  const steps1: number[] = [];
  const steps2: number[] = [];
  const gaps: number[] = [];
  pairPeaks(chosen, fanOut, (frame, step1, step2, gap) => {
    frames.push(frame);
    steps1.push(step1);
    steps2.push(step2);
    gaps.push(gap);
  });
  return {
    count: frames.length,
    frames: Uint16Array.from(frames),
    steps1: Uint16Array.from(steps1),
    steps2: Uint16Array.from(steps2),
    gaps: Uint8Array.from(gaps),
  };
}

/** Counters of one search after another; cleared, not made anew, because they are large. */
export type Ballot = {
  readonly counts: Uint8Array;
  readonly recordings: Uint32Array;
  readonly cells: Int32Array;
  /** Counters that got the votes asked for, in the order they did. */
  readonly reached: Uint32Array;
};

export function createBallot(): Ballot {
  const size = 1 << countersBits;
  return {
    counts: new Uint8Array(size),
    recordings: new Uint32Array(size),
    cells: new Int32Array(size),
    reached: new Uint32Array(reachedMax),
  };
}

/** The cells of a segment with most votes, at most `candidatesMax`, best first. */
export function findCandidates(
  segment: Segment,
  pairs: QueryPairs,
  playing: Playing,
  options: {
    readonly ballot: Ballot;
    readonly candidatesMax: number;
    readonly votesMin: number;
    readonly commonness: number;
  },
): readonly Candidate[] {
  const { ballot, candidatesMax, votesMin, commonness } = options;
  ballot.counts.fill(0);
  const buckets = segment.directory.length - 1;
  const postingCount = segment.postings.length / 2;
  const affordable = Math.min(postingsMaxLeast, postingsMaxBudget / Math.max(1, postingCount));
  const postingsMax = Math.max(affordable, (commonness * postingCount) / buckets);
  const reached = vote(segment, pairs, playing, ballot, votesMin, postingsMax);
  return pick(ballot, reached, candidatesMax, votesMin);
}

/** Counts the votes; answers how many cells got `votesMin`. */
function vote(
  segment: Segment,
  pairs: QueryPairs,
  playing: Playing,
  ballot: Ballot,
  votesMin: number,
  postingsMax: number,
): number {
  let reachedCount = 0;
  const { directory, postings, directoryBits } = segment;
  const { counts, recordings, cells, reached } = ballot;
  const restBits = hashBits - directoryBits;
  const restMask = (1 << restBits) - 1;
  const { tempo, pitch } = playing;
  const probes = new Uint32Array(probesMax);
  for (let i = 0; i < pairs.count; i++) {
    const gap = Math.round(pairs.gaps[i]! * tempo);
    if (gap < gapMin || gap > gapMax) continue;
    const step1 = Math.round(pairs.steps1[i]! / pitch);
    const step2 = Math.round(pairs.steps2[i]! / pitch);
    if (step1 < 2 || step2 < 2 || step1 > stepsMax - 2 || step2 > stepsMax - 2) continue;
    const start = pairs.frames[i]! * tempo;
    const count = probe(step1, step2, gap, probes);
    for (let p = 0; p < count; p++) {
      const hash = probes[p]!;
      const bucket = hash >>> restBits;
      const from = directory[bucket]!;
      const to = directory[bucket + 1]!;
      if (to - from > postingsMax) continue;
      const rest = hash & restMask;
      for (let at = 2 * from, end = 2 * to; at < end; at += 2) {
        const word = postings[at]!;
        if (word >>> frameBits !== rest) continue;
        const recording = postings[at + 1]!;
        const cell = Math.floor(((word & frameMask) - start + offsetBias) / cellFrames);
        const counter =
          (Math.imul(recording, 0x9e3779b1) + Math.imul(cell, 0x85ebca6b)) >>> (32 - countersBits);
        const votes = counts[counter]! + 1;
        if (votes < 256) counts[counter] = votes;
        if (votes === votesMin && reachedCount < reached.length) reached[reachedCount++] = counter;
        if (votes >= 2) {
          recordings[counter] = recording;
          cells[counter] = cell;
        }
      }
    }
  }
  return reachedCount;
}

/** A peak may be half a bin or a frame off on either side, so the neighbouring cells are asked too. */
function probe(step1: number, step2: number, gap: number, probes: Uint32Array): number {
  const low1 = codeOfStep(step1 - 1);
  const high1 = codeOfStep(step1 + 1);
  const low2 = codeOfStep(step2 - 1);
  const high2 = codeOfStep(step2 + 1);
  const highGap = Math.min(gapMax, gap + 1) >> 1;
  let count = 0;
  for (let code1 = low1; code1 <= high1; code1++)
    for (let code2 = low2; code2 <= high2; code2++)
      for (let cell = (gap - 1) >> 1; cell <= highGap; cell++)
        probes[count++] = hashOfCells(code1, code2, cell);
  return count;
}

function pick(
  { counts, recordings, cells, reached }: Ballot,
  reachedCount: number,
  candidatesMax: number,
  votesMin: number,
): readonly Candidate[] {
  const histogram = new Uint32Array(256);
  for (let i = 0; i < reachedCount; i++) {
    const votes = counts[reached[i]!]!;
    histogram[votes] = histogram[votes]! + 1;
  }
  let least = 255;
  let total = histogram[255]!;
  while (least > votesMin && total + histogram[least - 1]! <= candidatesMax)
    total += histogram[--least]!;
  const found: Candidate[] = [];
  for (let i = 0; i < reachedCount; i++) {
    const counter = reached[i]!;
    if (counts[counter]! < least) continue;
    found.push({
      recording: recordings[counter]!,
      offset: cells[counter]! * cellFrames - offsetBias + cellFrames / 2,
      votes: counts[counter]!,
    });
  }
  found.sort((a, b) => b.votes - a.votes || a.recording - b.recording || a.offset - b.offset);
  return found.slice(0, candidatesMax);
}
