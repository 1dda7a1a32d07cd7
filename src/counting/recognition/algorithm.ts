import { highest, lowest } from '#foundation/dsp/find-peaks.ts';

// What an index and a query must agree on. A change of any of these, or of foundation/dsp/find-peaks.ts or pair-peaks.ts,
// makes a new algorithm: the version goes up, and indexes of another version are rebuilt instead of read.

export const algorithmVersion = 3;

/** Peaks of a band and block (0.512 s) in the index: about 37 a second ... */
export const indexPeaksPerBlock = 2;
/** ... each paired with the loudest two of the next eight in reach: about 72 postings a second. */
export const indexFanOut = 2;
export const indexReach = 8;
/** A query is denser on both counts, so that what noise adds does not push out what the index knows. */
export const queryPeaksPerBlock = 6;

export const bandsHeard = highest - lowest;
