// Many numbers under one key, in three flat arrays: a Map of arrays of the same would take five times the memory and be
// what the collector of garbage does all day.

const headsMin = 1 << 12;

/** Numbers by the hash of a text. Another text may have the same hash: whoever asks compares what they get. */
export class KeyTable {
  #heads = new Int32Array(headsMin).fill(-1);
  #next = new Int32Array(headsMin);
  #hash = new Int32Array(headsMin);
  #value = new Int32Array(headsMin);
  #size = 0;

  add(key: string, value: number): void {
    if (this.#size === this.#next.length) this.#grow();
    const hash = hashOf(key);
    const at = this.#size++;
    const head = hash & (this.#heads.length - 1);
    this.#hash[at] = hash;
    this.#value[at] = value;
    this.#next[at] = this.#heads[head]!;
    this.#heads[head] = at;
  }

  /** The last added comes first. */
  visit(key: string, see: (value: number) => void): void {
    const hash = hashOf(key);
    let at = this.#heads[hash & (this.#heads.length - 1)]!;
    for (; at >= 0; at = this.#next[at]!) if (this.#hash[at] === hash) see(this.#value[at]!);
  }

  #grow(): void {
    const length = 2 * this.#next.length;
    this.#next = widen(this.#next, length);
    this.#hash = widen(this.#hash, length);
    this.#value = widen(this.#value, length);
    this.#heads = new Int32Array(length).fill(-1);
    for (let at = 0; at < this.#size; at++) {
      const head = this.#hash[at]! & (length - 1);
      this.#next[at] = this.#heads[head]!;
      this.#heads[head] = at;
    }
  }
}

function widen(from: Int32Array, length: number): Int32Array<ArrayBuffer> {
  const to = new Int32Array(length);
  to.set(from);
  return to;
}

/** FNV-1a over UTF-16 units. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash ^ (hash >>> 15);
}
