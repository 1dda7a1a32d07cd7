// Radix-2 transform for analysis frames. Pure TypeScript: the same file runs in Node, a worker and a browser.

export type Fft = {
  readonly size: number;
  /** Transforms in place; both arrays have `size` elements. */
  readonly forward: (re: Float32Array, im: Float32Array) => void;
};

const largestSize = 1 << 20;

/** Tables for one size (a power of two from 2 to 2^20); make once, use for every frame. */
export function createFft(size: number): Fft {
  if (size < 2 || size > largestSize || (size & (size - 1)) !== 0) {
    throw new RangeError(`transform size ${size} is not a power of two from 2 to ${largestSize}`);
  }
  const half = size >> 1;
  const cos = new Float32Array(half);
  const sin = new Float32Array(half);
  for (let i = 0; i < half; i++) {
    cos[i] = Math.cos((2 * Math.PI * i) / size);
    sin[i] = -Math.sin((2 * Math.PI * i) / size);
  }
  const reversed = new Uint32Array(size);
  for (let i = 1; i < size; i++) {
    reversed[i] = (reversed[i >> 1]! >> 1) | (i & 1 ? half : 0);
  }
  return { size, forward: (re, im) => transform(re, im, cos, sin, reversed) };
}

function transform(
  re: Float32Array,
  im: Float32Array,
  cos: Float32Array,
  sin: Float32Array,
  reversed: Uint32Array,
): void {
  const size = reversed.length;
  for (let i = 0; i < size; i++) {
    const j = reversed[i]!;
    if (j <= i) continue;
    const r = re[i]!;
    const m = im[i]!;
    re[i] = re[j]!;
    im[i] = im[j]!;
    re[j] = r;
    im[j] = m;
  }
  for (let span = 1, stride = size >> 1; span < size; span <<= 1, stride >>= 1) {
    for (let block = 0; block < size; block += span << 1) {
      for (let k = 0, w = 0; k < span; k++, w += stride) {
        const a = block + k;
        const b = a + span;
        const r = re[b]! * cos[w]! - im[b]! * sin[w]!;
        const m = re[b]! * sin[w]! + im[b]! * cos[w]!;
        re[b] = re[a]! - r;
        im[b] = im[a]! - m;
        re[a] = re[a]! + r;
        im[a] = im[a]! + m;
      }
    }
  }
}

/** Hann window of `size` points, periodic, as spectra want it. */
export function hann(size: number): Float32Array {
  return Float32Array.from(
    { length: size },
    (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / size),
  );
}
