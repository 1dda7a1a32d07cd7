// From the mix to the finished recording: tone, glue, loudness and ceiling.

import { forEachOver, measureLoudness, measureTruePeak } from '#foundation/dsp/loudness.ts';
import { highPass, shelf } from './synth/filters.ts';

export const targetLufs = -14;
/** Below the promised -1 dBTP, for the interpolation of another meter and of encoders. */
const ceilingDb = -1.5;
const lookAheadSeconds = 0.004;
const releaseSeconds = 0.12;
const closeEnoughLu = 0.1;
const maxPasses = 4;

export type Mastered = { readonly integratedLufs: number; readonly truePeakDbtp: number };

/** Brings the channels, in place, to -14 LUFS under the ceiling. */
export function master(channels: readonly Float32Array[], rate: number): Mastered {
  for (const channel of channels) {
    highPass(channel, channel.length, 28, rate);
    shelf(channel, channel.length, 'high', Math.min(7500, rate * 0.3), 1.5, rate);
  }
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
    limit(channels, rate);
    integratedLufs = measureLoudness(channels, rate);
    if (Math.abs(integratedLufs - targetLufs) < closeEnoughLu) break;
    gainDb += targetLufs - integratedLufs;
  }
  const truePeakDbtp = 20 * Math.log10(Math.max(...channels.map(measureTruePeak)));
  return { integratedLufs, truePeakDbtp };
}

/** A slow compressor over the whole mix, ratio 2, about 2 dB at the loud end: it makes one record of many parts. */
function glue(channels: readonly Float32Array[], rate: number): void {
  const block = 64;
  const frames = channels[0]!.length;
  let total = 0;
  for (const channel of channels) for (let i = 0; i < frames; i++) total += channel[i]! * channel[i]!;
  const threshold = total / (frames * channels.length);
  const attack = 1 - Math.exp(-block / (0.02 * rate));
  const release = 1 - Math.exp(-block / (0.22 * rate));
  let power = threshold;
  let gain = 1;
  for (let from = 0; from < frames; from += block) {
    const to = Math.min(frames, from + block);
    let sum = 0;
    for (const channel of channels) for (let i = from; i < to; i++) sum += channel[i]! * channel[i]!;
    const now = sum / ((to - from) * channels.length);
    power += (now > power ? attack : release) * (now - power);
    const wanted = power > threshold ? (threshold / power) ** 0.25 : 1;
    const slope = (wanted - gain) / (to - from);
    for (let i = from; i < to; i++) {
      gain += slope;
      for (const channel of channels) channel[i] = channel[i]! * gain;
    }
  }
}

/** Look-ahead limiter, linked, that also sees peaks between samples. In place. */
export function limit(channels: readonly Float32Array[], rate: number): void {
  const ceiling = 10 ** (ceilingDb / 20);
  const frames = channels[0]!.length;
  const peaks = new Float32Array(frames);
  for (const channel of channels) {
    for (let i = 0; i < frames; i++) {
      const a = Math.abs(channel[i]!);
      if (a > peaks[i]!) peaks[i] = a;
    }
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
  let sum = window;
  for (let i = 0; i < frames; i++) {
    sum += gains[i]! - (i >= window ? peaks[i - window]! : 1);
    peaks[i] = gains[i]!;
    const g = Math.min(1, sum / window);
    for (const channel of channels) channel[i] = channel[i]! * g;
  }
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
