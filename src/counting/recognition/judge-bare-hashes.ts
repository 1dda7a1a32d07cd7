import type { Features } from './features.ts';

// Hashes without levels: nothing can contradict a look-alike, so that the recording must fit nearly whole. Chosen on composed
// and on real recordings that are not those of the accuracy table (docs/recognition-method.md).

const least = { score: 7.5, tonal: 7, weakerHalf: 1.5, perPeak: 2, overlap: 0.5 };
const margin = 2.2;
/** Where so much of it comes again a bar later, the little that does not is enough. */
const repeats = 0.4;
const marginRepeated = 0.8;

/** No answer that passed was wrong; that is as much as can be said of them. */
export const confidenceOfBareHashes = 0.97;

/** Whether the best alignment of a query of hashes without levels is an answer. */
export function passesAsBareHashes(features: Features): boolean {
  return (
    features.score >= least.score &&
    features.tonal >= least.tonal &&
    features.weakerHalf >= least.weakerHalf &&
    features.perPeak >= least.perPeak &&
    features.overlap >= least.overlap &&
    features.margin >= (features.repeated >= repeats ? marginRepeated : margin)
  );
}
