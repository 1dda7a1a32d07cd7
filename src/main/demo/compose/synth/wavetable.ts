// Single cycles for the oscillators, with as many harmonics as fit under half the sample rate.

const tableSize = 2048;
const tableMask = tableSize - 1;
const mostHarmonics = 512;

export type Shape =
  | 'sine'
  | 'saw'
  | 'pulse'
  | 'glottal'
  | 'organ'
  | 'brightOrgan'
  | 'flute'
  | 'steel';
export type Tables = (shape: Shape, hz: number) => Float32Array;

const drawbars: Readonly<Record<'organ' | 'brightOrgan', readonly number[]>> = {
  organ: [0.9, 0.7, 0.5, 0.35, 0, 0.12, 0, 0.08],
  brightOrgan: [0.8, 0.8, 0.7, 0.6, 0.2, 0.35, 0, 0.4],
};

function harmonic(shape: Shape, n: number): number {
  switch (shape) {
    case 'sine':
      return n === 1 ? 1 : 0;
    case 'saw':
      return 1 / n;
    // A pulse of 28 %: hollow, but not the square of a toy.
    case 'pulse':
      return Math.sin(Math.PI * n * 0.28) / n;
    case 'glottal':
      return n ** -1.25;
    case 'flute':
      return [1, 0.28, 0.16, 0.05, 0.03][n - 1] ?? 0;
    case 'steel':
      return n ** -1.5 * (1 + 0.6 * Math.cos(n * 1.3));
    default:
      return drawbars[shape][n - 1] ?? 0;
  }
}

/** Tables are made when first asked for and kept as long as the returned function. */
export function createTables(rate: number): Tables {
  const made = new Map<string, Float32Array>();
  const sine = Float32Array.from({ length: tableSize }, (_, i) =>
    Math.sin((2 * Math.PI * i) / tableSize),
  );
  return (shape, hz) => {
    const octave = Math.max(0, Math.floor(Math.log2(Math.max(20, hz) / 20)));
    const key = `${shape}${octave}`;
    const known = made.get(key);
    if (known !== undefined) return known;
    // The whole octave above uses this table, so its top decides.
    const harmonics = Math.max(
      1,
      Math.min(mostHarmonics, Math.floor((0.46 * rate) / (20 * 2 ** (octave + 1)))),
    );
    const table = new Float32Array(tableSize + 1);
    let power = 0;
    for (let n = 1; n <= harmonics; n++) {
      const amplitude = harmonic(shape, n);
      if (amplitude === 0) continue;
      power += amplitude * amplitude;
      for (let i = 0; i < tableSize; i++) table[i]! += amplitude * sine[(i * n) & tableMask]!;
    }
    const gain = 0.5 / Math.sqrt(power);
    for (let i = 0; i < tableSize; i++) table[i]! *= gain;
    table[tableSize] = table[0]!;
    made.set(key, table);
    return table;
  };
}

export type Vibrato = {
  readonly hz: number;
  readonly cents: number;
  readonly afterSeconds: number;
};
const noVibrato: Vibrato = { hz: 0, cents: 0, afterSeconds: 0 };
const controlFrames = 64;

/**
 * Adds one oscillator to `out`. Pitch starts `scoopCents` off and settles within some 60 ms; vibrato grows in.
 */
export function oscillate(
  out: Float32Array,
  frames: number,
  table: Float32Array,
  hz: number,
  rate: number,
  gain: number,
  phase: number,
  scoopCents = 0,
  vibrato: Vibrato = noVibrato,
): void {
  let position = phase * tableSize;
  let scoop = scoopCents;
  const settle = Math.exp(-controlFrames / (0.025 * rate));
  for (let from = 0; from < frames; from += controlFrames) {
    const seconds = from / rate;
    const depth = vibrato.cents * Math.min(1, Math.max(0, (seconds - vibrato.afterSeconds) / 0.25));
    const cents = scoop + depth * Math.sin(2 * Math.PI * vibrato.hz * seconds);
    scoop *= settle;
    const increment = (tableSize * hz * 2 ** (cents / 1200)) / rate;
    const to = Math.min(frames, from + controlFrames);
    for (let i = from; i < to; i++) {
      const index = position | 0;
      const fraction = position - index;
      const a = table[index]!;
      out[i]! += gain * (a + fraction * (table[index + 1]! - a));
      position += increment;
      if (position >= tableSize) position -= tableSize;
    }
  }
}

/** One phase-modulated pair, a Rhodes-like tine: the index falls as the tone rings. Writes, does not add. */
export function modulate(
  out: Float32Array,
  frames: number,
  sine: Float32Array,
  hz: number,
  ratio: number,
  index: number,
  indexDecaySeconds: number,
  rate: number,
): void {
  const carrierStep = (tableSize * hz) / rate;
  const modulatorStep = carrierStep * ratio;
  const fall = Math.exp(-1 / (indexDecaySeconds * rate));
  let depth = (index * tableSize) / (2 * Math.PI);
  let carrier = 0;
  let modulator = 0;
  for (let i = 0; i < frames; i++) {
    const swing = depth * sine[modulator | 0]!;
    out[i] = sine[(carrier + swing + 16 * tableSize) & tableMask]!;
    depth *= fall;
    carrier += carrierStep;
    if (carrier >= tableSize) carrier -= tableSize;
    modulator += modulatorStep;
    if (modulator >= tableSize) modulator %= tableSize;
  }
}
