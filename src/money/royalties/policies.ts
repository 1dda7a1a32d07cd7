// A policy turns eligible plays into one exact integer weight per slot (a recording under one split). Weights of
// a run have one unknown common scale; only their ratios mean anything. Method and oracles: docs/method/royalties.md.

export type PolicyName = 'pro-rata' | 'user-centric';

/** Told every row of usage once, a listener's rows one after the other. */
export type Weighing = {
  add(listenerNo: number, slot: number, plays: number): void;
  weights(slots: number): readonly bigint[];
};

export type Policy = { readonly version: number; readonly begin: () => Weighing };

export const policies: Readonly<Record<PolicyName, Policy>> = {
  /** Every eligible play has the same part of the pool. */
  'pro-rata': { version: 1, begin: weighByPlays },
  /** Every listener has the same part of the pool, divided over that listener's plays. */
  'user-centric': { version: 1, begin: weighByListener },
};

function weighByPlays(): Weighing {
  const playsOf: number[] = [];
  return {
    add(_, slot, plays) {
      playsOf[slot] = exact((playsOf[slot] ?? 0) + plays);
    },
    weights: (slots) => Array.from({ length: slots }, (_, slot) => BigInt(playsOf[slot] ?? 0)),
  };
}

/**
 * A slot's part of the pool is the sum over listeners of (its plays by the listener) / (all plays by the listener),
 * over the number of listeners. Plays are added up per denominator, so there are as many fractions as different
 * totals, not as many as listeners; over their least common multiple they become integers, and nothing is rounded.
 */
function weighByListener(): Weighing {
  const denominators: number[] = [];
  const indexOf = new Map<number, number>();
  const playsOf: Map<number, number>[] = []; // of a slot, by index of the denominator
  let current = -1;
  let total = 0;
  let rows: { readonly slot: number; readonly plays: number }[] = [];

  function closeListener(): void {
    if (total === 0) return;
    let index = indexOf.get(total);
    if (index === undefined) {
      index = denominators.push(total) - 1;
      indexOf.set(total, index);
    }
    for (const { slot, plays } of rows) {
      const bySlot = (playsOf[slot] ??= new Map<number, number>());
      bySlot.set(index, exact((bySlot.get(index) ?? 0) + plays));
    }
    rows = [];
    total = 0;
  }

  return {
    add(listenerNo, slot, plays) {
      if (listenerNo < current) throw new Error('usage is not in the order of its listeners');
      if (listenerNo > current) closeListener();
      current = listenerNo;
      total = exact(total + plays);
      rows.push({ slot, plays });
    },
    weights(slots) {
      closeListener();
      const common = leastCommonMultiple(denominators);
      const factors = denominators.map((denominator) => common / BigInt(denominator));
      return Array.from({ length: slots }, (_, slot) => {
        let weight = 0n;
        for (const [index, plays] of playsOf[slot] ?? []) weight += BigInt(plays) * factors[index]!;
        return weight;
      });
    },
  };
}

export function leastCommonMultiple(numbers: readonly number[]): bigint {
  let multiple = 1n;
  for (const number of numbers) {
    let [a, b] = [number, Number(multiple % BigInt(number))];
    while (b !== 0) [a, b] = [b, a % b]; // a ends as the greatest common divisor
    multiple *= BigInt(number / a);
  }
  return multiple;
}

/** Counts are exact in a double up to 2^53; one beyond would be wrong in silence. */
function exact(count: number): number {
  if (!Number.isSafeInteger(count)) throw new RangeError('more plays than 2^53');
  return count;
}
