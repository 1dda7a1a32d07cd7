// Filters that work in place on a stretch of samples. Coefficients of the biquads are those of R. Bristow-Johnson's
// Audio EQ Cookbook; the resonant low-pass is the trapezoidal state variable filter of A. Simper.

type Coefficients = readonly [b0: number, b1: number, b2: number, a1: number, a2: number];

function run(x: Float32Array, frames: number, [b0, b1, b2, a1, a2]: Coefficients): void {
  let s1 = 0;
  let s2 = 0;
  for (let i = 0; i < frames; i++) {
    const input = x[i]!;
    const y = b0 * input + s1;
    s1 = b1 * input - a1 * y + s2;
    s2 = b2 * input - a2 * y;
    x[i] = y;
  }
}

function angle(hz: number, q: number, rate: number): { cos: number; alpha: number } {
  const w = (2 * Math.PI * Math.min(hz, rate * 0.45)) / rate;
  return { cos: Math.cos(w), alpha: Math.sin(w) / (2 * q) };
}

export function highPass(
  x: Float32Array,
  frames: number,
  hz: number,
  rate: number,
  q = Math.SQRT1_2,
): void {
  const { cos, alpha } = angle(hz, q, rate);
  const a0 = 1 + alpha;
  run(x, frames, [
    (1 + cos) / 2 / a0,
    -(1 + cos) / a0,
    (1 + cos) / 2 / a0,
    (-2 * cos) / a0,
    (1 - alpha) / a0,
  ]);
}

export function lowPass(
  x: Float32Array,
  frames: number,
  hz: number,
  rate: number,
  q = Math.SQRT1_2,
): void {
  const { cos, alpha } = angle(hz, q, rate);
  const a0 = 1 + alpha;
  run(x, frames, [
    (1 - cos) / 2 / a0,
    (1 - cos) / a0,
    (1 - cos) / 2 / a0,
    (-2 * cos) / a0,
    (1 - alpha) / a0,
  ]);
}

/** Unity gain at the centre. */
export function bandPass(
  x: Float32Array,
  frames: number,
  hz: number,
  q: number,
  rate: number,
): void {
  const { cos, alpha } = angle(hz, q, rate);
  const a0 = 1 + alpha;
  run(x, frames, [alpha / a0, 0, -alpha / a0, (-2 * cos) / a0, (1 - alpha) / a0]);
}

export function bell(
  x: Float32Array,
  frames: number,
  hz: number,
  q: number,
  gainDb: number,
  rate: number,
): void {
  const { cos, alpha } = angle(hz, q, rate);
  const a = 10 ** (gainDb / 40);
  const a0 = 1 + alpha / a;
  run(x, frames, [
    (1 + alpha * a) / a0,
    (-2 * cos) / a0,
    (1 - alpha * a) / a0,
    (-2 * cos) / a0,
    (1 - alpha / a) / a0,
  ]);
}

export function shelf(
  x: Float32Array,
  frames: number,
  kind: 'low' | 'high',
  hz: number,
  gainDb: number,
  rate: number,
): void {
  const { cos: c, alpha } = angle(hz, Math.SQRT1_2, rate);
  // The high shelf is the low one with the frequency axis turned round.
  const cos = kind === 'low' ? c : -c;
  const sign = kind === 'low' ? 1 : -1;
  const a = 10 ** (gainDb / 40);
  const root = 2 * Math.sqrt(a) * alpha;
  const a0 = a + 1 + (a - 1) * cos + root;
  run(x, frames, [
    (a * (a + 1 - (a - 1) * cos + root)) / a0,
    (sign * 2 * a * (a - 1 - (a + 1) * cos)) / a0,
    (a * (a + 1 - (a - 1) * cos - root)) / a0,
    (sign * -2 * (a - 1 + (a + 1) * cos)) / a0,
    (a + 1 + (a - 1) * cos - root) / a0,
  ]);
}

/** Samples between two updates of a moving filter: below a millisecond, inaudible, and sixteen times cheaper. */
const controlFrames = 32;

/** Low-pass whose corner falls from `base + amount` to `base` Hz with time constant `decaySeconds`. */
export function sweptLowPass(
  x: Float32Array,
  frames: number,
  baseHz: number,
  amountHz: number,
  decaySeconds: number,
  resonance: number,
  rate: number,
): void {
  const k = 2 - 2 * resonance;
  const fall = Math.exp(-controlFrames / (decaySeconds * rate));
  let extra = amountHz;
  let ic1 = 0;
  let ic2 = 0;
  for (let from = 0; from < frames; from += controlFrames) {
    const g = Math.tan((Math.PI * Math.min(baseHz + extra, rate * 0.45)) / rate);
    extra *= fall;
    const a1 = 1 / (1 + g * (g + k));
    const a2 = g * a1;
    const a3 = g * a2;
    const to = Math.min(frames, from + controlFrames);
    for (let i = from; i < to; i++) {
      const v3 = x[i]! - ic2;
      const v1 = a1 * ic1 + a2 * v3;
      const v2 = ic2 + a2 * ic1 + a3 * v3;
      ic1 = 2 * v1 - ic1;
      ic2 = 2 * v2 - ic2;
      x[i] = v2;
    }
  }
}

/** Attack linear, then exponentially to `sustain`, and after `held` frames to nothing by the last frame. */
export function envelope(
  x: Float32Array,
  frames: number,
  held: number,
  shape: { readonly attack: number; readonly decay: number; readonly sustain: number },
  rate: number,
): void {
  const attack = Math.max(1, Math.min(held, Math.round(shape.attack * rate)));
  const fall = Math.exp(-1 / (shape.decay * rate));
  let level = 0;
  const rise = 1 / attack;
  for (let i = 0; i < attack; i++) {
    level += rise;
    x[i] = x[i]! * level;
  }
  let above = 1 - shape.sustain;
  for (let i = attack; i < held; i++) {
    above *= fall;
    x[i] = x[i]! * (shape.sustain + above);
  }
  level = held > attack ? shape.sustain + above : level;
  // Down 60 dB over the release, then straight to zero so that nothing clicks.
  const release = Math.max(1, frames - held);
  const drop = 10 ** (-3 / release);
  for (let i = held; i < frames; i++) {
    level *= drop;
    x[i] = x[i]! * level;
  }
}

export function scale(x: Float32Array, frames: number, gain: number): void {
  for (let i = 0; i < frames; i++) x[i] = x[i]! * gain;
}

/** Odd-order soft clipping; `drive` 1 is gentle. */
export function saturate(x: Float32Array, frames: number, drive: number): void {
  for (let i = 0; i < frames; i++) {
    const v = x[i]! * drive;
    const c = v > 1.5 ? 1.5 : v < -1.5 ? -1.5 : v;
    x[i] = c - (4 / 27) * c * c * c;
  }
}
