// All chance in a recording comes from here, so that a seed always gives the same bytes.

export type Random = {
  /** Uniform in [0, 1). */
  readonly next: () => number;
  readonly between: (from: number, to: number) => number;
  /** Integer from 0 to n - 1. */
  readonly below: (n: number) => number;
  readonly chance: (probability: number) => boolean;
  readonly pick: <T>(list: readonly T[]) => T;
  /** An independent stream: what one part draws never shifts what another part gets. */
  readonly fork: (label: string) => Random;
};

/** FNV-1a over the seed, then mulberry32. */
export function seededRandom(seed: string): Random {
  let state = 2166136261;
  for (let i = 0; i < seed.length; i++) state = Math.imul(state ^ seed.charCodeAt(i), 16777619);
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  // The first outputs of two seeds that differ in one letter are alike; a few turns part them.
  for (let i = 0; i < 4; i++) next();
  const below = (n: number): number => Math.floor(next() * n);
  return {
    next,
    below,
    between: (from, to) => from + (to - from) * next(),
    chance: (probability) => next() < probability,
    pick: (list) => {
      if (list.length === 0) throw new RangeError('nothing to pick from');
      return list[below(list.length)]!;
    },
    fork: (label) => seededRandom(`${seed}/${label}`),
  };
}
