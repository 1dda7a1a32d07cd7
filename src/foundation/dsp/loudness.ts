// Programme loudness and true peak of ITU-R BS.1770-4. Pure TypeScript: runs in Node, a worker and a browser.

const blockMs = 400;
const hopMs = 100;
const absoluteGateLufs = -70;
const relativeGateLu = -10;
/** The meter's constant: the K curve has +0.691 dB at 997 Hz and this takes it back. */
const offsetLu = -0.691;

type Biquad = {
  readonly b0: number;
  readonly b1: number;
  readonly b2: number;
  readonly a1: number;
  readonly a2: number;
};

/**
 * The two filters of the K curve at any sample rate. The standard lists coefficients for 48 kHz only; these are
 * the analogue prototypes behind them (as in libebur128), which give the listed ones at 48 kHz.
 */
function kWeighting(sampleRate: number): readonly [Biquad, Biquad] {
  const shelfK = Math.tan((Math.PI * 1681.974450955533) / sampleRate);
  const shelfQ = 0.7071752369554196;
  const vh = 10 ** (3.999843853973347 / 20);
  const vb = vh ** 0.4996667741545416;
  const shelfNorm = 1 + shelfK / shelfQ + shelfK * shelfK;
  const shelf = {
    b0: (vh + (vb * shelfK) / shelfQ + shelfK * shelfK) / shelfNorm,
    b1: (2 * (shelfK * shelfK - vh)) / shelfNorm,
    b2: (vh - (vb * shelfK) / shelfQ + shelfK * shelfK) / shelfNorm,
    a1: (2 * (shelfK * shelfK - 1)) / shelfNorm,
    a2: (1 - shelfK / shelfQ + shelfK * shelfK) / shelfNorm,
  };
  const lowK = Math.tan((Math.PI * 38.13547087602444) / sampleRate);
  const lowQ = 0.5003270373238773;
  const lowNorm = 1 + lowK / lowQ + lowK * lowK;
  const highPass = {
    b0: 1,
    b1: -2,
    b2: 1,
    a1: (2 * (lowK * lowK - 1)) / lowNorm,
    a2: (1 - lowK / lowQ + lowK * lowK) / lowNorm,
  };
  return [shelf, highPass];
}

/** Adds the energy of one channel, K-weighted, to the sums of its hops; a last partial hop is left out. */
function addHopEnergy(
  energy: Float64Array,
  channel: Float32Array,
  hop: number,
  sampleRate: number,
): void {
  const [s, h] = kWeighting(sampleRate);
  let s1 = 0;
  let s2 = 0;
  let h1 = 0;
  let h2 = 0;
  for (let block = 0; block < energy.length; block++) {
    let sum = 0;
    for (let i = block * hop, end = i + hop; i < end; i++) {
      const x = channel[i]!;
      const shelved = s.b0 * x + s1;
      s1 = s.b1 * x - s.a1 * shelved + s2;
      s2 = s.b2 * x - s.a2 * shelved;
      const y = shelved + h1;
      h1 = -2 * shelved - h.a1 * y + h2;
      h2 = shelved - h.a2 * y;
      sum += y * y;
    }
    energy[block]! += sum;
  }
}

/**
 * Integrated loudness in LUFS (K-weighted, 400 ms blocks at 75 % overlap, gates at -70 LUFS and -10 LU) of one
 * or two channels of equal length. -Infinity for silence and for less than one block.
 */
export function measureLoudness(channels: readonly Float32Array[], sampleRate: number): number {
  const hop = Math.round((sampleRate * hopMs) / 1000);
  const hopsPerBlock = blockMs / hopMs;
  const hops = Math.floor((channels[0]?.length ?? 0) / hop);
  const energy = new Float64Array(hops);
  for (const channel of channels) addHopEnergy(energy, channel, hop, sampleRate);

  const blocks: number[] = [];
  for (let i = 0; i + hopsPerBlock <= hops; i++) {
    let sum = 0;
    for (let k = 0; k < hopsPerBlock; k++) sum += energy[i + k]!;
    blocks.push(sum / (hop * hopsPerBlock));
  }
  const loud = blocks.filter((power) => toLufs(power) > absoluteGateLufs);
  const gate = toLufs(mean(loud)) + relativeGateLu;
  return toLufs(mean(loud.filter((power) => toLufs(power) > gate)));
}

