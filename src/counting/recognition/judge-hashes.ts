import type { Features } from './features.ts';

// Hashes are judged by rules, not by the curve that sound is: their evidence is coarser, and between the peaks only a bound of
// the loudness is known, which contradicts less of a look-alike and now and then a little of the right one. Chosen on
// composed and on real recordings that are not those of the accuracy table (docs/recognition-method.md).

const leastWithLevels = { score: 9, tonal: 8, weakerHalf: 2 };
/** Without levels nothing can contradict: the recording must fit nearly whole. */
const leastWithoutLevels = { score: 7.5, tonal: 7, weakerHalf: 1.5 };
const perPeakWithoutLevels = 2;
const margin = 2.2;
/** Where so much of it comes again a bar later, the little that does not is enough. */
const repeats = 0.4;
const marginRepeated = 0.8;
const overlap = 0.5;
const contradicted = 0.05;
/** What nothing else comes near may be contradicted a little more ... */
const alone = 6;
const contradictedAlone = 0.12;
/** ... and what fits so well, more still. */
const plenty = 2;
const contradictedMost = 0.2;

/** What passed named 231 of 241 excerpts that were there and none of 113 that were not. */
export const confidenceOfHashes = 0.97;

/** Whether the best alignment of a query of hashes is an answer. */
export function passesAsHashes(features: Features, hasLevels: boolean): boolean {
  const least = hasLevels ? leastWithLevels : leastWithoutLevels;
  return (
    features.score >= least.score &&
    features.tonal >= least.tonal &&
    features.weakerHalf >= least.weakerHalf &&
    features.margin >= (features.repeated >= repeats ? marginRepeated : margin) &&
    features.overlap >= overlap &&
    (hasLevels ? isUncontradicted(features) : features.perPeak >= perPeakWithoutLevels)
  );
}

function isUncontradicted(features: Features): boolean {
  if (features.perPeak >= plenty) return features.contradicted <= contradictedMost;
  const standsAlone = Math.min(features.margin, features.beyondOthers) >= alone;
  return features.contradicted <= (standsAlone ? contradictedAlone : contradicted);
}
