import { editDistance } from '#foundation/kernel/edit-distance.ts';
import type { Context } from './read-context.ts';

// What is asked of the index and what it answers.

export const kinds = ['artist', 'recording', 'release', 'playlist', 'label'] as const;
export type Kind = (typeof kinds)[number];

export type NameDoc = {
  readonly kind: Kind;
  readonly id: string;
  /** The name, and others that lead to it. */
  readonly names: readonly string[];
  /** Words by which it is known besides: who performs it, whose label it is on. */
  readonly by: readonly string[];
  /** Counted plays, for the order among what matches equally well. */
  readonly plays: number;
  readonly genres: readonly string[];
  readonly year: number | null;
  /** Beats a minute: its own, or usual in its genre. */
  readonly tempo: number | null;
  /** Only this person may find it; null: everybody. */
  readonly owner: string | null;
};

export type Asked = {
  readonly words: readonly string[];
  readonly kinds: ReadonlySet<Kind>;
  readonly genre: string | null;
  readonly year: number | null;
  readonly asker: string | null;
  /** Most hits of one kind. */
  readonly limit: number;
};

export type Fitting = Pick<Context, 'genres' | 'tempo' | 'years'>;
export type Hit = { readonly kind: Kind; readonly id: string; readonly score: number };
export type Facet = { readonly value: string; readonly count: number };
export type Found = {
  /** Best first, of every kind together. */
  readonly hits: readonly Hit[];
  readonly facets: {
    readonly kinds: readonly Facet[];
    readonly genres: readonly Facet[];
    readonly years: readonly Facet[];
  };
};

const facetsMax = 12;

export function bump<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

export const byScore = (a: Hit, b: Hit): number => b.score - a.score || (a.id < b.id ? -1 : 1);

export function cut(list: Hit[], max: number): void {
  list.sort(byScore);
  if (list.length > max) list.length = max;
}

export function uniqueOf(list: readonly Hit[]): readonly Hit[] {
  const seen = new Set<string>();
  return list.filter(({ id }) => !seen.has(id) && seen.add(id));
}

export function facetsOf(counts: ReadonlyMap<string, number>): readonly Facet[] {
  return [...counts]
    .map(([value, count]) => ({ value, count }))
    .toSorted((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
    .slice(0, facetsMax);
}

/** 1 for the same, 0 for nothing in common. */
export function likenessOf(a: string, b: string): number {
  const longer = Math.max(a.length, b.length);
  return 1 - editDistance(a, b, longer) / longer;
}
