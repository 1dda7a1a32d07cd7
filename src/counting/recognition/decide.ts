import { framesPerSecond } from '#foundation/dsp/find-peaks.ts';
import { believe } from './believe.ts';
import { differenceOf } from './compare-candidates.ts';
import { compareLevels } from './compare-levels.ts';
import type { Features } from './features.ts';
import { confidenceOfBareHashes, passesAsBareHashes } from './judge-bare-hashes.ts';
import type { SoundQuery } from './hear.ts';
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

export type Judged = Features & {
  readonly verdict: 'sure' | 'ambiguous' | 'unsure';
  readonly best: Weighed;
  readonly seconds: number;
  readonly confidence: number;
  /** Recordings that fit as well as the best and cannot be told from it. */
  readonly rivals: readonly Weighed[];
  readonly others: readonly Weighed[];
};

/**
 * A wrong name costs somebody money, a missed one is heard again. Of what the curve was fitted on, asked in turn about the fifths
 * left out, wrong ones reached 0.7; of 1,900 further excerpts of composed look-alikes that were not there, one 0.89.
 */
const beliefMin = 0.9;
/** Below these the curve has seen too little to be trusted. */
const scoreMin = 5.5;
const tonalMin = 4.5;
const overlapMin = 0.5;
/** Less than this between two recordings and either may be the one. */
const beyondOthersMin = 2.5;
const beyondChance = 1;

/** A loop is shorter than this; a chorus that comes again is not, and may be told from nothing by itself. */
const loopFramesMax = 9 * framesPerSecond;
const loopFramesMin = 12;
const rivalsMax = 8;
/** Two that share more than this of their peaks are one audio here. */
const samePartMin = 0.75;
/** Two recordings share a fifth of their peaks by keeping the same beat and key. */
const unrelatedPartMax = 0.25;

export function decide(query: SoundQuery, refined: readonly Weighed[]): Judged {
  const best = refined[0]!;
  const coverage = coverageOf(query, best);
  const itself = bestElsewhere(query, best);
  const again = itself === null ? null : differenceOf(query, best, itself);
  const others = refined.filter(
    (other) => other.segment !== best.segment || other.recording !== best.recording,
  );
  let beyondOthers = best.score;
  const rivals: Weighed[] = [];
  const seen = new Set<string>();
  for (const other of others.slice(0, rivalsMax)) {
    const difference = differenceOf(query, best, other);
    // What is the same here is in question together with it, and is told or named together.
    if (difference.sharedPart < samePartMin)
      beyondOthers = Math.min(beyondOthers, difference.score);
    // Who shares nothing is here by chance, and chance never comes close.
    if (difference.sharedPart < unrelatedPartMax && difference.score >= beyondChance) continue;
    if (difference.score >= beyondOthersMin) continue;
    const name = other.segment.recordings[other.recording]!.recordingId;
    if (!seen.has(name)) rivals.push(other);
    seen.add(name);
  }
  const features: Features = {
    score: best.score,
    tonal: best.score - Math.max(0, rhythmAlone(query, best)),
    weakerHalf: coverage.weakerHalf,
    margin: again?.score ?? best.score,
    repeated: again?.sharedPart ?? 0,
    beyondOthers,
    perPeak: best.score / Math.sqrt(Math.max(1, best.peaks)),
    overlap: coverage.overlap,
    ...compareLevels(query, best),
  };
  const { passes, confidence } = judgeFeatures(features, query);
  return {
    ...features,
    verdict: !passes ? 'unsure' : rivals.length > 0 ? 'ambiguous' : 'sure',
    best,
    seconds: coverage.heardSeconds,
    confidence,
    rivals,
    others,
  };
}

function judgeFeatures(
  features: Features,
  { levels, levelsAreBounds }: SoundQuery,
): { readonly passes: boolean; readonly confidence: number } {
  if (levels === undefined) {
    const passes = passesAsBareHashes(features);
    return { passes, confidence: passes ? confidenceOfBareHashes : 0 };
  }
  const confidence = believe(features, levelsAreBounds === true ? 'hashes' : 'sound');
  const passes =
    confidence >= beliefMin &&
    features.score >= scoreMin &&
    features.tonal >= tonalMin &&
    features.overlap >= overlapMin;
  return { passes, confidence };
}

/** Where else, up to a loop's length away, the same recording fits best. */
function bestElsewhere(query: SoundQuery, best: Weighed): Weighed | null {
  const peaks: Peaks = { sum: 0, count: 0 };
  let elsewhere: Weighed | null = null;
  for (let away = -loopFramesMax; away <= loopFramesMax; away += 2) {
    if (Math.abs(away) < loopFramesMin) continue;
    const at = { ...best, offset: best.offset + away };
    const score = scoreOf(addEvidence(query, at, peaks));
    if (elsewhere === null || score > elsewhere.score)
      elsewhere = { ...at, score, peaks: peaks.count };
  }
  return elsewhere;
}
