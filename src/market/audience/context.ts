import type { Database } from '#foundation/platform/postgres.ts';

export type AudienceContext = {
  readonly db: Database;
  /** The whole installation is a demonstration: only there are rows of provenance demo kept or shown. */
  readonly demo: boolean;
};
