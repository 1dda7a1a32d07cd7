import { createFft } from './fft.ts';
import { createResampler } from './resample.ts';

// The fingerprint AcoustID understands: Chromaprint, algorithm 2. The method is Jang, Yoo, Lee, Kim and Kalker,
// "Pairwise boosted audio fingerprint" (2009), on chroma as Lukáš Lalinský published it; the constants below are the
// format itself. Measured against fpcalc 1.5.1: see chromaprint.test.ts. Runs in Node, a worker and a browser.

export const chromaprintRate = 11_025;
/** What AcoustID compares: fpcalc reads no further than this into a file. */
export const chromaprintSecondsMax = 120;
/** A day of sound is 690,000 items; nothing whole is longer. */
const itemsMax = 700_000;
const algorithm = 1; // the number in the header for what everybody calls algorithm 2
const frameSize = 4_096;
const hop = 1_365;
const lowestHz = 28;
const highestHz = 3_520;
const classes = 12;
/** Note A0: class 0. */
const baseHz = 27.5;
const smoothing = [0.25, 0.75, 1, 0.75, 0.25] as const;
/** Chroma below this length is silence and becomes nothing, instead of amplified noise. */
const silence = 0.01;
const gray = [0, 1, 3, 2] as const;
/** Frames the widest filter looks at. */
const widest = 16;

type Classifier = readonly [
  shape: 0 | 1 | 2 | 3 | 4 | 5,
  note: number,
  notes: number,
  frames: number,
  thresholds: readonly [number, number, number],
];
const classifiers: readonly Classifier[] = [
  [0, 4, 3, 15, [1.98215, 2.35817, 2.63523]],
  [4, 4, 6, 15, [-1.03809, -0.651211, -0.282167]],
  [1, 0, 4, 16, [-0.298702, 0.119262, 0.558497]],
  [3, 8, 2, 12, [-0.105439, 0.0153946, 0.135898]],
  [3, 4, 4, 8, [-0.142891, 0.0258736, 0.200632]],
  [4, 0, 3, 5, [-0.826319, -0.590612, -0.368214]],
  [1, 2, 2, 9, [-0.557409, -0.233035, 0.0534525]],
  [2, 7, 3, 4, [-0.0646826, 0.00620476, 0.0784847]],
  [2, 6, 2, 16, [-0.192387, -0.029699, 0.215855]],
  [2, 1, 3, 2, [-0.0397818, -0.00568076, 0.0292026]],
  [5, 10, 1, 15, [-0.53823, -0.369934, -0.190235]],
  [3, 6, 2, 10, [-0.124877, 0.0296483, 0.139239]],
  [2, 1, 1, 14, [-0.101475, 0.0225617, 0.231971]],
  [3, 5, 6, 4, [-0.0799915, -0.00729616, 0.063262]],
  [1, 9, 2, 12, [-0.272556, 0.019424, 0.302559]],
  [3, 4, 2, 14, [-0.164292, -0.0321188, 0.0846339]],
];

export type Chromaprinter = {
  /** Feeds mono samples from -1 to 1. */
  readonly push: (samples: Float32Array) => void;
  /** One 32-bit item each 0.124 s, the first after 2.6 s of sound; empty for anything shorter. */
  readonly end: () => Uint32Array;
};

/** The fingerprint of a stream of sound at any rate, in 100 bytes of memory per frame of 0.124 s. */
export function createChromaprinter(sampleRate: number): Chromaprinter {
  const resampler = createResampler(sampleRate, chromaprintRate);
  const analyse = createChroma();
  const queue = new Float32Array(frameSize);
  let queued = 0;
  const rows: Float64Array[] = [];

  function feed(samples: Float32Array): void {
    for (let from = 0; from < samples.length;) {
      const take = Math.min(frameSize - queued, samples.length - from);
      for (let i = 0; i < take; i++) queue[queued + i] = toInt16(samples[from + i]!);
      queued += take;
      from += take;
      if (queued < frameSize) continue;
      if (rows.length < itemsMax) rows.push(analyse(queue));
      queue.copyWithin(0, hop);
      queued -= hop;
    }
  }
  return {
    push: (samples) => feed(resampler.push(samples)),
    end() {
      feed(resampler.end());
      return classify(normalise(smooth(rows)));
    },
  };
}

/** The fingerprint of at most the first two minutes, as AcoustID wants it. */
export function chromaprintOf(samples: Float32Array, sampleRate: number): Uint32Array {
  const printer = createChromaprinter(sampleRate);
  printer.push(samples.subarray(0, chromaprintSecondsMax * sampleRate));
  return printer.end();
}

/** The format was learned on 16-bit sound; rounding as it does keeps quiet passages equal. */
function toInt16(sample: number): number {
  return Math.max(-32_768, Math.min(32_767, Math.round(sample * 32_768)));
}

/** Energy by note class, octaves folded. */
function createChroma(): (frame: Float32Array) => Float64Array {
  const fft = createFft(frameSize);
  const re = new Float32Array(frameSize);
  const im = new Float32Array(frameSize);
  const window = Float64Array.from(
    { length: frameSize },
    (_, i) => (0.54 - 0.46 * Math.cos((2 * Math.PI * i) / (frameSize - 1))) / 32_767,
  );
  const first = Math.max(1, Math.round((frameSize * lowestHz) / chromaprintRate));
  const end = Math.min(frameSize / 2, Math.round((frameSize * highestHz) / chromaprintRate));
  const classOf = Uint8Array.from({ length: end }, (_, bin) => {
    const octave = Math.log2((Math.max(bin, first) * chromaprintRate) / frameSize / baseHz);
    return Math.floor(classes * (octave - Math.floor(octave)));
  });
  return (frame) => {
    for (let i = 0; i < frameSize; i++) re[i] = frame[i]! * window[i]!;
    im.fill(0);
    fft.forward(re, im);
    const chroma = new Float64Array(classes);
    for (let bin = first; bin < end; bin++)
      chroma[classOf[bin]!]! += re[bin]! * re[bin]! + im[bin]! * im[bin]!;
    return chroma;
  };
}

