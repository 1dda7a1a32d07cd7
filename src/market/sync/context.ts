import type { Database } from '#foundation/platform/postgres.ts';
import type { SoundchartsDoor } from '#market/harvest/index.ts';

export type SyncContext = {
  readonly db: Database;
  readonly now: () => number;
  readonly demo: boolean;
  readonly soundcharts: SoundchartsDoor;
};
