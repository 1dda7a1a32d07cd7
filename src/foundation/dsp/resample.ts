// Sample rate conversion by windowed sinc, in stream. Pure TypeScript: runs in Node, a worker and a browser.

export type Resampler = {
  /** Feeds samples and answers what became ready; the answer is valid until the next call. */
  readonly push: (input: Float32Array) => Float32Array;
  /** The rest, as if silence followed. */
  readonly end: () => Float32Array;
};

const zeroCrossings = 16;
/** Enough phases that rounding the position to one of them stays 70 dB below the signal. */
const phases = 512;
const rateMin = 1_000;
const rateMax = 768_000;
const pushMax = 1 << 16;

/** From one rate to another; the cut-off lies at 0.95 of the lower of both Nyquist frequencies. */
export function createResampler(fromRate: number, toRate: number): Resampler {
  for (const rate of [fromRate, toRate])
    if (!(rate >= rateMin && rate <= rateMax))
      throw new RangeError(`sample rate ${rate} is not between ${rateMin} and ${rateMax}`);
  if (fromRate === toRate) return { push: (input) => input, end: () => new Float32Array(0) };
  const cutoff = Math.min(1, toRate / fromRate) * 0.95;
  const half = 2 * Math.ceil(zeroCrossings / cutoff / 2); // even, for taps to be fours
  const table = kernelTable(half, cutoff);
  const step = fromRate / toRate;
  const taps = 2 * half;
  let held = new Float32Array(taps + pushMax);
  let heldLength = half; // silence before the first sample
  // Of the next output sample after held[half], in toRate-ths of an input sample: whole numbers, so that the blocks in which
  // sound arrives leave no rounding behind.
  let position = 0;
  let out = new Float32Array(0);

  function convert(input: Float32Array, from: number, to: number, at: number): number {
    if (heldLength + to - from > held.length) throw new Error('the resampler holds too much');
    held.set(input.subarray(from, to), heldLength);
    heldLength += to - from;
    let count = at;
    for (;;) {
      const whole = Math.floor(position / toRate);
      if (whole + taps > heldLength) break;
      const row =
        Math.min(phases - 1, Math.floor(((position - whole * toRate) * phases) / toRate)) * taps;
      // Four sums side by side: one alone would wait for each of its additions.
      let a = 0;
      let b = 0;
      let c = 0;
      let d = 0;
      for (let k = 0, h = whole, t = row; k < taps; k += 4, h += 4, t += 4) {
        a += held[h]! * table[t]!;
        b += held[h + 1]! * table[t + 1]!;
        c += held[h + 2]! * table[t + 2]!;
        d += held[h + 3]! * table[t + 3]!;
      }
      out[count++] = a + b + (c + d);
      position += fromRate;
    }
    const spent = Math.min(Math.floor(position / toRate), heldLength);
    held.copyWithin(0, spent, heldLength);
    heldLength -= spent;
    position -= spent * toRate;
    return count;
  }

  function push(input: Float32Array): Float32Array {
    const room = Math.ceil((input.length + taps) / step) + 2;
    if (out.length < room) out = new Float32Array(room);
    let count = 0;
    for (let from = 0; from < input.length; from += pushMax)
      count = convert(input, from, Math.min(from + pushMax, input.length), count);
    return out.subarray(0, count);
  }
  return { push, end: () => push(new Float32Array(half)) };
}

function kernelTable(half: number, cutoff: number): Float32Array {
  const taps = 2 * half;
  const table = new Float32Array(phases * taps);
  for (let phase = 0; phase < phases; phase++) {
    let sum = 0;
    for (let k = 0; k < taps; k++) {
      const x = k - half - (phase + 0.5) / phases;
      const angle = Math.PI * x * cutoff;
      const sinc = Math.abs(angle) < 1e-9 ? 1 : Math.sin(angle) / angle;
      const window = Math.abs(x) >= half ? 0 : 0.5 + 0.5 * Math.cos((Math.PI * x) / half);
      table[phase * taps + k] = sinc * window;
      sum += sinc * window;
    }
    for (let k = 0; k < taps; k++) table[phase * taps + k] = table[phase * taps + k]! / sum;
  }
  return table;
}

/** A whole signal at another rate. */
export function resample(input: Float32Array, fromRate: number, toRate: number): Float32Array {
  if (fromRate === toRate) return input;
  const resampler = createResampler(fromRate, toRate);
  const first = resampler.push(input).slice();
  const rest = resampler.end();
  const whole = new Float32Array(first.length + rest.length);
  whole.set(first);
  whole.set(rest, first.length);
  return whole;
}
