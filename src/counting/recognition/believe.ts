import type { Features } from './features.ts';

// How sure an answer is: the probability that the best alignment is the recording that sounds, by logistic regression on 2,507
// excerpts that were not among those of the accuracy table (77 real tracks, 25 of them not in the index, in 37 conditions, and
// 143 composed recordings with loops, intros and samples in common, a third of them not in the index). How well it holds on
// others stands in docs/recognition-method.md.

/** Beyond these a feature says no more. */
const most = {
  score: 25,
  tonal: 20,
  weakerHalf: 10,
  margin: 8,
  beyondOthers: 16,
  contradicted: 0.5,
  lost: 0.5,
  mean: 4,
};
const apartLeast = -2;

/** The sum counts against, because by itself it is what a look-alike in clear sound has most of. */
const weights = {
  score: -0.182,
  tonal: 0.041,
  weakerHalf: -0.065,
  margin: 0.156,
  beyondOthers: 0.287,
  contradicted: -7.85,
  loud: 2.69,
  faint: -0.22,
  lost: -11.15,
};
const constant = -0.84;

/** From 0 to 1. */
export function believe(features: Features): number {
  const sum =
    constant +
    weights.score * Math.min(most.score, features.score) +
    weights.tonal * Math.min(most.tonal, features.tonal) +
    weights.weakerHalf * Math.min(most.weakerHalf, features.weakerHalf) +
    weights.margin * Math.max(apartLeast, Math.min(most.margin, features.margin)) +
    weights.beyondOthers *
      Math.max(apartLeast, Math.min(most.beyondOthers, features.beyondOthers)) +
    weights.contradicted * Math.min(most.contradicted, features.contradicted) +
    weights.loud * Math.min(most.mean, features.loud) +
    weights.faint * Math.min(most.mean, features.faint) +
    weights.lost * Math.min(most.lost, features.lost);
  return 1 / (1 + Math.exp(-sum));
}
