// A linear item-item model: what is heard together by the same people. For every recording a ridge regression on its nearest
// recordings, in closed form ("local EASE": Steck, Embarrassingly Shallow Autoencoders, WWW 2019, with the dense inverse replaced
// by one small system for each item). It explains itself: a score is a sum over what the listener has heard.

/** For every listener the items heard, as numbers from 0; each item once. */
export type Listening = readonly Int32Array[];
/** How much each item of `Listening` was liked, in the same places; 1 is once and whole. Without it all are 1. */
export type Liking = readonly Float32Array[];

export type Model = {
  readonly items: number;
  /** Item i is explained by neighbours[i] with weights[i]. */
  readonly neighbours: readonly Int32Array[];
  readonly weights: readonly Float64Array[];
  /** The same turned round: what an item speaks for, so that a listener is scored by what was heard. */
  readonly speaksFor: readonly Int32Array[];
  readonly speaksWith: readonly Float64Array[];
};

export type FitOptions = {
  /** How many of the nearest items explain an item. */
  readonly neighboursMax: number;
  /** Ridge: larger trusts chance meetings less. */
  readonly lambda: number;
};

export const fitDefault: FitOptions = { neighboursMax: 100, lambda: 30 };

/** Deterministic: the same listening gives the same model. */
export function fitModel(
  listening: Listening,
  items: number,
  options: FitOptions = fitDefault,
  liking: Liking = listening.map((heard) => new Float32Array(heard.length).fill(1)),
): Model {
  const together = new Together(listening, liking, items, options.neighboursMax);
  const weights = Array.from({ length: items }, (_, item) =>
    solveRidge(together, item, options.lambda),
  );
  const { near: neighbours } = together;
  return { items, neighbours, weights, ...turnRound(items, neighbours, weights) };
}

/** Scores every item for a listener who heard `heard`; heard items score minus infinity. */
export function scoreItems(model: Model, heard: Int32Array): Float64Array {
  const scores = new Float64Array(model.items);
  for (const item of heard) {
    const targets = model.speaksFor[item]!;
    const weights = model.speaksWith[item]!;
    for (let i = 0; i < targets.length; i++) scores[targets[i]!]! += weights[i]!;
  }
  for (const item of heard) scores[item] = Number.NEGATIVE_INFINITY;
  return scores;
}

/** The best `n` items, best first; ties by number. Items without any evidence come last, by `fallback` (popularity). */
export function topItems(scores: Float64Array, n: number, fallback: Int32Array): Int32Array {
  const picked = Array.from(scores.keys()).filter((item) => scores[item]! > 0);
  picked.sort((a, b) => scores[b]! - scores[a]! || a - b);
  if (picked.length < n) {
    const seen = new Set(picked);
    for (const item of fallback) {
      if (picked.length >= n) break;
      if (!seen.has(item) && scores[item] !== Number.NEGATIVE_INFINITY) picked.push(item);
    }
  }
  return Int32Array.from(picked.slice(0, n));
}

/** Items by how many heard them, most first. */
export function byPopularity(listening: Listening, items: number): Int32Array {
  const counts = listenersOf(listening, items).map((who) => who.length);
  return Int32Array.from(Array.from({ length: items }, (_, i) => i)).sort(
    (a, b) => counts[b]! - counts[a]! || a - b,
  );
}

function listenersOf(listening: Listening, items: number): readonly Int32Array[] {
  const counts = new Int32Array(items);
  for (const heard of listening) for (const item of heard) counts[item]!++;
  const lists = Array.from(counts, (n) => new Int32Array(n));
  const filled = new Int32Array(items);
  for (const [who, heard] of listening.entries())
    for (const item of heard) lists[item]![filled[item]!++] = who;
  return lists;
}

/** Values kept of who is heard with whom: 8 bytes each. Of a catalogue below 4,500 recordings it is all of them. */
const keptMax = 20_000_000;
const keptPerItemMin = 100;

/**
 * How much items are heard by the same. Every row is worked out once; what is kept of it is bounded, the largest values
 * first, and what was not kept counts as nothing. A row costs its listeners times what they heard, so all of them cost
 * what the listeners heard squared, however popular an item is.
 */
class Together {
  /** The items most alike by cosine, best first; ties by number. */
  readonly near: Int32Array[] = [];
  /** What the item shares with each of `near`. */
  readonly shared: Float64Array[] = [];
  /** What the item shares with itself. */
  readonly norms: Float64Array;
  readonly #others: Int32Array[] = [];
  readonly #values: Float32Array[] = [];
  readonly #position: Int32Array;

  constructor(listening: Listening, liking: Liking, items: number, nearMax: number) {
    this.norms = new Float64Array(items);
    for (const [who, heard] of listening.entries())
      for (let i = 0; i < heard.length; i++) this.norms[heard[i]!]! += liking[who]![i]! ** 2;
    this.#position = new Int32Array(items).fill(-1);
    const keptPerItem = Math.max(keptPerItemMin, Math.floor(keptMax / Math.max(items, 1)));
    const rowOf = rowsOf(listening, liking, items);
    for (let item = 0; item < items; item++) {
      const { row, touched } = rowOf(item);
      const near = best(touched, nearMax, (other) => row[other]! / Math.sqrt(this.norms[other]!));
      const kept =
        touched.length <= keptPerItem
          ? touched
          : best(touched, keptPerItem, (other) => row[other]!);
      this.near.push(Int32Array.from(near));
      this.shared.push(Float64Array.from(near, (other) => row[other]!));
      this.#others.push(Int32Array.from(kept));
      this.#values.push(Float32Array.from(kept, (other) => row[other]!));
      for (const other of touched) row[other] = 0;
    }
  }

