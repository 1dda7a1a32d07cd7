import { stepsMax } from '#foundation/dsp/find-peaks.ts';
import { gapMax, gapMin, hashBits, hashOfPair, pairPeaks } from '#foundation/dsp/pair-peaks.ts';
import type { Playing } from '../find-candidates.ts';
import { frameBits, frameMask, recordingMask, type Segment } from '../segment.ts';

// Where in an index a window of a stored fingerprint may stand: every pair of its peaks votes. Both sides are as sparse as an
// index is, so a tenth of the pairs of a listener's query say as much, and nothing but the peaks is needed.

export type Candidate = {
  readonly recording: number;
  /** Frame of the recording at which the window begins. */
  readonly offset: number;
  readonly votes: number;
};

export type Look = {
  /** Each peak is paired with so many of the next. */
  readonly fanOut: number;
  readonly votesMin: number;
  readonly candidatesMax: number;
  /** Postings read at most; of lists the shortest, which say most. */
  readonly postingsMax: number;
};

/** Counters of one look after another; cleared, not made anew, because they are large. */
export type Booth = {
  readonly counts: Uint8Array;
  readonly recordings: Uint32Array;
  readonly cells: Int32Array;
};

const countersBits = 20;
const cellFrames = 6;
const offsetBias = 1 << 20;
const lengthsMax = 4_096;
const reachedMax = 1 << 14;
const nearby = [-1, 0, 1] as const;

export function createBooth(): Booth {
  const size = 1 << countersBits;
  return {
    counts: new Uint8Array(size),
    recordings: new Uint32Array(size),
    cells: new Int32Array(size),
  };
}

type List = { readonly hash: number; readonly frame: number };

/** The places of a segment with most votes for this window (peaks from frame 0), best first. */
export function voteWindow(
  { counts, recordings, cells }: Booth,
  segment: Segment,
  window: Uint32Array,
  playing: Playing,
  { fanOut, votesMin, candidatesMax, postingsMax }: Look,
): readonly Candidate[] {
  counts.fill(0);
  const { directory, postings, directoryBits } = segment;
  const restBits = hashBits - directoryBits;
  const restMask = (1 << restBits) - 1;
  const lengthOf = ({ hash }: List): number =>
    directory[(hash >>> restBits) + 1]! - directory[hash >>> restBits]!;
  const lists = listsOf(window, playing, fanOut);
  const longest = affordable(lists.map(lengthOf), postingsMax);
  const reached: number[] = [];
  for (const list of lists) {
    const length = lengthOf(list);
    if (length === 0 || length > longest) continue;
    const from = directory[list.hash >>> restBits]!;
    const rest = list.hash & restMask;
    for (let at = 2 * from, end = 2 * (from + length); at < end; at += 2) {
      const word = postings[at]!;
      if (word >>> frameBits !== rest) continue;
      const recording = postings[at + 1]! & recordingMask;
      const offset = (word & frameMask) - list.frame * playing.tempo;
      const cell = Math.floor((offset + offsetBias) / cellFrames);
      const counter = counterOf(recording, cell);
      const votes = counts[counter]! + 1;
      if (votes < 256) counts[counter] = votes;
      if (votes === 1) {
        recordings[counter] = recording;
        cells[counter] = cell;
      }
      if (votes === votesMin && reached.length < reachedMax) reached.push(counter);
    }
  }
  return reached
    .map((counter) => {
      const recording = recordings[counter]!;
      const cell = cells[counter]!;
      // What lies on the border of two cells votes for both.
      const beside = Math.max(
        counts[counterOf(recording, cell - 1)]!,
        counts[counterOf(recording, cell + 1)]!,
      );
      return {
        recording,
        offset: (cell + 0.5) * cellFrames - offsetBias,
        votes: counts[counter]! + beside,
      };
    })
    .sort((a, b) => b.votes - a.votes || a.recording - b.recording || a.offset - b.offset)
    .slice(0, candidatesMax);
}

/** Every list a pair of the window may stand in: a peak may be half a bin or a frame off on either side. */
function listsOf(window: Uint32Array, { tempo, pitch }: Playing, fanOut: number): readonly List[] {
  const lists: List[] = [];
  pairPeaks(window, fanOut, (frame, first, second, between) => {
    const gap = Math.round(between * tempo);
    const step1 = Math.round(first / pitch);
    const step2 = Math.round(second / pitch);
    if (gap <= gapMin || gap >= gapMax) return;
    if (Math.min(step1, step2) < 2 || Math.max(step1, step2) > stepsMax - 2) return;
    const hashes = new Set<number>();
    for (const by1 of nearby)
      for (const by2 of nearby)
        for (const byGap of nearby) hashes.add(hashOfPair(step1 + by1, step2 + by2, gap + byGap));
    for (const hash of hashes) lists.push({ hash, frame });
  });
  return lists;
}

/** The longest list that can be read when all shorter ones are. */
function affordable(lengths: readonly number[], postingsMax: number): number {
  const byLength = new Uint32Array(lengthsMax);
  for (const length of lengths) if (length < lengthsMax) byLength[length] = byLength[length]! + 1;
  let postings = 0;
  for (let length = 1; length < lengthsMax; length++) {
    postings += length * byLength[length]!;
    if (postings > postingsMax) return length - 1;
  }
  return lengthsMax;
}

function counterOf(recording: number, cell: number): number {
  return (Math.imul(recording, 0x9e3779b1) + Math.imul(cell, 0x85ebca6b)) >>> (32 - countersBits);
}