function smooth(rows: readonly Float64Array[]): readonly Float64Array[] {
  const smoothed: Float64Array[] = [];
  for (let at = 0; at + smoothing.length <= rows.length; at++) {
    const row = new Float64Array(classes);
    smoothing.forEach((weight, i) => {
      for (let c = 0; c < classes; c++) row[c]! += rows[at + i]![c]! * weight;
    });
    smoothed.push(row);
  }
  return smoothed;
}

function normalise(rows: readonly Float64Array[]): readonly Float64Array[] {
  for (const row of rows) {
    const length = Math.hypot(...row);
    for (let c = 0; c < classes; c++) row[c] = length < silence ? 0 : row[c]! / length;
  }
  return rows;
}

/** 16 comparisons of sums of rectangles of the chroma image, two bits each. */
function classify(rows: readonly Float64Array[]): Uint32Array {
  const sums = integrate(rows);
  /** Sum over frames [f1, f2) and notes [n1, n2). */
  const area = (f1: number, n1: number, f2: number, n2: number): number =>
    sums[f2 * (classes + 1) + n2]! -
    sums[f1 * (classes + 1) + n2]! -
    sums[f2 * (classes + 1) + n1]! +
    sums[f1 * (classes + 1) + n1]!;
  return Uint32Array.from({ length: Math.max(0, rows.length - widest + 1) }, (_, at) => {
    let bits = 0;
    for (const [shape, note, notes, frames, thresholds] of classifiers) {
      const [a, b] = halves(area, shape, at, note, at + frames, note + notes);
      const value = Math.log(1 + a) - Math.log(1 + b);
      const level = thresholds.filter((threshold) => value >= threshold).length;
      bits = (bits << 2) | gray[level]!;
    }
    return bits >>> 0;
  });
}

/** What a filter compares: everything; upper and lower notes; late and early; a chequer; the middle against the rest, by note or time. */
function halves(
  area: (f1: number, n1: number, f2: number, n2: number) => number,
  shape: Classifier[0],
  f1: number,
  n1: number,
  f2: number,
  n2: number,
): readonly [number, number] {
  const whole = area(f1, n1, f2, n2);
  if (shape === 0) return [whole, 0];
  const fHalf = f1 + ((f2 - f1) >> 1);
  const nHalf = n1 + ((n2 - n1) >> 1);
  const fThird = Math.floor((f2 - f1) / 3);
  const nThird = Math.floor((n2 - n1) / 3);
  const part =
    shape === 1
      ? area(f1, nHalf, f2, n2)
      : shape === 2
        ? area(fHalf, n1, f2, n2)
        : shape === 3
          ? area(f1, nHalf, fHalf, n2) + area(fHalf, n1, f2, nHalf)
          : shape === 4
            ? area(f1, n1 + nThird, f2, n1 + 2 * nThird)
            : area(f1 + fThird, n1, f1 + 2 * fThird, n2);
  return [part, whole - part];
}

/** Sums from the first frame and the lowest note, so that any rectangle costs four look-ups. */
function integrate(rows: readonly Float64Array[]): Float64Array {
  const width = classes + 1;
  const sums = new Float64Array((rows.length + 1) * width);
  rows.forEach((row, f) => {
    let line = 0;
    for (let c = 0; c < classes; c++) {
      line += row[c]!;
      sums[(f + 1) * width + c + 1] = sums[f * width + c + 1]! + line;
    }
  });
  return sums;
}

const smallGapMax = 7;

/**
 * The text form: a header, then for each item the gaps between the bits in which it differs from the one before, three
 * bits a gap, long gaps continued in a second list of five bits; base64 for addresses, without padding.
 */
export function encodeChromaprint(items: Uint32Array): string {
  const gaps: number[] = [];
  const rests: number[] = [];
  let before = 0;
  for (const item of items) {
    let last = 0;
    const differs = (item ^ before) >>> 0;
    for (let bit = 1; bit <= 32; bit++) {
      if (((differs >>> (bit - 1)) & 1) === 0) continue;
      gaps.push(Math.min(bit - last, smallGapMax));
      if (bit - last >= smallGapMax) rests.push(bit - last - smallGapMax);
      last = bit;
    }
    gaps.push(0);
    before = item;
  }
  const count = items.length;
  const bytes = [algorithm, (count >> 16) & 255, (count >> 8) & 255, count & 255];
  return base64url([...bytes, ...pack(gaps, 3), ...pack(rests, 5)]);
}

/** Numbers of a few bits each, the low bits of a byte first. */
function pack(numbers: readonly number[], bitsEach: number): number[] {
  const bytes = Array.from({ length: Math.ceil((numbers.length * bitsEach) / 8) }, () => 0);
  numbers.forEach((number, i) => {
    const at = i * bitsEach;
    const shifted = number << (at & 7);
    bytes[at >> 3]! |= shifted & 255;
    if (shifted > 255) bytes[(at >> 3) + 1]! |= shifted >> 8;
  });
  return bytes;
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

function base64url(bytes: readonly number[]): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const word = (bytes[i]! << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    const letters = Math.min(4, bytes.length - i + 1);
    for (let k = 0; k < letters; k++) text += alphabet[(word >> (18 - 6 * k)) & 63];
  }
  return text;
}
