import type { LevelFit } from './compare-levels.ts';

/** What a verdict rests on: the best alignment, measured. */
export type Features = LevelFit & {
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
  /** Part of the query that lies within the recording. */
  readonly overlap: number;
};
