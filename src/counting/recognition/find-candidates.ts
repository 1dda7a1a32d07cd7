import { highest, lowest, stepsMax, stepsPerBin } from '#foundation/dsp/find-peaks.ts';
import {
  cellBits,
  codeOfStep,
  gapMax,
  gapMin,
  halfBits,
  hashOfCells,
  pairPeaks,
  stepOfCell,
} from '#foundation/dsp/pair-peaks.ts';
import type { SoundQuery } from './hear.ts';
import { noWitnessCell, witnessBits, witnessZero } from './pair-loud-peaks.ts';
import { frameBits, frameMask, recordingBits, recordingMask, type Segment } from './segment.ts';

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

/** How much of an index a look may read. */
export type Look = {
  readonly candidatesMax: number;
  /** Votes with which a cell is worth a candidate. */
  readonly votesMin: number;
  /** Postings read of a segment, those of the rarest hashes first. */
  readonly postingsMax: number;
};

/** Votes are gathered in cells of this many frames of offset, 32 ms. */
const cellFrames = 4;
const offsetBias = 1 << 20;
const countersBits = 22;
/** Three cells of either frequency and two of the gap. */
const probesMax = 18;
const reachedMax = 1 << 18;
const lookupsMax = 1 << 18;
/** Lists are taken in order of their length, which is told apart up to this. */
const lengthsMax = 1 << 12;
/** Two cells of at most 255 each. */
const votesLargest = 510;

