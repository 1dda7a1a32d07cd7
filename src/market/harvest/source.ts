import type { AudienceFact, ChartFact } from './facts.ts';

// What a source is. Adding one is a folder with this, a parser that is a pure function of a body, and a test on a body.

export type Tier = 'api' | 'page';

export type SourceRequest = {
  readonly tier: Tier;
  /** What is asked for: it names the body among those kept, and tells the parser what it reads. */
  readonly key: string;
  readonly path: string;
  /** Sent and never kept: a key in a query string. */
  readonly secretQuery?: Readonly<Record<string, string>>;
};

export type Parsed = {
  readonly charts: readonly ChartFact[];
  readonly audience: readonly AudienceFact[];
  /** Why nothing, or not all, could be read; null where the body is as it should be. */
  readonly problem: string | null;
  /** Another try now is pointless: the quota is used up, the key is wrong. */
  readonly isFinal?: boolean;
};

export type SourceWishes = {
  /** ISO 3166-1 alpha-2, lower case. */
  readonly territory: string;
  readonly limit: number;
  readonly key: string | null;
  readonly today: string;
};

export type Source = {
  readonly name: string;
  readonly title: string;
  readonly baseUrl: string;
  /** False where no body of the real service was ever recorded: composed from its documentation. */
  readonly isVerified: boolean;
  readonly needsKey: boolean;
  /** Calls a day that the service allows; null where it says none. */
  readonly quotaPerDay: number | null;
  readonly minIntervalMs: number;
  /** Asked when somebody misses figures, never by the clock. */
  readonly isOnDemand?: boolean;
  /** What may be asked, best first; the second tier is tried when the first gives nothing. */
  readonly requests: (wishes: SourceWishes) => readonly SourceRequest[];
  readonly parse: (body: string, request: SourceRequest, wishes: SourceWishes) => Parsed;
};

export const nothing: Parsed = { charts: [], audience: [], problem: null };

export function unreadable(problem: string, isFinal = false): Parsed {
  return { ...nothing, problem, isFinal };
}
