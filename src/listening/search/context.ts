import type { Database } from '#foundation/platform/postgres.ts';
import type { Names } from './keep-names.ts';
import type { Kind } from './hits.ts';

export type SearchContext = {
  readonly db: Database;
  readonly names: Names;
  /** Recordings that are heard by the same people as these, or are alike; best first. */
  readonly similarTo: (ids: readonly string[], limit: number) => Promise<readonly string[]>;
};

export type Question = {
  readonly q: string;
  readonly kinds?: readonly Kind[] | undefined;
  readonly genre?: string | undefined;
  readonly year?: number | undefined;
  readonly limit: number;
};
