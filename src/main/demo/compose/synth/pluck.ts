// Plucked strings: the algorithm of K. Karplus and A. Strong (1983) with the extensions of D. Jaffe and
// J. Smith (1983): exact tuning by an all-pass, pluck position, and decay that does not depend on pitch.

import type { Random } from '../random.ts';

export type StringKind = {
  /** 0 (thumb) to 1 (plectrum): how much of the highs the pluck holds. */
  readonly brightness: number;
  /** Seconds to -60 dB of the fundamental. */
  readonly ringSeconds: number;
  /** 0 to 0.5: how fast the highs die compared with the fundamental. */
  readonly damping: number;
  /** Where along the string it is plucked. */
  readonly position: number;
};

const longestPeriodFrames = 4096;

/** Writes a ringing string; `line` is scratch of at least `longestPeriodFrames`. */
export function pluck(
  out: Float32Array,
  frames: number,
  hz: number,
  velocity: number,
  kind: StringKind,
  rate: number,
  random: Random,
  line: Float32Array,
): void {
  const period = Math.min(longestPeriodFrames - 2, rate / hz);
  // The two-point average delays by its damping, the all-pass by what is left over of a whole frame.
  const wanted = period - kind.damping;
  const length = Math.max(2, Math.floor(wanted - 0.3));
  const fraction = wanted - length;
  const allPass = (1 - fraction) / (1 + fraction);
  const loss = 10 ** (-3 / (kind.ringSeconds * hz));
  excite(line, length, velocity, kind, random);

  let at = 0;
  let lastOut = 0;
  let lastIn = 0;
  let lastFiltered = 0;
  const keep = 1 - kind.damping;
  const mixIn = kind.damping;
  for (let i = 0; i < frames; i++) {
    const y = line[at]!;
    out[i] = y;
    const averaged = loss * (keep * y + mixIn * lastIn);
    lastIn = y;
    const tuned = allPass * (averaged - lastOut) + lastFiltered;
    lastFiltered = averaged;
    lastOut = tuned;
    line[at] = tuned;
    if (++at === length) at = 0;
  }
}

/** Noise, darker when soft, with the notches of the pluck position and without a constant part. */
function excite(
  line: Float32Array,
  length: number,
  velocity: number,
  kind: StringKind,
  random: Random,
): void {
  const pass = Math.min(1, kind.brightness * (0.45 + 0.6 * velocity));
  let low = 0;
  for (let i = 0; i < length; i++) {
    low += pass * (random.next() * 2 - 1 - low);
    line[i] = low;
  }
  const offset = Math.max(1, Math.round(length * kind.position));
  for (let i = length - 1; i >= offset; i--) line[i] = line[i]! - 0.9 * line[i - offset]!;
  let sum = 0;
  let power = 0;
  for (let i = 0; i < length; i++) sum += line[i]!;
  for (let i = 0; i < length; i++) {
    line[i] = line[i]! - sum / length;
    power += line[i]! * line[i]!;
  }
  const gain = (0.35 * velocity) / Math.sqrt(power / length + 1e-9);
  for (let i = 0; i < length; i++) line[i] = line[i]! * gain;
}
