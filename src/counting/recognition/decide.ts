import { framesPerSecond } from '#foundation/dsp/find-peaks.ts';
import { contradictedPart } from './contradict.ts';
import { differenceOf } from './compare-candidates.ts';
import { hashThresholds } from './hash-thresholds.ts';
import type { Heard } from './hear.ts';
import {
  addEvidence,
  coverageOf,
  rhythmAlone,
  scoreOf,
  type Peaks,
  type Weighed,
} from './weigh-candidate.ts';

// From weighed candidates to a verdict. What the thresholds were chosen on, and what that does not prove, stands in
// docs/recognition-method.md.

export type Features = {
  /** Evidence for the best alignment, in standard deviations of independent peaks. */
  readonly score: number;
  /** The same beyond what the rhythm alone would give. */
  readonly tonal: number;
  /** Evidence in the weaker half of the seconds. */
  readonly weakerHalf: number;
  /** What tells it from the same recording a beat, bar or loop earlier or later. */
  readonly margin: number;
  /** Part of its peaks that come again there. */
  readonly repeated: number;
  /** What tells it from every other recording. */
  readonly beyondOthers: number;
  /** Evidence of one peak on average, in nats above chance. */
  readonly perPeak: number;
  /** Part of its peaks where the query is too quiet for it. */
  readonly contradicted: number;
  /** Part of the query that lies within the recording. */
  readonly overlap: number;
};

export type Judged = Features & {
  readonly verdict: 'sure' | 'ambiguous' | 'unsure';
  readonly best: Weighed;
  readonly seconds: number;
  readonly confidence: number;
  /** Recordings that fit as well as the best and cannot be told from it. */
  readonly rivals: readonly Weighed[];
  readonly others: readonly Weighed[];
};

export const thresholds = {
  score: 7.5,
  tonal: 7,
  weakerHalf: 1.5,
  margin: 2.2,
  /** Where so much of it comes again a bar later, the little that does not is enough. */
  repeats: 0.4,
  marginRepeated: 0.8,
  beyondOthers: 2.5,
  beyondChance: 1,
  overlap: 0.5,
  contradicted: 0.08,
  /** What nothing else comes near may be contradicted a little more. */
  alone: 6,
  contradictedAlone: 0.13,
  /** Of hashes without levels nobody knows how loud they were, so nothing can contradict: they must fit nearly whole. */
  perPeakOfHashes: 2,
  /** Evidence per peak from which a recording fits so well that more may contradict it ... */
  plenty: 2,
  /** ... up to this. */
  contradictedMost: 0.2,
} as const;

/** A loop is shorter than this; a chorus that comes again is not, and may be told from nothing by itself. */
const loopFramesMax = 9 * framesPerSecond;
const loopFramesMin = 12;
const rivalsMax = 8;
/** Two recordings share a fifth of their peaks by keeping the same beat and key. */
const unrelatedPartMax = 0.25;

type Thresholds = { readonly [name in keyof typeof thresholds]: number };

export function decide(heard: Heard, refined: readonly Weighed[]): Judged {
  const limits: Thresholds =
    heard.levelsAreBounds === true ? { ...thresholds, ...hashThresholds } : thresholds;
  const best = refined[0]!;
  const coverage = coverageOf(heard, best);
  const itself = bestElsewhere(heard, best);
  const again = itself === null ? null : differenceOf(heard, best, itself);
  const others = refined.filter(
    (other) => other.segment !== best.segment || other.recording !== best.recording,
  );
  let beyondOthers = best.score;
  const rivals: Weighed[] = [];
  const seen = new Set<string>();
  for (const other of others.slice(0, rivalsMax)) {
    const difference = differenceOf(heard, best, other);
    beyondOthers = Math.min(beyondOthers, difference.score);
    // Who shares nothing is here by chance, and chance never comes close.
    if (difference.sharedPart < unrelatedPartMax && difference.score >= limits.beyondChance)
      continue;
    if (difference.score >= limits.beyondOthers) continue;
    const name = other.segment.recordings[other.recording]!.recordingId;
    if (!seen.has(name)) rivals.push(other);
    seen.add(name);
  }
  const features: Features = {
    score: best.score,
    tonal: best.score - Math.max(0, rhythmAlone(heard, best)),
    weakerHalf: coverage.weakerHalf,
    margin: again?.score ?? best.score,
    repeated: again?.sharedPart ?? 0,
    beyondOthers,
    perPeak: best.score / Math.sqrt(Math.max(1, best.peaks)),
    contradicted: contradictedPart(heard, best),
    overlap: coverage.overlap,
  };
  const enough =
    features.score >= limits.score &&
    features.tonal >= limits.tonal &&
    features.weakerHalf >= limits.weakerHalf &&
    features.margin >=
      (features.repeated >= limits.repeats ? limits.marginRepeated : limits.margin) &&
    features.overlap >= limits.overlap &&
    (heard.levels === undefined
      ? features.perPeak >= limits.perPeakOfHashes
      : isUncontradicted(features, limits));
  return {
    ...features,
    verdict: !enough ? 'unsure' : rivals.length > 0 ? 'ambiguous' : 'sure',
    best,
    seconds: coverage.heardSeconds,
    confidence: confidenceOf(features, limits),
    rivals,
    others,
  };
}

function isUncontradicted(features: Features, limits: Thresholds): boolean {
  const { contradicted, perPeak, margin, beyondOthers } = features;
  if (perPeak >= limits.plenty) return contradicted <= limits.contradictedMost;
  const standsAlone = Math.min(margin, beyondOthers) >= limits.alone;
  return contradicted <= (standsAlone ? limits.contradictedAlone : limits.contradicted);
}

/** Where else, up to a loop's length away, the same recording fits best. */
function bestElsewhere(heard: Heard, best: Weighed): Weighed | null {
  const peaks: Peaks = { sum: 0, count: 0 };
  let elsewhere: Weighed | null = null;
  for (let away = -loopFramesMax; away <= loopFramesMax; away += 2) {
    if (Math.abs(away) < loopFramesMin) continue;
    const at = { ...best, offset: best.offset + away };
    const score = scoreOf(addEvidence(heard, at, peaks));
    if (elsewhere === null || score > elsewhere.score)
      elsewhere = { ...at, score, peaks: peaks.count };
  }
  return elsewhere;
}

/** Logistic, of the weakest of what must all hold. */
function confidenceOf(
  { score, tonal, margin, beyondOthers }: Features,
  limits: Thresholds,
): number {
  const least = Math.min(
    score / limits.score,
    tonal / limits.tonal,
    margin / limits.margin,
    beyondOthers / limits.beyondOthers,
  );
  return 1 / (1 + Math.exp(-(least - 0.6) * 12));
}
