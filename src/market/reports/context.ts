import type { UserId } from '#foundation/kernel/ids.ts';
import type { Database } from '#foundation/platform/postgres.ts';

export type ReportsContext = {
  readonly db: Database;
  readonly now: () => number;
  readonly demo: boolean;
  /** Whether the account still may do anything. */
  readonly isActive: (userId: UserId) => Promise<boolean>;
};
