// Recordings that have something in common, as real catalogues do: what a recogniser must not be fooled by.

import { measureLoudness, measureTruePeak } from '#foundation/dsp/loudness.ts';
import { targetLufs } from './master.ts';
import type { ComposedRecording, ComposedSection, SharedStretch } from './composed-recording.ts';

const seamSeconds = 0.012;
const phraseSeconds = 4;
/** Level of a sampled phrase against the mix it goes into. */
const sampleShare = 0.8;

/**
 * Puts a phrase of `source`, from the start of its first chorus, over the break of an unmastered mix, again and
 * again, in place. Nothing when the recording has no break. The mix is brought down under it.
 */
export function insertSample(
  channels: readonly Float32Array[],
  rate: number,
  sections: readonly ComposedSection[],
  source: ComposedRecording,
): readonly SharedStretch[] {
  sameShape(rate, channels.length, source);
  const target = sections.find((section) => section.kind === 'break');
  const origin =
    source.sections.find((section) => section.kind === 'chorus') ?? source.sections.at(-1)!;
  if (target === undefined) return [];
  const long = Math.min(
    Math.round(phraseSeconds * rate),
    source.channels[0]!.length - toFrames(origin.startMs, rate),
  );
  const from = toFrames(target.startMs, rate);
  const to = toFrames(target.endMs, rate);
  const start = toFrames(origin.startMs, rate);
  const seam = Math.round(seamSeconds * rate);
  const loudness = rms(channels, from, to);
  const gain =
    (sampleShare * Math.max(loudness, 0.02)) /
    Math.max(1e-6, rms(source.channels, start, start + long));
  const shared: SharedStretch[] = [];
  for (let at = from; at + long <= to; at += long) {
    channels.forEach((channel, c) => {
      const other = source.channels[c]!;
      for (let i = 0; i < long; i++) {
        const edge = Math.min(1, i / seam, (long - i) / seam);
        channel[at + i] = 0.45 * channel[at + i]! + gain * edge * other[start + i]!;
      }
    });
    shared.push({
      startMs: toMs(at, rate),
      endMs: toMs(at + long, rate),
      sourceStartMs: toMs(start, rate),
    });
  }
  return shared;
}

/**
 * The recording with its intro replaced by `source`'s, whose samples stay as they are; the rest is brought to the
 * level at which the whole is at -14 LUFS again.
 */
export function startWithIntro(
  own: ComposedRecording,
  source: ComposedRecording,
): ComposedRecording {
  const rate = own.sampleRate;
  sameShape(rate, own.channels.length, source);
  const introMs = endOfIntro(source);
  const cutMs = endOfIntro(own);
  const intro = toFrames(introMs, rate);
  const cut = toFrames(cutMs, rate);
  const channels = own.channels.map((channel, c) => {
    const out = new Float32Array(intro + channel.length - cut);
    out.set(source.channels[c]!.subarray(0, intro));
    out.set(channel.subarray(cut), intro);
    return out;
  });
  const seam = Math.round(seamSeconds * rate);
  // Turned up it could pass the ceiling, so it is only ever turned down.
  const gain = Math.min(1, 10 ** ((targetLufs - measureLoudness(channels, rate)) / 20));
  for (const channel of channels) {
    for (let i = intro; i < channel.length; i++)
      channel[i] = channel[i]! * gain * Math.min(1, (i - intro) / seam);
  }
  const shift = introMs - cutMs;
  return {
    ...own,
    channels,
    durationMs: toMs(channels[0]!.length, rate),
    sections: [
      { kind: 'intro', startMs: 0, endMs: introMs },
      ...own.sections
        .filter((section) => section.startMs >= cutMs)
        .map((s) => ({ ...s, startMs: s.startMs + shift, endMs: s.endMs + shift })),
    ],
    integratedLufs: measureLoudness(channels, rate),
    truePeakDbtp: 20 * Math.log10(Math.max(...channels.map(measureTruePeak))),
    shared: [
      { startMs: 0, endMs: introMs, sourceStartMs: 0 },
      ...own.shared.map((s) => ({ ...s, startMs: s.startMs + shift, endMs: s.endMs + shift })),
    ],
  };
}

function endOfIntro(recording: ComposedRecording): number {
  return recording.sections.find((section) => section.kind !== 'intro')?.startMs ?? 0;
}

function sameShape(rate: number, channels: number, source: ComposedRecording): void {
  if (source.sampleRate !== rate || source.channels.length !== channels) {
    throw new RangeError(
      'material can be shared only between recordings of one sample rate and channel count',
    );
  }
}

function rms(channels: readonly Float32Array[], from: number, to: number): number {
  let sum = 0;
  for (const channel of channels) for (let i = from; i < to; i++) sum += channel[i]! * channel[i]!;
  return Math.sqrt(sum / Math.max(1, (to - from) * channels.length));
}

function toFrames(ms: number, rate: number): number {
  return Math.round((ms * rate) / 1000);
}

function toMs(frames: number, rate: number): number {
  return Math.round((frames * 1000) / rate);
}