  /** What every pair among `near` shares: the left side of the normal equations. */
  gram(near: Int32Array): Float64Array {
    const n = near.length;
    const gram = new Float64Array(n * n);
    for (let i = 0; i < n; i++) this.#position[near[i]!] = i;
    for (let i = 0; i < n; i++) {
      const [others, values] = [this.#others[near[i]!]!, this.#values[near[i]!]!];
      for (let k = 0; k < others.length; k++) {
        const j = this.#position[others[k]!]!;
        if (j < 0) continue;
        // One of the two rows may have dropped it.
        const value = Math.max(values[k]!, gram[j * n + i]!);
        gram[i * n + j] = value;
        gram[j * n + i] = value;
      }
      gram[i * n + i] = this.norms[near[i]!]!;
    }
    for (let i = 0; i < n; i++) this.#position[near[i]!] = -1;
    return gram;
  }
}

/** Answers what an item shares with every other, in an array that is the same each time and has to be left as it was. */
function rowsOf(listening: Listening, liking: Liking, items: number) {
  const listeners = listenersOf(listening, items);
  const liked = listeners.map((who) => new Float32Array(who.length));
  const filled = new Int32Array(items);
  for (const [who, heard] of listening.entries())
    for (let i = 0; i < heard.length; i++)
      liked[heard[i]!]![filled[heard[i]!]!++] = liking[who]![i]!;
  const row = new Float64Array(items);
  return (item: number): { row: Float64Array; touched: number[] } => {
    const touched: number[] = [];
    for (let at = 0; at < listeners[item]!.length; at++) {
      const who = listeners[item]![at]!;
      const [heard, likes, mine] = [listening[who]!, liking[who]!, liked[item]![at]!];
      for (let k = 0; k < heard.length; k++) {
        const other = heard[k]!;
        if (other === item) continue;
        if (row[other] === 0) touched.push(other);
        row[other]! += mine * likes[k]!;
      }
    }
    return { row, touched };
  };
}

/** The `max` with the highest scores, best first; ties by number. Sorts a few at a time, because most are never among them. */
function best(from: readonly number[], max: number, scoreOf: (item: number) => number): number[] {
  let pool: number[] = [];
  let least = Number.NEGATIVE_INFINITY;
  const sort = (): void => {
    pool.sort((a, b) => scoreOf(b) - scoreOf(a) || a - b);
    pool = pool.slice(0, max);
    if (pool.length === max && max > 0) least = scoreOf(pool[max - 1]!);
  };
  for (const item of from) {
    if (scoreOf(item) < least) continue;
    pool.push(item);
    if (pool.length >= 4 * max) sort();
  }
  sort();
  return pool;
}

function solveRidge(together: Together, item: number, lambda: number): Float64Array {
  const near = together.near[item]!;
  const gram = together.gram(near);
  for (let i = 0; i < near.length; i++) gram[i * near.length + i]! += lambda;
  return solveSymmetric(gram, together.shared[item]!.slice(), near.length);
}

/** Cholesky; the matrix is positive definite because of the ridge. Overwrites both. */
function solveSymmetric(a: Float64Array, b: Float64Array, n: number): Float64Array {
  for (let j = 0; j < n; j++) {
    let d = a[j * n + j]!;
    for (let k = 0; k < j; k++) d -= a[j * n + k]! * a[j * n + k]!;
    const root = Math.sqrt(d);
    a[j * n + j] = root;
    for (let i = j + 1; i < n; i++) {
      let sum = a[i * n + j]!;
      for (let k = 0; k < j; k++) sum -= a[i * n + k]! * a[j * n + k]!;
      a[i * n + j] = sum / root;
    }
  }
  for (let i = 0; i < n; i++) {
    let sum = b[i]!;
    for (let k = 0; k < i; k++) sum -= a[i * n + k]! * b[k]!;
    b[i] = sum / a[i * n + i]!;
  }
  for (let i = n - 1; i >= 0; i--) {
    let sum = b[i]!;
    for (let k = i + 1; k < n; k++) sum -= a[k * n + i]! * b[k]!;
    b[i] = sum / a[i * n + i]!;
  }
  return b;
}

function turnRound(
  items: number,
  neighbours: readonly Int32Array[],
  weights: readonly Float64Array[],
): Pick<Model, 'speaksFor' | 'speaksWith'> {
  const counts = new Int32Array(items);
  for (const near of neighbours) for (const other of near) counts[other]!++;
  const speaksFor = Array.from(counts, (n) => new Int32Array(n));
  const speaksWith = Array.from(counts, (n) => new Float64Array(n));
  const filled = new Int32Array(items);
  for (const [item, near] of neighbours.entries()) {
    for (let i = 0; i < near.length; i++) {
      const at = filled[near[i]!]!++;
      speaksFor[near[i]!]![at] = item;
      speaksWith[near[i]!]![at] = weights[item]![i]!;
    }
  }
  return { speaksFor, speaksWith };
}
