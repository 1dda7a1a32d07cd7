import { levelUnknown, stepsMax } from '#foundation/dsp/find-peaks.ts';
import { cellBits, hashBits, hashOfPair } from '#foundation/dsp/pair-peaks.ts';
import { densities, type Density } from './algorithm.ts';
import { pairLoudPeaks, witnessBits } from './pair-loud-peaks.ts';

// An immutable part of the index: a directory of buckets and, behind it, the postings of each bucket, 8 bytes each; and the
// peaks of every recording in order, against which candidates are weighed. Sharded by recording: a segment knows
// everything about its own and nothing about others, so segments are asked one by one and a lost one loses only its own.

/** What the index says of a recording. */
export type Listed = {
  readonly recordingId: string;
  readonly title: string;
  readonly artist: string;
  /** Where its sound was read from; null when that is not a file of the asker's. */
  readonly file: string | null;
  /** Names the bytes its peaks were read from, so that other bytes in their place are noticed; not there when they are of no file. */
  readonly sound?: string;
};

/** A recording as it goes into the index: its peaks as frame * 1024 + step, ascending. */
export type Fingerprinted = Listed & {
  readonly places: Uint32Array;
  /** How loud each peak is (levelByte); without them a look-alike in clean sound cannot be told. */
  readonly levels?: Uint8Array;
};

export type Segment = {
  readonly recordings: readonly Listed[];
  /** recordings.length + 1 indexes into `places`. */
  readonly starts: Uint32Array;
  readonly places: Uint32Array;
  /** How loud each of them is. */
  readonly levels: Uint8Array;
  readonly directoryBits: number;
  /** 2^directoryBits + 1 indexes of postings. */
  readonly directory: Uint32Array;
  /** Two words a posting: the rest of the hash above 22 bits of frame; the witness above 17 bits of recording. */
  readonly postings: Uint32Array;
};

export const frameBits = 22;
export const frameMask = (1 << frameBits) - 1;
export const recordingBits = 32 - witnessBits;
export const recordingMask = (1 << recordingBits) - 1;
/** A segment has no more recordings than a posting can tell apart. */
export const recordingsMax = 1 << recordingBits;
const directoryBitsMin = hashBits - (32 - frameBits);

export function buildSegment(
  recordings: readonly Fingerprinted[],
  { fanOut, bucketPostings }: Density = densities.full,
): Segment {
  if (recordings.length > recordingsMax)
    throw new RangeError(`${recordings.length} recordings are more than a segment holds`);
  const starts = new Uint32Array(recordings.length + 1);
  recordings.forEach(({ places }, index) => {
    starts[index + 1] = starts[index]! + places.length;
  });
  const places = new Uint32Array(starts[recordings.length]!);
  const levels = new Uint8Array(places.length).fill(levelUnknown);
  recordings.forEach((recording, index) => {
    places.set(recording.places, starts[index]!);
    if (recording.levels !== undefined) levels.set(recording.levels, starts[index]!);
  });

  const postingsMost = fanOut * places.length;
  const directoryBits = Math.max(
    directoryBitsMin,
    Math.min(cellBits, Math.ceil(Math.log2(Math.max(1, postingsMost / bucketPostings)))),
  );
  const restBits = hashBits - directoryBits;
  const restMask = (1 << restBits) - 1;
  const directory = new Uint32Array((1 << directoryBits) + 1);
  const everyPair = (
    visit: (recording: number, frame: number, hash: number, witness: number) => void,
  ): void =>
    recordings.forEach((recording, index) =>
      pairLoudPeaks(
        recording.places,
        recording.levels,
        fanOut,
        (frame, step1, step2, gap, witness) =>
          visit(index, frame, hashOfPair(step1, step2, gap), witness),
      ),
    );
  everyPair((_recording, _frame, hash) => {
    const bucket = hash >>> restBits;
    directory[bucket + 1] = directory[bucket + 1]! + 1;
  });
  for (let bucket = 0; bucket < 1 << directoryBits; bucket++)
    directory[bucket + 1] = directory[bucket + 1]! + directory[bucket]!;
  const next = directory.slice();
  const postings = new Uint32Array(2 * directory[1 << directoryBits]!);
  everyPair((recording, frame, hash, witness) => {
    const bucket = hash >>> restBits;
    const at = next[bucket]!;
    next[bucket] = at + 1;
    postings[2 * at] = (((hash & restMask) << frameBits) | frame) >>> 0;
    postings[2 * at + 1] = ((witness << recordingBits) | recording) >>> 0;
  });
  return {
    recordings: recordings.map(listedOf),
    starts,
    places,
    levels,
    directoryBits,
    directory,
    postings,
  };
}

/** Of a recording, what is no peak. */
export function listedOf({ recordingId, title, artist, file, sound }: Listed): Listed {
  return { recordingId, title, artist, file, ...(sound !== undefined && { sound }) };
}

/** The peaks of one recording, as it was given. */
export function placesOf(segment: Segment, recording: number): Uint32Array {
  return segment.places.subarray(segment.starts[recording]!, segment.starts[recording + 1]!);
}

/** A recording as it was given, to go into another segment. */
export function fingerprintedOf(segment: Segment, recording: number): Fingerprinted {
  return {
    ...segment.recordings[recording]!,
    places: placesOf(segment, recording),
    levels: levelsOf(segment, recording),
  };
}

export function levelsOf(segment: Segment, recording: number): Uint8Array {
  return segment.levels.subarray(segment.starts[recording]!, segment.starts[recording + 1]!);
}

/** Frames from the start to its last peak. */
export function framesOf(segment: Segment, recording: number): number {
  const last = segment.starts[recording + 1]! - 1;
  return last < segment.starts[recording]! ? 0 : Math.floor(segment.places[last]! / stepsMax);
}
