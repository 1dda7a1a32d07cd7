import { frameMs, framesPerSecond } from '#foundation/dsp/find-peaks.ts';
import { isSameAudio } from './compare-recordings.ts';
import { decide, type Judged } from './decide.ts';
import {
  createBallot,
  findCandidates,
  pairsOf,
  witnessesOf,
  type Ballot,
  type Candidate,
  type Look,
  type Playing,
  type Witnesses,
} from './find-candidates.ts';
import type { SoundQuery } from './hear.ts';
import { framesOf, type Listed, type Segment } from './segment.ts';
import { plain, speedBank } from './speed-bank.ts';
import { refine, weighCandidate, type Weighed } from './weigh-candidate.ts';

/** One part of an index, and which of its recordings are still wanted. */
export type Shard = { readonly segment: Segment; readonly isLive: (recording: number) => boolean };

export type Match = Listed & {
  /** Where in the recording the query begins; negative when the query begins before it. */
  readonly offsetMs: number;
  /** Pace against the recording: 1.04 is 4 % faster. */
  readonly speed: number;
  /** Pitch against the recording, as it sounds: a turntable at +4 % gives +68. */
  readonly pitchCents: number;
  /** The probability that this is what sounds, calibrated on other recordings (docs/recognition-method.md). */
  readonly confidence: number;
  /** Seconds of the query that speak for it by themselves. */
  readonly seconds: number;
};

export type Answer = {
  readonly match: Match | null;
  /** Other entries of the catalogue that are the same audio as the match, or an edit of it, and where in them the query begins. */
  readonly sameAudio: readonly Match[];
  /** What else fits, each recording once, best first; with no match, what could not be told apart. */
  readonly alternatives: readonly Match[];
  /**
   * With no match, the best of what was not believed, where half a reason speaks for it: by itself it is nobody's name, but it
   * may tell how far a recording goes that is known from what sounds before or after.
   */
  readonly doubtful: Match | null;
};

export const nothing: Answer = { match: null, sameAudio: [], alternatives: [], doubtful: null };

/** A match as sure as this needs no further look: at another speed nothing fits better. */
const confidenceEnough = 0.98;

type Stage = {
  readonly playings: readonly Playing[];
  /** Of the query's peaks, those with so few stronger ones in their band and block, and how many others each is paired with. */
  readonly rankMax: number;
  readonly fanOut: number;
  /** Evidence of a pair's witness, in 1/evidenceUnit: by chance a frame in ten has 74, a frame in four 44. */
  readonly witnessMin: number;
  readonly look: Look;
};

/** Asked one after the other, until one of them is sure: what sounds as it was made is found for a tenth of the price. */
const stages: readonly Stage[] = [
  {
    playings: [plain],
    rankMax: 1,
    fanOut: 4,
    witnessMin: 74,
    look: { candidatesMax: 300, votesMin: 3, postingsMax: 1_000_000 },
  },
  {
    playings: [plain],
    rankMax: 2,
    fanOut: 8,
    witnessMin: 74,
    look: { candidatesMax: 2_000, votesMin: 3, postingsMax: 9_000_000 },
  },
  {
    playings: speedBank,
    rankMax: 1,
    fanOut: 4,
    witnessMin: 74,
    look: { candidatesMax: 80, votesMin: 3, postingsMax: 150_000 },
  },
  // What noise has nearly drowned is looked for last, and in a large index only among the rarer pairs.
  {
    playings: [plain],
    rankMax: Infinity,
    fanOut: 14,
    witnessMin: 44,
    look: { candidatesMax: 1_000, votesMin: 3, postingsMax: 2_000_000 },
  },
];

/** How far a question is followed: the last looks cost most and seldom find anything. */
export type Depth = 'plain' | 'speeds' | 'all';
const stagesOf: Readonly<Record<Depth, number>> = { plain: 2, speeds: 3, all: stages.length };

const overlapMin = 0.5;
const keptMax = 24;
const refinedMax = 10;
const keptScoreMin = 3;
const alternativesMax = 5;
const doubtfulMin = 0.3;
/** Offsets closer than this are one alignment found twice. */
const sameOffsetFrames = 24;
const framesMin = 2 * framesPerSecond;

export type Searching = { readonly ballot: Ballot };
export function prepareSearch(): Searching {
  return { ballot: createBallot() };
}

/**
 * Names what is heard, or nothing: a wrong name costs somebody money, a missed one is heard again. How it is `expected` to be
 * played is tried with the first look.
 */
export function identify(
  search: Searching,
  shards: readonly Shard[],
  query: SoundQuery,
  depth: Depth = 'all',
  expected: Playing | null = null,
): Answer {
  const judged = judge(search, shards, query, depth, expected);
  return judged === null ? nothing : toAnswer(judged);
}

