/**
 * Where a query of hashes is judged otherwise than one of sound (decide.ts). Its evidence is coarser, and between its peaks
 * only a bound of the loudness is known, which contradicts less of a look-alike and now and then a little of the right one.
 * Chosen on composed recordings (docs/recognition-method.md).
 */
export const hashThresholds = {
  score: 9,
  tonal: 8,
  weakerHalf: 2,
  contradicted: 0.05,
  contradictedAlone: 0.12,
} as const;
