import { byPopularity, fitModel, scoreItems, topItems, type FitOptions } from './fit-model.ts';

// How good recommendations are on listening that was held back: every item not heard before is ranked, and the figures are means
// over listeners. No sampling of candidates, which would flatter (Krichene and Rendle, KDD 2020).

export type Pair = { readonly user: string; readonly item: string };

export type Evaluation = {
  readonly listeners: number;
  readonly items: number;
  readonly recall20: number;
  readonly ndcg10: number;
  readonly ndcg20: number;
  readonly ndcg100: number;
  /** Share of the items that stand in somebody's first 20. */
  readonly coverage20: number;
  readonly fitSeconds: number;
  readonly msPerListener: number;
};

const rankedMax = 100;

export function evaluate(
  train: readonly Pair[],
  test: readonly Pair[],
  options?: FitOptions,
): Evaluation {
  const users = new Map<string, number>();
  const items = new Map<string, number>();
  const listening = group(train, users, items).map((heard) => Int32Array.from(heard));
  const held = group(test, users, items);
  const started = performance.now();
  const model = fitModel(listening, items.size, options);
  const fitted = performance.now();
  const popular = byPopularity(listening, items.size);
  const sums = { recall20: 0, ndcg10: 0, ndcg20: 0, ndcg100: 0 };
  const shown = new Set<number>();
  let listeners = 0;
  for (const [user, wanted] of held.entries()) {
    const heard = listening[user] ?? new Int32Array(0);
    for (const item of heard) wanted.delete(item);
    if (wanted.size === 0) continue;
    listeners += 1;
    const top = topItems(scoreItems(model, heard), rankedMax, popular);
    for (const item of top.subarray(0, 20)) shown.add(item);
    sums.recall20 += hits(top, wanted, 20) / wanted.size;
    sums.ndcg10 += ndcg(top, wanted, 10);
    sums.ndcg20 += ndcg(top, wanted, 20);
    sums.ndcg100 += ndcg(top, wanted, 100);
  }
  const scored = performance.now();
  const mean = (sum: number): number => (listeners === 0 ? 0 : sum / listeners);
  return {
    listeners,
    items: items.size,
    recall20: mean(sums.recall20),
    ndcg10: mean(sums.ndcg10),
    ndcg20: mean(sums.ndcg20),
    ndcg100: mean(sums.ndcg100),
    coverage20: items.size === 0 ? 0 : shown.size / items.size,
    fitSeconds: (fitted - started) / 1_000,
    msPerListener: mean(scored - fitted),
  };
}

/** Listeners' items as numbers; the same pair twice is one. */
function group(
  pairs: readonly Pair[],
  users: Map<string, number>,
  items: Map<string, number>,
): Set<number>[] {
  const numberOf = (map: Map<string, number>, key: string): number => {
    const known = map.get(key);
    if (known !== undefined) return known;
    map.set(key, map.size);
    return map.size - 1;
  };
  const heard: Set<number>[] = [];
  for (const { user, item } of pairs) {
    const u = numberOf(users, user);
    while (heard.length <= u) heard.push(new Set());
    heard[u]!.add(numberOf(items, item));
  }
  return heard;
}

function hits(top: Int32Array, wanted: ReadonlySet<number>, n: number): number {
  return top.subarray(0, n).reduce((sum, item) => sum + (wanted.has(item) ? 1 : 0), 0);
}

function ndcg(top: Int32Array, wanted: ReadonlySet<number>, n: number): number {
  let gain = 0;
  let ideal = 0;
  for (let i = 0; i < n; i++) {
    const worth = 1 / Math.log2(i + 2);
    if (i < top.length && wanted.has(top[i]!)) gain += worth;
    if (i < wanted.size) ideal += worth;
  }
  return gain / ideal;
}