function toLufs(power: number): number {
  return power > 0 ? offsetLu + 10 * Math.log10(power) : -Infinity;
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((a, b) => a + b, 0) / values.length;
}

// ── true peak ───────────────────────────────────────────────────────────

const oversampling = 4;
/** Fewer taps droop at the top of the band and read noisy transients half a decibel low. */
const tapsPerPhase = 32;

/** Phases 1-3 of a Hann-windowed sinc that interpolates between samples; phase 0 is the sample itself. */
function interpolators(): readonly Float64Array[] {
  const half = tapsPerPhase / 2;
  return [1, 2, 3].map((phase) =>
    Float64Array.from({ length: tapsPerPhase }, (_, tap) => {
      const x = tap - (half - 1) - phase / oversampling;
      const window = 0.5 + 0.5 * Math.cos((Math.PI * x) / half);
      return (Math.sin(Math.PI * x) / (Math.PI * x)) * window;
    }),
  );
}

/**
 * The largest absolute value of the signal between as well as on its samples (4x oversampling), linear.
 * Stretches that cannot hold the largest value, by the interpolator's gain bound, are not interpolated, which
 * makes it an order cheaper and changes nothing.
 */
export function measureTruePeak(channel: Float32Array): number {
  let peak = 0;
  for (let i = 0; i < channel.length; i++) {
    const a = Math.abs(channel[i]!);
    if (a > peak) peak = a;
  }
  forEachOver(channel, peak, (value) => {
    if (value > peak) peak = value;
    return peak;
  });
  return peak;
}

/**
 * Calls `visit` with interpolated magnitudes, and the sample before them, wherever one may exceed `floor`;
 * `visit` returns the new floor.
 */
export function forEachOver(
  channel: Float32Array,
  floor: number,
  visit: (value: number, index: number) => number,
): void {
  const phases = interpolators();
  const bound = Math.max(
    ...phases.map((taps) => taps.reduce((sum, tap) => sum + Math.abs(tap), 0)),
  );
  const half = tapsPerPhase / 2;
  const [one, two, three] = phases as readonly [Float64Array, Float64Array, Float64Array];
  const highest = stretchPeaks(channel, half);
  let limit = floor;
  for (let s = 1; s + 1 < highest.length; s++) {
    const local = Math.max(highest[s - 1]!, highest[s]!, highest[s + 1]!);
    if (local * bound <= limit) continue;
    for (let i = s * half, to = Math.min(i + half, channel.length - half); i < to; i++) {
      let a = 0;
      let b = 0;
      let c = 0;
      for (let k = 0, at = i - half + 1; k < tapsPerPhase; k++, at++) {
        const x = channel[at]!;
        a += one[k]! * x;
        b += two[k]! * x;
        c += three[k]! * x;
      }
      const value = Math.max(Math.abs(a), Math.abs(b), Math.abs(c));
      if (value > limit) limit = visit(value, i);
    }
  }
}

/** Largest magnitude of each stretch of `long` samples. */
function stretchPeaks(channel: Float32Array, long: number): Float32Array {
  const peaks = new Float32Array(Math.ceil(channel.length / long));
  for (let s = 0, i = 0; s < peaks.length; s++) {
    let local = 0;
    for (const to = Math.min(i + long, channel.length); i < to; i++) {
      const a = Math.abs(channel[i]!);
      if (a > local) local = a;
    }
    peaks[s] = local;
  }
  return peaks;
}
