import type { Database } from '#foundation/platform/postgres.ts';

export type AnalyticsContext = {
  readonly db: Database;
  readonly now: () => number;
  readonly demo: boolean;
};
