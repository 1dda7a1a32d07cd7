import type { Features } from './features.ts';

// How sure an answer is: the probability that the best alignment is the recording that sounds, by logistic regression on
// excerpts of other tracks than those of the accuracy table. On what, and how well it holds on others, stands in
// docs/recognition-method.md.

/** Beyond these a feature says no more. */
const most = {
  score: 25,
  margin: 8,
  beyondOthers: 16,
  loud: 2,
  faint: 4,
  tooQuiet: 0.5,
  loudTooQuiet: 0.6,
  lost: 0.5,
};
const apartLeast = -2;
/** Noise loses loud peaks of what is hardly found; of what is found as clearly as this, none. */
const score = { hardly: 5, clearly: 20 };

/** The sum counts against, because by itself it is what a look-alike in clear sound has most of. */
const ofSound = {
  constant: 2.81,
  score: -0.181,
  margin: 0.394,
  beyondOthers: 0.301,
  loud: 2.114,
  faint: -1.114,
  tooQuiet: -18.37,
  loudTooQuiet: -6.68,
  lost: -13.48,
};
/** Of hashes with levels: their evidence is coarser, and between peaks only a bound of the loudness is known. */
const ofHashes = {
  constant: -1.92,
  score: -0.219,
  margin: 0.309,
  beyondOthers: 0.452,
  loud: 2.85,
  faint: 0.4,
  tooQuiet: -16.45,
  loudTooQuiet: -1.15,
  lost: 0,
};

/** From 0 to 1. */
export function believe(features: Features, from: 'sound' | 'hashes'): number {
  const weights = from === 'sound' ? ofSound : ofHashes;
  const clearness = clamp((features.score - score.hardly) / (score.clearly - score.hardly), 0, 1);
  const sum =
    weights.constant +
    weights.score * Math.min(most.score, features.score) +
    weights.margin * clamp(features.margin, apartLeast, most.margin) +
    weights.beyondOthers * clamp(features.beyondOthers, apartLeast, most.beyondOthers) +
    weights.loud * Math.min(most.loud, features.loud) +
    weights.faint * Math.min(most.faint, features.faint) +
    weights.tooQuiet * Math.min(most.tooQuiet, features.tooQuiet) +
    weights.loudTooQuiet * Math.min(most.loudTooQuiet, features.loudTooQuiet) +
    weights.lost * clearness * Math.min(most.lost, features.lost);
  return 1 / (1 + Math.exp(-sum));
}

function clamp(value: number, least: number, greatest: number): number {
  return Math.max(least, Math.min(greatest, value));
}
