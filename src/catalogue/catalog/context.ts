import type { Instant } from '#foundation/kernel/time.ts';
import type { UserCaller } from '#foundation/platform/http.ts';
import type { Database } from '#foundation/platform/postgres.ts';

export type CatalogContext = {
  readonly db: Database;
  readonly now: () => Instant;
  /** Whether a person's roles allow something; the table of permissions is not ours. */
  readonly permits: (caller: UserCaller, permission: 'catalog.edit' | 'splits.read') => boolean;
};
