// Log power spectra of real frames, for fingerprints. Pure TypeScript: runs in Node, a worker and a browser, and because
// it uses nothing but IEEE arithmetic on its tables, with the same result in each.

export type SpectrumAnalyser = {
  /** Samples of a frame. */
  readonly size: number;
  /** Bins of its spectrum, `size / 2`: the one at half the sample rate is left out. */
  readonly bins: number;
  /** Writes log2 of the power of `size` samples of `input` from `from`, Hann windowed, to `out` (length `bins`). */
  readonly logPower: (input: Float32Array, from: number, out: Float32Array) => void;
};

const sizeMax = 1 << 14;
/** Keeps the logarithm of digital silence finite; 180 dB below full scale, under the noise of any 24-bit recording. */
const powerFloor = 1e-16;

/** Tables for frames of one size (a power of two from 8 to 2^14); make once, use for every frame. */
export function createSpectrumAnalyser(size: number): SpectrumAnalyser {
  if (size < 8 || size > sizeMax || (size & (size - 1)) !== 0)
    throw new RangeError(`frame size ${size} is not a power of two from 8 to ${sizeMax}`);
  const half = size >> 1;
  const window = new Float64Array(size);
  // Scaled so that a full-scale sine comes out near power 1 whatever the frame size.
  for (let i = 0; i < size; i++)
    window[i] = (0.5 - 0.5 * Math.cos((2 * Math.PI * i) / size)) * (4 / size);
  const cos = new Float64Array(half);
  const sin = new Float64Array(half);
  for (let i = 0; i < half; i++) {
    cos[i] = Math.cos((2 * Math.PI * i) / size);
    sin[i] = -Math.sin((2 * Math.PI * i) / size);
  }
  const reversed = new Uint16Array(half);
  for (let i = 1; i < half; i++) reversed[i] = (reversed[i >> 1]! >> 1) | (i & 1 ? half >> 1 : 0);
  const re = new Float64Array(half);
  const im = new Float64Array(half);
  const power = new Float32Array(half);
  const bits = new Uint32Array(power.buffer);

  function logPower(input: Float32Array, from: number, out: Float32Array): void {
    // Even samples as the real, odd ones as the imaginary part: one transform of half the size does it.
    for (let i = 0; i < half; i++) {
      const j = reversed[i]!;
      const k = i << 1;
      re[j] = input[from + k]! * window[k]!;
      im[j] = input[from + k + 1]! * window[k + 1]!;
    }
    transform(re, im, cos, sin, half);
    const dc = re[0]! + im[0]!;
    power[0] = dc * dc + powerFloor;
    for (let k = 1, m = half - 1; k <= m; k++, m--) {
      const er = 0.5 * (re[k]! + re[m]!);
      const ei = 0.5 * (im[k]! - im[m]!);
      const or = 0.5 * (im[k]! + im[m]!);
      const oi = 0.5 * (re[m]! - re[k]!);
      const tr = or * cos[k]! - oi * sin[k]!;
      const ti = or * sin[k]! + oi * cos[k]!;
      const ar = er + tr;
      const ai = ei + ti;
      const br = er - tr;
      const bi = ti - ei;
      power[k] = ar * ar + ai * ai + powerFloor;
      power[m] = br * br + bi * bi + powerFloor;
    }
    for (let k = 0; k < half; k++) out[k] = log2OfBits(bits[k]!);
  }
  return { size, bins: half, logPower };
}

/** log2 of the float with these bits, within 0.01: a table-free approximation that is the same in every engine. */
function log2OfBits(bits: number): number {
  const mantissa = (bits & 0x7fffff) * (1 / 0x800000);
  return (bits >>> 23) - 127 + mantissa + 0.3464 * mantissa * (1 - mantissa);
}

/**
 * Decimation in time, two stages of radix 2 in one pass where two are left: half the reads and writes. The twiddles are those
 * of twice the size, so their stride is doubled.
 */
function transform(
  re: Float64Array,
  im: Float64Array,
  cos: Float64Array,
  sin: Float64Array,
  size: number,
): void {
  // The first two stages multiply by 1 and -i only.
  for (let i = 0; i < size; i += 4) {
    const r0 = re[i]! + re[i + 1]!;
    const i0 = im[i]! + im[i + 1]!;
    const r1 = re[i]! - re[i + 1]!;
    const i1 = im[i]! - im[i + 1]!;
    const r2 = re[i + 2]! + re[i + 3]!;
    const i2 = im[i + 2]! + im[i + 3]!;
    const r3 = im[i + 2]! - im[i + 3]!;
    const i3 = re[i + 3]! - re[i + 2]!;
    re[i] = r0 + r2;
    im[i] = i0 + i2;
    re[i + 1] = r1 + r3;
    im[i + 1] = i1 + i3;
    re[i + 2] = r0 - r2;
    im[i + 2] = i0 - i2;
    re[i + 3] = r1 - r3;
    im[i + 3] = i1 - i3;
  }
  let span = 4;
  for (; span * 2 < size; span <<= 2) twoStages(re, im, cos, sin, size, span);
  if (span < size) lastStage(re, im, cos, sin, span);
}

function twoStages(
  re: Float64Array,
  im: Float64Array,
  cos: Float64Array,
  sin: Float64Array,
  size: number,
  span: number,
): void {
  const stride = size / span;
  for (let k = 0, w = 0; k < span; k++, w += stride) {
    const c1 = cos[w]!;
    const s1 = sin[w]!;
    const c2 = cos[w >> 1]!;
    const s2 = sin[w >> 1]!;
    for (let a = k; a < size; a += span << 2) {
      const b = a + span;
      const c = b + span;
      const d = c + span;
      const br = re[b]! * c1 - im[b]! * s1;
      const bi = re[b]! * s1 + im[b]! * c1;
      const dr = re[d]! * c1 - im[d]! * s1;
      const di = re[d]! * s1 + im[d]! * c1;
      const a0r = re[a]! + br;
      const a0i = im[a]! + bi;
      const b0r = re[a]! - br;
      const b0i = im[a]! - bi;
      const cr = re[c]! + dr;
      const ci = im[c]! + di;
      const er = re[c]! - dr;
      const ei = im[c]! - di;
      const c0r = cr * c2 - ci * s2;
      const c0i = cr * s2 + ci * c2;
      // The twiddle a quarter turn further on: -i times that of this k.
      const d0r = er * s2 + ei * c2;
      const d0i = ei * s2 - er * c2;
      re[a] = a0r + c0r;
      im[a] = a0i + c0i;
      re[c] = a0r - c0r;
      im[c] = a0i - c0i;
      re[b] = b0r + d0r;
      im[b] = b0i + d0i;
      re[d] = b0r - d0r;
      im[d] = b0i - d0i;
    }
  }
}

function lastStage(
  re: Float64Array,
  im: Float64Array,
  cos: Float64Array,
  sin: Float64Array,
  span: number,
): void {
  for (let a = 0; a < span; a++) {
    const b = a + span;
    const c = cos[2 * a]!;
    const s = sin[2 * a]!;
    const r = re[b]! * c - im[b]! * s;
    const m = re[b]! * s + im[b]! * c;
    re[b] = re[a]! - r;
    im[b] = im[a]! - m;
    re[a] = re[a]! + r;
    im[a] = im[a]! + m;
  }
}
