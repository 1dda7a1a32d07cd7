// From the mix to the finished recording: tone, glue, loudness and ceiling.

import { forEachOver, measureLoudness, measureTruePeak } from '#foundation/dsp/loudness.ts';
import { highPass, shelf } from './synth/filters.ts';

export const targetLufs = -14;
/** Below the promised -1 dBTP, by what a lossy encoder adds to peaks (up to 1.8 dB seen with MP3 at 192 kbit/s). */
const ceilingDb = -2.8;
/** What finished records have above 1 kHz, in dB of the whole, as a first-order split sees it. */
const usualHighsDb = -6.5;
const brightenMostDb = 6;
const lookAheadSeconds = 0.004;
const releaseSeconds = 0.12;
const closeEnoughLu = 0.2;
const maxPasses = 4;

export type Mastered = { readonly integratedLufs: number; readonly truePeakDbtp: number };

/** Brings the channels, in place, to -14 LUFS under the ceiling. */
export function master(channels: readonly Float32Array[], rate: number): Mastered {
  for (const channel of channels) {
    highPass(channel, channel.length, 28, rate);
  }
  brighten(channels, rate);
  glue(channels, rate);
  const source = channels.map((channel) => channel.slice());
  let gainDb = targetLufs - measureLoudness(channels, rate);
  let integratedLufs = -Infinity;
  for (let pass = 0; pass < maxPasses; pass++) {
    const gain = 10 ** (gainDb / 20);
    channels.forEach((channel, c) => {
      const from = source[c]!;
      for (let i = 0; i < channel.length; i++) channel[i] = from[i]! * gain;
    });
    // Peaks between samples change the loudness by nothing to speak of, so the first pass does not look for them.
    limit(channels, rate, pass > 0);
    integratedLufs = measureLoudness(channels, rate);
    if (pass > 0 && Math.abs(integratedLufs - targetLufs) < closeEnoughLu) break;
    gainDb += targetLufs - integratedLufs;
  }
  const truePeakDbtp = 20 * Math.log10(Math.max(...channels.map(measureTruePeak)));
  return { integratedLufs, truePeakDbtp };
}

/** A shelf above 1 kHz, as large as the mix is dull: genres that live on bass still have air. */
function brighten(channels: readonly Float32Array[], rate: number): void {
  const splitHz = 1000;
  const keep = 1 - Math.exp((-2 * Math.PI * splitHz) / rate);
  let all = 0;
  let highs = 0;
  for (const channel of channels) {
    let low = 0;
    for (let i = 0; i < channel.length; i++) {
      const x = channel[i]!;
      low += keep * (x - low);
      all += x * x;
      highs += (x - low) * (x - low);
    }
  }
  const missingDb = usualHighsDb - 10 * Math.log10(highs / all);
  const gainDb = Math.max(0, Math.min(brightenMostDb, missingDb));
  for (const channel of channels)
    shelf(channel, channel.length, 'high', 1.6 * splitHz, gainDb, rate);
}

/** A slow compressor over the whole mix, ratio 2, about 2 dB at the loud end: it makes one record of many parts. */
function glue(channels: readonly Float32Array[], rate: number): void {
  const block = 64;
  const frames = channels[0]!.length;
  const blocks = Math.floor(frames / block);
  const powers = new Float32Array(blocks);
  for (const channel of channels) {
    for (let k = 0, i = 0; k < blocks; k++) {
      let sum = 0;
      for (const to = i + block; i < to; i++) sum += channel[i]! * channel[i]!;
      powers[k]! += sum / (block * channels.length);
    }
  }
  const threshold = powers.reduce((a, b) => a + b, 0) / blocks;
  const attack = 1 - Math.exp(-block / (0.02 * rate));
  const release = 1 - Math.exp(-block / (0.22 * rate));
  let power = threshold;
  for (let k = 0; k < blocks; k++) {
    power += (powers[k]! > power ? attack : release) * (powers[k]! - power);
    powers[k] = power > threshold ? (threshold / power) ** 0.25 : 1;
  }
  for (const channel of channels) {
    let gain = 1;
    for (let k = 0, i = 0; k < blocks; k++) {
      const slope = (powers[k]! - gain) / block;
      for (const to = i + block; i < to; i++) {
        gain += slope;
        channel[i] = channel[i]! * gain;
      }
    }
  }
}

/** Look-ahead limiter, linked, that can also see peaks between samples. In place. */
function limit(channels: readonly Float32Array[], rate: number, betweenSamples: boolean): void {
  const ceiling = 10 ** (ceilingDb / 20);
  const frames = channels[0]!.length;
  const peaks = new Float32Array(frames);
  for (const channel of channels) {
    for (let i = 0; i < frames; i++) {
      const a = Math.abs(channel[i]!);
      if (a > peaks[i]!) peaks[i] = a;
    }
    if (!betweenSamples) continue;
    forEachOver(channel, ceiling, (value, index) => {
      if (value > peaks[index]!) peaks[index] = value;
      if (index + 1 < frames && value > peaks[index + 1]!) peaks[index + 1] = value;
      return ceiling;
    });
  }
  const window = Math.max(2, Math.round(lookAheadSeconds * rate));
  const gains = lowestAhead(peaks, ceiling, window);
  const recover = 1 - Math.exp(-1 / (releaseSeconds * rate));
  let held = 1;
  for (let i = 0; i < frames; i++) {
    const g = gains[i]!;
    held = g < held ? g : held + recover * (g - held);
    gains[i] = held;
  }
  // The mean over the look-ahead is never above the lowest gain needed within it, and has no corners.
  const means = peaks;
  let sum = window;
  for (let i = 0; i < frames; i++) {
    sum += gains[i]! - (i >= window ? gains[i - window]! : 1);
    means[i] = Math.min(1, sum / window);
  }
  for (const channel of channels)
    for (let i = 0; i < frames; i++) channel[i] = channel[i]! * means[i]!;
}

/** For each frame the least of `ceiling / peak` (at most 1) over it and the `window` frames after it. */
function lowestAhead(peaks: Float32Array, ceiling: number, window: number): Float32Array {
  const frames = peaks.length;
  const out = new Float32Array(frames);
  const queue = new Int32Array(frames);
  let head = 0;
  let tail = 0;
  for (let i = frames - 1; i >= 0; i--) {
    while (tail > head && peaks[queue[tail - 1]!]! <= peaks[i]!) tail--;
    queue[tail++] = i;
    while (queue[head]! > i + window) head++;
    const peak = peaks[queue[head]!]!;
    out[i] = peak > ceiling ? ceiling / peak : 1;
  }
  return out;
}
