import { Decoder, Demuxer, FilterAPI } from 'node-av/api';
import { AV_LOG_QUIET } from 'node-av/constants';
import { Log, type Frame } from 'node-av/lib';
import { withReadableName } from '../reading-tags/readable-name.ts';
import type { SoundFormat } from '../reading-tags/sniff.ts';
import type { Problem } from '#foundation/platform/worker-pool.ts';

export type AnalyseRequest = { readonly path: string; readonly format: SoundFormat };

export type Analysed = {
  readonly kind: 'analysed';
  readonly durationMs: number;
  /** Integrated loudness; null for silence and for less than 0.4 s. */
  readonly loudnessLufs: number | null;
  readonly peakDbtp: number | null;
  /** The largest sample of each of `waveformBins` equal parts, 255 being full scale. */
  readonly waveform: Uint8Array;
};

export const waveformBins = 1_000;
const waveformRate = 16_000;
/** The waveform is gathered in steps of 10 ms and then drawn together: the length is known only at the end. */
const stepSamples = 160;
const durationMsMax = 6 * 3_600_000;
/** The quietest that R 128 measures; it stands for silence. */
const silenceLufs = -70;

// The demuxer is named, so that a file never decides by its content to be a playlist that opens other files.
const demuxers: Readonly<Record<SoundFormat, string>> = {
  mp3: 'mp3',
  ogg: 'ogg',
  opus: 'ogg',
  flac: 'flac',
  m4a: 'mov',
  wav: 'wav',
  aiff: 'aiff',
  aac: 'aac',
};

// What a filter prints at its end is in the metadata of its frames already.
Log.setLevel(AV_LOG_QUIET);

export async function analyseSound({ path, format }: AnalyseRequest): Promise<Analysed | Problem> {
  try {
    return await withReadableName(path, format, async (file) => decode(file, format));
  } catch (error) {
    return problem('undecodable', String((error as Error).message ?? error).slice(0, 300));
  }
}

function decode(file: string, format: SoundFormat): Analysed | Problem {
  using input = Demuxer.openSync(file, {
    format: demuxers[format],
    options: { protocol_whitelist: 'file' },
  });
  const stream = input.audio();
  if (stream === undefined) return problem('no-sound', 'there is no sound track in it');
  using decoder = Decoder.createSync(stream);
  using filter = FilterAPI.create(
    `ebur128=peak=true:metadata=1:framelog=quiet,aformat=sample_fmts=s16:channel_layouts=mono:sample_rates=${waveformRate}`,
  );
  const measured = {
    seconds: 0,
    loudness: Number.NaN,
    peak: 0,
    steps: [] as number[],
    step: 0,
    inStep: 0,
  };
  for (const frame of decoder.framesSync(input.packetsSync(stream.index))) {
    if (frame === null) continue;
    measured.seconds += frame.sampleRate > 0 ? frame.nbSamples / frame.sampleRate : 0;
    for (const out of filter.processAllSync(frame)) take(out, measured);
    frame.free();
    if (measured.seconds * 1000 > durationMsMax)
      return problem('too-long', 'longer than six hours');
  }
  filter.flushSync();
  for (let out = filter.receiveSync(); out; out = filter.receiveSync()) take(out, measured);
  if (measured.seconds === 0) return problem('undecodable', 'not one sample could be decoded');
  return {
    kind: 'analysed',
    durationMs: Math.round(measured.seconds * 1000),
    loudnessLufs: measured.loudness > silenceLufs ? measured.loudness : null,
    peakDbtp: measured.peak > 0 ? Math.round(2_000 * Math.log10(measured.peak)) / 100 : null,
    waveform: drawTogether(
      measured.inStep > 0 ? [...measured.steps, measured.step] : measured.steps,
    ),
  };
}

type Measured = {
  seconds: number;
  loudness: number;
  peak: number;
  steps: number[];
  step: number;
  inStep: number;
};

function take(frame: Frame, measured: Measured): void {
  const metadata = frame.getMetadata();
  const loudness = Number(metadata.get('lavfi.r128.I') ?? Number.NaN);
  if (Number.isFinite(loudness)) measured.loudness = loudness;
  const peak = Number(metadata.get('lavfi.r128.true_peak') ?? 0);
  if (peak > measured.peak) measured.peak = peak;
  const plane = frame.data?.[0];
  for (let i = 0; plane !== undefined && i < frame.nbSamples; i++) {
    const sample = Math.abs(plane.readInt16LE(2 * i));
    if (sample > measured.step) measured.step = sample;
    measured.inStep += 1;
    if (measured.inStep === stepSamples) {
      measured.steps.push(measured.step);
      measured.step = 0;
      measured.inStep = 0;
    }
  }
  frame.free();
}

function drawTogether(steps: readonly number[]): Uint8Array {
  const bins = new Uint8Array(waveformBins);
  for (let bin = 0; bin < waveformBins; bin++) {
    const from = Math.floor((bin * steps.length) / waveformBins);
    const to = Math.max(from + 1, Math.floor(((bin + 1) * steps.length) / waveformBins));
    let most = 0;
    for (let i = from; i < to && i < steps.length; i++) most = Math.max(most, steps[i]!);
    bins[bin] = Math.min(255, Math.round((most / 32_768) * 255));
  }
  return bins;
}

function problem(reason: string, detail: string): Problem {
  return { kind: 'problem', reason, detail };
}
