import type { Database } from '#foundation/platform/postgres.ts';
import type { Lookup } from './read-question.ts';

export type AssistantContext = {
  readonly db: Database;
  readonly now: () => number;
  readonly demo: boolean;
  /** What words of a question name in the catalogue. */
  readonly lookup: Lookup;
};
