import { highest, lowest } from '#foundation/dsp/find-peaks.ts';

// What an index and a query must agree on. A change of any of these, or of foundation/dsp/find-peaks.ts or pair-peaks.ts,
// makes a new algorithm: the version goes up, and indexes of another version are rebuilt instead of read.

export const algorithmVersion = 3;

export type Density = {
  /** Peaks of a band and block (0.512 s) in the index ... */
  readonly peaksPerBlock: number;
  /** ... each paired with so many, the loudest, of the next in reach. */
  readonly fanOut: number;
  /** Postings of one bucket on average: a finer directory is faster and takes more room. */
  readonly bucketPostings: number;
};
/** `full`: 37 peaks and 69 postings a second. `phone`: half the peaks and a quarter of the postings, a third of the size. */
export const densities = {
  full: { peaksPerBlock: 2, fanOut: 2, bucketPostings: 16 },
  phone: { peaksPerBlock: 1, fanOut: 1, bucketPostings: 64 },
} as const satisfies Readonly<Record<string, Density>>;
export type DensityName = keyof typeof densities;
export const indexReach = 8;

export const bandsHeard = highest - lowest;
