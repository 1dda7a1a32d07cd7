import type { CatalogContext } from '#catalogue/catalog/index.ts';
import type { Comparer, IndexStore } from '#counting/recognition/index.ts';
import type { Database } from '#foundation/platform/postgres.ts';

export type FindingsContext = {
  readonly db: Database;
  /** Two recordings that a person says are one become one there. */
  readonly catalog: CatalogContext;
  readonly store: Pick<IndexStore, 'ids' | 'soundOf' | 'fingerprintOf'>;
  readonly searcher: Comparer;
};