/** The decision with everything it rests on, as benchmarks and calibration want it. */
export function judge(
  search: Searching,
  shards: readonly Shard[],
  query: SoundQuery,
  depth: Depth = 'all',
  expected: Playing | null = null,
): Judged | null {
  if (query.frames < framesMin || query.places.length === 0) return null;
  let kept: readonly Weighed[] = [];
  let judged: Judged | null = null;
  for (const [i, stage] of stages.slice(0, stagesOf[depth]).entries()) {
    const playings = i === 0 && expected !== null ? [plain, expected] : stage.playings;
    kept = keepBest([...kept, ...look(search, shards, query, { ...stage, playings })]);
    const refined = keepBest(kept.slice(0, refinedMax).map((weighed) => refine(query, weighed)));
    if (refined.length === 0) continue;
    judged = decide(query, refined);
    if (judged.verdict !== 'unsure' && judged.confidence >= confidenceEnough) break;
  }
  return judged;
}

function look(
  { ballot }: Searching,
  shards: readonly Shard[],
  query: SoundQuery,
  { playings, rankMax, fanOut, witnessMin, look: limits }: Stage,
): readonly Weighed[] {
  const pairs = pairsOf(
    query.places.filter((_, i) => query.ranks[i]! < rankMax),
    fanOut,
  );
  const found: Weighed[] = [];
  const witnesses = new Map<number, Witnesses>();
  for (const playing of playings) {
    const { pitch } = playing;
    const ofPitch = witnesses.get(pitch) ?? witnessesOf(query, pitch, witnessMin);
    witnesses.set(pitch, ofPitch);
    for (const { segment, isLive } of shards)
      for (const candidate of findCandidates(ballot, segment, pairs, ofPitch, playing, limits)) {
        if (!isLive(candidate.recording)) continue;
        if (overlapOf(query, segment, candidate, playing) < overlapMin) continue;
        const weighed = weighCandidate(query, segment, candidate, playing);
        if (weighed.score >= keptScoreMin) found.push(weighed);
      }
  }
  return found;
}

/** Part of the query, or of a recording shorter than it, in which both sound; of little, too much is chance. */
function overlapOf(
  query: SoundQuery,
  segment: Segment,
  { recording, offset }: Candidate,
  { tempo }: Playing,
): number {
  const length = framesOf(segment, recording);
  const queryLength = query.frames * tempo;
  const both = Math.min(length, offset + queryLength) - Math.max(0, offset);
  return both / Math.min(length, queryLength);
}

/** The best alignments, each once. */
function keepBest(found: readonly Weighed[]): readonly Weighed[] {
  const kept: Weighed[] = [];
  for (const one of [...found].sort((a, b) => b.score - a.score)) {
    if (kept.length >= keptMax) break;
    const middle = middleOf(one);
    const again = kept.some(
      (other) =>
        other.segment === one.segment &&
        other.recording === one.recording &&
        Math.abs(middleOf(other) - middle) < sameOffsetFrames,
    );
    if (!again) kept.push(one);
  }
  return kept;
}

/** Alignments of different speeds are compared where the query is half over. */
function middleOf({ offset, tempo }: Weighed): number {
  return offset + tempo * 5 * framesPerSecond;
}

function toAnswer({ verdict, best, rivals, others, confidence, seconds }: Judged): Answer {
  if (verdict === 'unsure')
    return confidence < doubtfulMin
      ? nothing
      : { ...nothing, doubtful: toMatch(best, confidence, seconds) };
  // An edit in the index sounds in all of its windows, also where the whole recording is told from it by a little.
  const same = eachOnce(others.filter((other) => isSameAudio(best, other)));
  const isSame = (one: Weighed): boolean => same.some((other) => idOf(other) === idOf(one));
  if (!rivals.every(isSame))
    return {
      match: null,
      sameAudio: [],
      alternatives: eachOnce([best, ...rivals])
        .slice(0, alternativesMax)
        .map((one) => toMatch(one, 0)),
      doubtful: null,
    };
  return {
    match: toMatch(best, confidence, seconds),
    sameAudio: same.map((one) => toMatch(one, confidence, seconds)),
    alternatives:
      verdict === 'ambiguous'
        ? []
        : eachOnce(others.filter((other) => !isSame(other)))
            .slice(0, alternativesMax)
            .map((one) => toMatch(one, 0)),
    doubtful: null,
  };
}

/** The best alignment of each recording. */
function eachOnce(found: readonly Weighed[]): readonly Weighed[] {
  return [...Map.groupBy(found, idOf).values()].map((own) => own[0]!);
}

function idOf(one: Weighed): string {
  return listedOf(one).recordingId;
}

function listedOf({ segment, recording }: Weighed): Listed {
  return segment.recordings[recording]!;
}

function toMatch(weighed: Weighed, confidence: number, seconds = 0): Match {
  return {
    ...listedOf(weighed),
    offsetMs: Math.round(weighed.offset * frameMs),
    speed: Math.round(weighed.tempo * 10_000) / 10_000,
    pitchCents: Math.round(1_200 * Math.log2(weighed.pitch)),
    confidence: Math.round(confidence * 10_000) / 10_000,
    seconds,
  };
}
