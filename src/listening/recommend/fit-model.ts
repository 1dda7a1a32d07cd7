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
  const norms = normsOf(listening, liking, items);
  const neighbours: Int32Array[] = [];
  const weights: Float64Array[] = [];
  const together = new CoOccurrence(listening, liking, items);
  for (let item = 0; item < items; item++) {
    const near = together.nearest(item, norms, options.neighboursMax);
    neighbours.push(near);
    weights.push(solveRidge(together, near, item, options.lambda));
  }
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

function normsOf(listening: Listening, liking: Liking, items: number): Float64Array {
  const norms = new Float64Array(items);
  for (const [who, heard] of listening.entries())
    for (let i = 0; i < heard.length; i++) norms[heard[i]!]! += liking[who]![i]! ** 2;
  return norms;
}

/** How much two items are heard by the same, row by row and only where asked: the whole table would not fit. */
class CoOccurrence {
  readonly #listening: Listening;
  readonly #liking: Liking;
  readonly #listeners: readonly Int32Array[];
  /** How much each of `#listeners` likes the item, in the same places. */
  readonly #liked: readonly Float32Array[];
  readonly #row: Float64Array;
  readonly #position: Int32Array;

  constructor(listening: Listening, liking: Liking, items: number) {
    this.#listening = listening;
    this.#liking = liking;
    this.#listeners = listenersOf(listening, items);
    this.#liked = this.#listeners.map((who) => new Float32Array(who.length));
    const filled = new Int32Array(items);
    for (const [who, heard] of listening.entries())
      for (let i = 0; i < heard.length; i++)
        this.#liked[heard[i]!]![filled[heard[i]!]!++] = liking[who]![i]!;
    this.#row = new Float64Array(items);
    this.#position = new Int32Array(items).fill(-1);
  }

  /** The items most alike by cosine, best first; ties by number. */
  nearest(item: number, norms: Float64Array, max: number): Int32Array {
    const touched: number[] = [];
    this.#visit(item, (other, product) => {
      if (other === item) return;
      if (this.#row[other] === 0) touched.push(other);
      this.#row[other]! += product;
    });
    const alike = (other: number): number => this.#row[other]! / Math.sqrt(norms[other]!);
    touched.sort((a, b) => alike(b) - alike(a) || a - b);
    const near = Int32Array.from(touched.slice(0, max));
    for (const other of touched) this.#row[other] = 0;
    return near;
  }

  /** What every pair among `near` shares, and each with `item`: the parts of the normal equations. */
  gram(near: Int32Array, item: number, gram: Float64Array, target: Float64Array): void {
    const n = near.length;
    for (let i = 0; i < n; i++) this.#position[near[i]!] = i;
    for (let i = 0; i < n; i++) {
      this.#visit(near[i]!, (other, product) => {
        const j = this.#position[other]!;
        if (j >= 0) gram[i * n + j]! += product;
        else if (other === item) target[i]! += product;
      });
    }
    for (let i = 0; i < n; i++) this.#position[near[i]!] = -1;
  }

  #visit(item: number, see: (other: number, product: number) => void): void {
    const listeners = this.#listeners[item]!;
    const liked = this.#liked[item]!;
    for (let at = 0; at < listeners.length; at++) {
      const who = listeners[at]!;
      const heard = this.#listening[who]!;
      const liking = this.#liking[who]!;
      const mine = liked[at]!;
      for (let k = 0; k < heard.length; k++) see(heard[k]!, mine * liking[k]!);
    }
  }
}

function solveRidge(
  together: CoOccurrence,
  near: Int32Array,
  item: number,
  lambda: number,
): Float64Array {
  const n = near.length;
  const gram = new Float64Array(n * n);
  const target = new Float64Array(n);
  together.gram(near, item, gram, target);
  for (let i = 0; i < n; i++) gram[i * n + i]! += lambda;
  return solveSymmetric(gram, target, n);
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
