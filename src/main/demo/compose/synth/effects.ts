// Room and width. All work on whole buffers.

export type Stereo = { readonly left: Float32Array; readonly right: Float32Array };

/** Two moving delays, opposite in phase: one guitar becomes two that never quite agree. In place. */
export function chorus({ left, right }: Stereo, amount: number, rate: number): void {
  for (const [channel, phase] of [[left, 0], [right, 2.1]] as const) {
    const line = new Float32Array(4096);
    const mask = line.length - 1;
    const base = 0.011 * rate;
    const depth = 0.0024 * rate;
    const step = (2 * Math.PI * 0.73) / rate;
    const dry = 1 - 0.3 * amount;
    const wet = 0.6 * amount;
    const block = 32;
    let position = base + depth * Math.sin(phase);
    for (let from = 0; from < channel.length; from += block) {
      const goal = base + depth * Math.sin(step * (from + block) + phase);
      const slope = (goal - position) / block;
      const to = Math.min(channel.length, from + block);
      for (let i = from; i < to; i++) {
        line[i & mask] = channel[i]!;
        const whole = position | 0;
        const fraction = position - whole;
        const a = line[(i - whole) & mask]!;
        const b = line[(i - whole - 1) & mask]!;
        channel[i] = dry * channel[i]! + wet * (a + fraction * (b - a));
        position += slope;
      }
    }
  }
}

/** Echoes of `send` thrown from side to side, each darker; added to the mix. */
export function echo(send: Float32Array, mix: Stereo, delayFrames: number, feedback: number): void {
  const a = new Float32Array(delayFrames);
  const b = new Float32Array(delayFrames);
  let at = 0;
  let low = 0;
  for (let i = 0; i < send.length; i++) {
    const fromA = a[at]!;
    const fromB = b[at]!;
    low += 0.35 * (fromB - low);
    a[at] = send[i]! + feedback * low;
    b[at] = fromA;
    mix.left[i]! += 0.8 * fromA;
    mix.right[i]! += 0.8 * fromB;
    if (++at === delayFrames) at = 0;
  }
}

const lineMs = [29.7, 37.1, 41.1, 43.7, 53.3, 59.9, 67.1, 71.9] as const;

/**
 * A feedback delay network of eight lines (J.-M. Jot) mixed by a Hadamard matrix, each line losing highs faster
 * than lows. Adds the tail of `send` to `mix`.
 */
export function reverberate(send: Float32Array, mix: Stereo, seconds: number, rate: number): void {
  const lengths = lineMs.map((ms) => Math.round((ms * rate) / 1000));
  const lines = lengths.map((length) => new Float32Array(length));
  const decay = Float64Array.from(lengths, (length) => 10 ** ((-3 * length) / (seconds * rate)));
  const at = new Int32Array(8);
  const low = new Float64Array(8);
  const v = new Float64Array(8);
  const damp = Math.exp((-2 * Math.PI * Math.min(5200, rate * 0.3)) / rate);
  const preDelay = Math.round(0.014 * rate);
  const scale = Math.sqrt(1 / 8);
  for (let i = preDelay; i < send.length; i++) {
    const input = send[i - preDelay]! * 0.4;
    for (let k = 0; k < 8; k++) {
      const y = lines[k]![at[k]!]!;
      low[k] = y + damp * (low[k]! - y);
      v[k] = low[k]! * decay[k]!;
    }
    mix.left[i]! += v[0]! - v[2]! + v[4]! - v[6]!;
    mix.right[i]! += v[1]! - v[3]! + v[5]! - v[7]!;
    // Fast Hadamard transform of the eight.
    for (let span = 1; span < 8; span <<= 1) {
      for (let k = 0; k < 8; k += span << 1) {
        for (let j = k; j < k + span; j++) {
          const x = v[j]!;
          const y = v[j + span]!;
          v[j] = x + y;
          v[j + span] = x - y;
        }
      }
    }
    for (let k = 0; k < 8; k++) {
      const line = lines[k]!;
      line[at[k]!] = input + v[k]! * scale;
      at[k] = at[k]! + 1 === line.length ? 0 : at[k]! + 1;
    }
  }
}
