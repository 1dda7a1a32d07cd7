import type { Database } from '#foundation/platform/postgres.ts';

export type ChartsContext = {
  readonly db: Database;
  readonly now: () => number;
  /** The whole installation is a demonstration: only there are charts of provenance demo kept or shown. */
  readonly demo: boolean;
};
