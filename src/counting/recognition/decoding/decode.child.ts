import { stat } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { parseFile } from 'music-metadata';
import {
  chromaprintSecondsMax,
  createChromaprinter,
  encodeChromaprint,
} from '#foundation/dsp/chromaprint.ts';
import { fingerprintRate } from '#foundation/dsp/find-peaks.ts';
import { resample } from '#foundation/dsp/resample.ts';
import { densities, type DensityName } from '../algorithm.ts';
import { createFingerprinter } from '../fingerprint-sound.ts';
import { hear } from '../hear.ts';
import { decodeSound } from '#foundation/decoding/decode-sound.ts';
import type { Question, Reading } from './questions.ts';
import { NotSound } from '#foundation/decoding/read-frames.ts';
import { readWav } from '#foundation/decoding/read-wav.ts';

// The decoding process: FFmpeg lives here and nowhere in the server, and the transforms are done where the samples are.

/** Larger or longer WAV files than this go through FFmpeg, which streams them: a byte may be a sixtieth of a second. */
const wavBytesMax = 8 * 1024 * 1024;
const wavSecondsMax = 20 * 60;
const secondsMax = 9 * 3_600;

async function answer(question: Question): Promise<Reading> {
  try {
    const info = await stat(question.path);
    if (!info.isFile()) return problem('not-a-file', 'a folder, pipe, socket or device');
    if (info.size === 0) return problem('empty', 'the file has no bytes');
    if (question.kind === 'hear') return hearFile(question.path, info.size, question.secondsMax);
    if (question.kind === 'chromaprint') return chromaprintFile(question.path, info.size);
    return await fingerprintFile(question.path, info.size, question.density ?? 'full');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (error instanceof NotSound) return problem('not-sound', message);
    if (code === 'ENOENT') return problem('missing', 'there is no such file');
    if (code === 'EACCES') return problem('unreadable', 'the file may not be read');
    return problem('undecodable', String(message ?? error).slice(0, 300));
  }
}

function hearFile(path: string, size: number, wantedSeconds: number): Reading {
  const most = wantedSeconds * fingerprintRate;
  const blocks: Float32Array[] = [];
  let length = 0;
  readSamples(path, size, (samples) => {
    blocks.push(samples);
    length += samples.length;
    return length < most;
  });
  const all = new Float32Array(length);
  let at = 0;
  for (const block of blocks) {
    all.set(block, at);
    at += block.length;
  }
  const wanted = all.subarray(0, Math.min(length, most));
  return { kind: 'heard', query: hear(wanted), seconds: wanted.length / fingerprintRate };
}

async function fingerprintFile(path: string, size: number, density: DensityName): Promise<Reading> {
  const fingerprinter = createFingerprinter(densities[density].peaksPerBlock);
  let length = 0;
  readSamples(path, size, (samples) => {
    fingerprinter.push(samples);
    length += samples.length;
    return length < secondsMax * fingerprintRate;
  });
  if (length === 0) return problem('undecodable', 'not one sample could be decoded');
  const tags = await readTags(path);
  return {
    kind: 'fingerprinted',
    ...fingerprinter.end(),
    seconds: length / fingerprintRate,
    ...tags,
  };
}

/** The beginning as AcoustID knows it, and the length of the whole. */
function chromaprintFile(path: string, size: number): Reading {
  const chromaprinter = createChromaprinter(fingerprintRate);
  let length = 0;
  readSamples(path, size, (samples) => {
    if (length < chromaprintSecondsMax * fingerprintRate) chromaprinter.push(samples);
    length += samples.length;
    return length < secondsMax * fingerprintRate;
  });
  if (length === 0) return problem('undecodable', 'not one sample could be decoded');
  const fingerprint = encodeChromaprint(chromaprinter.end());
  return { kind: 'chromaprinted', fingerprint, seconds: length / fingerprintRate };
}

function readSamples(path: string, size: number, take: (samples: Float32Array) => boolean): void {
  const wav = size <= wavBytesMax ? readWav(readFileSync(path)) : null;
  if (wav === null || wav.samples.length > wavSecondsMax * wav.sampleRate) decodeSound(path, take);
  else take(resample(wav.samples, wav.sampleRate, fingerprintRate));
}

async function readTags(path: string): Promise<{ title: string | null; artist: string | null }> {
  try {
    const { common } = await parseFile(path, { skipCovers: true, duration: false });
    return { title: text(common.title), artist: text(common.artist) };
  } catch {
    return { title: null, artist: null }; // the sound is what matters here
  }
}

function text(value: string | undefined): string | null {
  const trimmed = value?.replaceAll('\u0000', '').trim() ?? '';
  return trimmed === '' ? null : trimmed.slice(0, 300);
}

function problem(reason: string, detail: string): Reading {
  return { kind: 'problem', reason, detail };
}

let last: Promise<void> = Promise.resolve();
process.on('message', (question: Question) => {
  last = last.then(async () => {
    process.send!(await answer(question));
  });
});
process.on('disconnect', () => process.exit(0));
