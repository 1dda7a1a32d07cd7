import type { Database } from '#foundation/platform/postgres.ts';

export type RoyaltiesContext = {
  readonly db: Database;
  readonly now: () => number;
  /** The whole installation is a demonstration: only then do demo plays earn, and the run is marked demo. */
  readonly demo: boolean;
};
