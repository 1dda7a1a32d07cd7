import type { SearchContext } from './context.ts';
import { findNames } from './find-names.ts';
import { kinds } from './hits.ts';
import { wordsOf } from './words-of.ts';

// How good the search is, on questions whose answers are known.

/** `expect` is an id, or the name of what should come first. */
export type Judged = { readonly q: string; readonly expect: string };
export type SearchQuality = {
  readonly questions: number;
  readonly rows: number;
  readonly hit1: number;
  /** Mean of 1 / place, 0 where it is in none of the first ten. */
  readonly mrr: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  /** Of the question to memory alone, without reading what is shown. */
  readonly indexP95Ms: number;
  readonly missed: readonly {
    readonly q: string;
    readonly expect: string;
    readonly got: string | null;
  }[];
};

const places = 10;
const missedMax = 20;

export async function evaluateSearch(
  ctx: SearchContext,
  judged: readonly Judged[],
): Promise<SearchQuality> {
  const { index } = await ctx.names.current();
  const took: number[] = [];
  const inMemory: number[] = [];
  const missed: { q: string; expect: string; got: string | null }[] = [];
  let first = 0;
  let reciprocal = 0;
  for (const { q, expect } of judged) {
    const began = performance.now();
    const found = await findNames(ctx, { q, limit: places }, null);
    took.push(performance.now() - began);
    const again = performance.now();
    index.search({
      words: wordsOf(q),
      kinds: new Set(kinds),
      genre: null,
      year: null,
      asker: null,
      limit: places,
    });
    inMemory.push(performance.now() - again);
    const wanted = folded(expect);
    const names = namesOf(found);
    const place = found.order.findIndex(({ id }) => id === expect || names.get(id) === wanted);
    if (place === 0) first++;
    else if (missed.length < missedMax) {
      const top = found.order[0];
      missed.push({ q, expect, got: top === undefined ? null : (names.get(top.id) ?? null) });
    }
    if (place >= 0 && place < places) reciprocal += 1 / (place + 1);
  }
  const of = (list: readonly number[], share: number): number =>
    list.toSorted((a, b) => a - b)[Math.floor(share * list.length)] ?? 0;
  return {
    questions: judged.length,
    rows: index.size,
    hit1: first / judged.length,
    mrr: reciprocal / judged.length,
    p50Ms: of(took, 0.5),
    p95Ms: of(took, 0.95),
    indexP95Ms: of(inMemory, 0.95),
    missed,
  };
}

const folded = (name: string): string => wordsOf(name).join(' ');

function namesOf(found: Awaited<ReturnType<typeof findNames>>): ReadonlyMap<string, string> {
  const titled = [...found.recordings, ...found.releases].map(
    ({ id, title }) => [id, title] as const,
  );
  const named = [...found.artists, ...found.labels, ...found.playlists].map(
    ({ id, name }) => [id, name] as const,
  );
  return new Map([...titled, ...named].map(([id, name]) => [id as string, folded(name)]));
}