/** Each peak (frame * 1024 + step, ascending) with so many of the next. */
export function pairsOf(places: Uint32Array, fanOut: number): QueryPairs {
  const frames: number[] = [];
  const steps1: number[] = [];
  const steps2: number[] = [];
  const gaps: number[] = [];
  pairPeaks(places, fanOut, (frame, step1, step2, gap) => {
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

/** Room for one search after another; cleared, not made anew, because it is large. */
export type Ballot = {
  readonly counts: Uint8Array;
  readonly recordings: Uint32Array;
  readonly cells: Int32Array;
  /** Counters that got the votes asked for, in the order they did. */
  readonly reached: Uint32Array;
  readonly lookups: Lookups;
};

/** Lists of postings to be read: where they are, for which pair, and which postings of them count. */
type Lookups = {
  readonly buckets: Uint32Array;
  readonly pairs: Uint16Array;
  /** Upper bits: the rest of the cell's hash that the bucket does not tell; lower eight: the halves that are near enough. */
  readonly wanted: Uint32Array;
  readonly lengths: Uint16Array;
  readonly order: Uint32Array;
  readonly byLength: Uint32Array;
};

export function createBallot(): Ballot {
  const size = 1 << countersBits;
  return {
    counts: new Uint8Array(size),
    recordings: new Uint32Array(size),
    cells: new Int32Array(size),
    reached: new Uint32Array(reachedMax),
    lookups: {
      buckets: new Uint32Array(lookupsMax),
      pairs: new Uint16Array(lookupsMax),
      wanted: new Uint32Array(lookupsMax),
      lengths: new Uint16Array(lookupsMax),
      order: new Uint32Array(lookupsMax),
      byLength: new Uint32Array(lengthsMax + 1),
    },
  };
}

/** The cells of a segment with most votes, at most `candidatesMax`, best first. */
export function findCandidates(
  ballot: Ballot,
  segment: Segment,
  pairs: QueryPairs,
  witnesses: Witnesses,
  playing: Playing,
  { candidatesMax, votesMin, postingsMax }: Look,
): readonly Candidate[] {
  ballot.counts.fill(0);
  const lookups = listLookups(ballot.lookups, segment, pairs, playing);
  const affordable = takeRarest(ballot.lookups, lookups, postingsMax);
  const reached = vote(segment, pairs, witnesses, playing, ballot, affordable, votesMin);
  return pick(ballot, reached, candidatesMax, votesMin);
}

/** Every list in which a pair of the query may stand; empty ones are left out. */
function listLookups(
  { buckets, pairs: of, wanted, lengths }: Lookups,
  { directory, directoryBits }: Segment,
  pairs: QueryPairs,
  { tempo, pitch }: Playing,
): number {
  const restBits = cellBits - directoryBits;
  const restMask = (1 << restBits) - 1;
  let count = 0;
  for (let i = 0; i < pairs.count && count <= lookupsMax - probesMax; i++) {
    const gap = Math.round(pairs.gaps[i]! * tempo);
    if (gap < gapMin || gap > gapMax) continue;
    const step1 = Math.round(pairs.steps1[i]! / pitch);
    const step2 = Math.round(pairs.steps2[i]! / pitch);
    if (step1 < 2 || step2 < 2 || step1 > stepsMax - 2 || step2 > stepsMax - 2) continue;
    // A peak may be half a bin or a frame off on either side.
    const low1 = codeOfStep(step1 - 1);
    const high1 = codeOfStep(step1 + 1);
    const low2 = codeOfStep(step2 - 1);
    const high2 = codeOfStep(step2 + 1);
    const highGap = Math.min(gapMax, gap + 1);
    for (let cell1 = low1 >> 1; cell1 <= high1 >> 1; cell1++)
      for (let cell2 = low2 >> 1; cell2 <= high2 >> 1; cell2++)
        for (let gapCell = (gap - 1) >> 1; gapCell <= highGap >> 1; gapCell++) {
          const hash = hashOfCells(cell1, cell2, gapCell);
          const bucket = hash >>> restBits;
          const length = directory[bucket + 1]! - directory[bucket]!;
          if (length === 0) continue;
          buckets[count] = bucket;
          of[count] = i;
          wanted[count] =
            ((hash & restMask) << 8) |
            nearHalves(
              halves(cell1, low1, high1),
              halves(cell2, low2, high2),
              halves(gapCell, gap - 1, highGap),
            );
          lengths[count] = Math.min(lengthsMax - 1, length);
          count += 1;
        }
  }
  return count;
}

/** Of a cell's two halves, which lie within the bounds: 1 the lower, 2 the upper, 3 both. */
function halves(cell: number, low: number, high: number): number {
  return (2 * cell >= low && 2 * cell <= high ? 1 : 0) | (2 * cell + 1 <= high ? 2 : 0);
}

/** Of the eight halves a posting can be in, a bit each for those that are near enough. */
function nearHalves(first: number, second: number, gap: number): number {
  const low = second & 1 ? gap : 0;
  const high = second & 2 ? gap << 2 : 0;
  const either = low | high;
  return (first & 1 ? either : 0) | (first & 2 ? either << 4 : 0);
}

/** Puts the lists in order of length and answers how many of them can be read for the price. */
function takeRarest(
  { lengths, order, byLength }: Lookups,
  count: number,
  postingsMax: number,
): number {
  byLength.fill(0);
  for (let i = 0; i < count; i++) byLength[lengths[i]! + 1] = byLength[lengths[i]! + 1]! + 1;
  let postings = 0;
  let affordable = 0;
  for (let length = 1; length < lengthsMax; length++) {
    const lists = byLength[length + 1]!;
    const some = Math.min(lists, Math.floor((postingsMax - postings) / length));
    affordable += some;
    postings += some * length;
    byLength[length + 1] = byLength[length]! + lists;
    if (some < lists) {
      byLength.fill(byLength[length + 1]!, length + 2);
      break;
    }
  }
  for (let i = 0; i < count; i++) {
    const length = lengths[i]!;
    const at = byLength[length]!;
    if (at >= affordable) continue;
    byLength[length] = at + 1;
    order[at] = i;
  }
  return affordable;
}

const witnessCells = 512;
/** Frames a witness can be away, before or after; the bits have as many frames of nothing on either side. */
const witnessFrames = 40;

/** Where in the query a witness sounds: a bit for each cell of frequency, frame by frame. */
export type Witnesses = Uint32Array;

/** Of stored peaks, between which nothing is known: every witness passes. */
export function everyWitness(frames: number): Witnesses {
  return new Uint32Array((witnessCells / 32) * (frames + 2 * witnessFrames)).fill(0xffffffff);
}

/** A witness sounds where there is this much evidence for it, in 1/evidenceUnit. */
export function witnessesOf(query: SoundQuery, pitch: number, evidenceMin: number): Witnesses {
  const { frames, evidence } = query;
  const words = witnessCells / 32;
  const bits = new Uint32Array(words * (frames + 2 * witnessFrames));
  for (let cell = 0; cell < witnessCells; cell++) {
    const bin = Math.round((stepOfCell(cell) * pitch) / stepsPerBin);
    if (cell !== noWitnessCell && (bin < lowest || bin >= highest)) continue;
    const row = (bin - lowest) * frames;
    const bit = 1 << (cell & 31);
    let at = witnessFrames * words + (cell >> 5);
    for (let t = 0; t < frames; t++, at += words)
      if (cell === noWitnessCell || evidence[row + t]! >= evidenceMin) bits[at] = bits[at]! | bit;
  }
  return bits;
}

/**
 * Counts the votes of the lists that are to be read; answers how many cells got `votesMin`. A pair counts only when its
 * witness sounds in the query, which of ten met by chance nine do not pass.
 */
function vote(
  segment: Segment,
  pairs: QueryPairs,
  witnesses: Witnesses,
  { tempo }: Playing,
  ballot: Ballot,
  lists: number,
  votesMin: number,
): number {
  const { directory, postings } = segment;
  const { counts, recordings, cells, reached, lookups } = ballot;
  const later = Int32Array.from({ length: 2 ** (witnessBits - 9) }, (_, away) =>
    Math.round((away - witnessZero) / tempo),
  );
  let reachedCount = 0;
  for (let l = 0; l < lists; l++) {
    const lookup = lookups.order[l]!;
    const bucket = lookups.buckets[lookup]!;
    const frame = pairs.frames[lookups.pairs[lookup]!]!;
    const start = frame * tempo;
    const wanted = lookups.wanted[lookup]!;
    const rest = wanted >>> 8;
    const row = frame + witnessFrames;
    const end = 2 * directory[bucket + 1]!;
    for (let at = 2 * directory[bucket]!; at < end; at += 2) {
      const word = postings[at]!;
      const tail = postings[at + 1]!;
      const told = word >>> frameBits;
      const cellAt = tail >>> recordingBits;
      const sounds = witnesses[((row + later[cellAt >>> 9]!) << 4) + ((cellAt >>> 5) & 15)]!;
      // One branch, seldom taken: the halves are near and the witness sounds.
      if (((sounds >>> (cellAt & 31)) & (wanted >>> (told & 7)) & 1) === 0) continue;
      if (told >>> halfBits !== rest) continue;
      const recording = tail & recordingMask;
      const cell = Math.floor(((word & frameMask) - start + offsetBias) / cellFrames);
      const counter = counterOf(recording, cell);
      const votes = counts[counter]! + 1;
      if (votes < 256) counts[counter] = votes;
      if (votes === votesMin && reachedCount < reached.length) reached[reachedCount++] = counter;
      if (votes <= 2) {
        recordings[counter] = recording;
        cells[counter] = cell;
      }
    }
  }
  return reachedCount;
}

function counterOf(recording: number, cell: number): number {
  return (Math.imul(recording, 0x9e3779b1) + Math.imul(cell, 0x85ebca6b)) >>> (32 - countersBits);
}

/** What lies on the border of two cells votes for both; so a cell's neighbour counts with it. */
function pick(
  { counts, recordings, cells, reached }: Ballot,
  reachedCount: number,
  candidatesMax: number,
  votesMin: number,
): readonly Candidate[] {
  const votes = new Uint16Array(reachedCount);
  const histogram = new Uint32Array(votesLargest + 1);
  for (let i = 0; i < reachedCount; i++) {
    const counter = reached[i]!;
    const recording = recordings[counter]!;
    const cell = cells[counter]!;
    const beside = Math.max(
      counts[counterOf(recording, cell - 1)]!,
      counts[counterOf(recording, cell + 1)]!,
    );
    const both = counts[counter]! + beside;
    votes[i] = both;
    histogram[both] = histogram[both]! + 1;
  }
  let least = votesLargest;
  let total = histogram[votesLargest]!;
  while (least > votesMin && total + histogram[least - 1]! <= candidatesMax)
    total += histogram[--least]!;
  const found: Candidate[] = [];
  for (let i = 0; i < reachedCount; i++) {
    if (votes[i]! < least) continue;
    const counter = reached[i]!;
    found.push({
      recording: recordings[counter]!,
      offset: cells[counter]! * cellFrames - offsetBias + cellFrames / 2,
      votes: votes[i]!,
    });
  }
  found.sort((a, b) => b.votes - a.votes || a.recording - b.recording || a.offset - b.offset);
  return found.slice(0, candidatesMax);
}
