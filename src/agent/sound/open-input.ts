import { spawn, spawnSync } from 'node:child_process';
import { createReadStream, statSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { refuse, type Refusal } from '#foundation/kernel/outcome.ts';
import { readWavHead, samplesOf, wavHeadMaxBytes, type SampleFormat } from './read-wav.ts';

// Where sound comes in: a card (ALSA, PipeWire), a pipe, a file, a stream. Programs of the system do what they do best;
// one that is missing is named, with what installs it.

export type Input =
  | { readonly kind: 'alsa'; readonly card: string }
  | { readonly kind: 'pipewire'; readonly node: string | null }
  | { readonly kind: 'stdin'; readonly rate: number; readonly channels: number }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'url'; readonly url: string };

export type Sound = {
  readonly rate: number;
  /** Mono blocks from -1 to 1, each valid until the next is asked for. */
  readonly blocks: AsyncIterable<Float32Array>;
  /** Of a recording: all of it is there already, so it is heard as fast as can be. */
  readonly lengthMs: number | null;
  /** Why it ended, once it has; null when the input simply was over. */
  readonly complaint: () => string | null;
  stop(): void;
};

const cardRate = 16_000;
const complaintMax = 400;

type Program = { readonly command: string; readonly package: string };
const arecord: Program = { command: 'arecord', package: 'alsa-utils' };
const pwRecord: Program = { command: 'pw-record', package: 'pipewire-bin' };
const ffmpeg: Program = { command: 'ffmpeg', package: 'ffmpeg' };
const quiet = ['-nostdin', '-v', 'error'];
const toMono = ['-vn', '-ac', '1', '-ar', String(cardRate), '-f', 's16le', '-'];

export function openInput(input: Input): Promise<Sound | Refusal<'NO_INPUT'>> {
  const mono = ['-f', 'S16_LE', '-c', '1', '-r', String(cardRate)];
  switch (input.kind) {
    case 'alsa':
      return record(arecord, ['-q', '-D', input.card, '-t', 'raw', ...mono]);
    case 'pipewire':
      return record(pwRecord, [
        ...(input.node === null ? [] : ['--target', input.node]),
        '--format=s16',
        `--rate=${cardRate}`,
        '--channels=1',
        ...(writesHeaders() ? ['--raw'] : []),
        '-',
      ]);
    case 'url':
      return record(ffmpeg, [...quiet, '-rw_timeout', '20000000', '-i', input.url, ...toMono]);
    case 'stdin':
      return Promise.resolve(pcm(process.stdin, { ...input, format: 's16' }));
    case 'file':
      return openFile(input.path);
  }
}

/** A newer pw-record begins what it writes with a header, unless it is told not to; an older one knows neither. */
function writesHeaders(): boolean {
  const help = spawnSync(pwRecord.command, ['--help'], { encoding: 'utf8', timeout: 5_000 });
  return (help.stdout ?? '').includes('--raw');
}

/** WAV is read here; anything else through ffmpeg. */
async function openFile(file: string): Promise<Sound | Refusal<'NO_INPUT'>> {
  try {
    if (!statSync(file).isFile()) return refuse('NO_INPUT', `${file} is not a file.`);
  } catch {
    return refuse('NO_INPUT', `There is no file ${file}, or it may not be read.`);
  }
  const stream = createReadStream(file);
  const head = await readHead(stream);
  if (head.length === 0) return refuse('NO_INPUT', `${file} is empty.`);
  const wav = readWavHead(head);
  if (wav.kind === 'refused') return refuse('NO_INPUT', `${file}: ${wav.detail}`);
  if (wav.kind === 'wav') {
    stream.unshift(head.subarray(wav.dataFrom));
    const dataBytes = Math.min(wav.dataBytes, statSync(file).size - wav.dataFrom);
    const frames = dataBytes / (wav.channels * bytesOf(wav.format));
    return { ...pcm(stream, wav, wav.dataBytes), lengthMs: (frames / wav.rate) * 1_000 };
  }
  stream.destroy();
  const decoded = await record(ffmpeg, [...quiet, '-i', `file:${file}`, ...toMono]);
  if ('kind' in decoded) return decoded;
  return { ...decoded, lengthMs: lengthOf(file) };
}

async function readHead(stream: Readable): Promise<Buffer> {
  const parts: Buffer[] = [];
  let length = 0;
  while (length < wavHeadMaxBytes) {
    const part = (stream.read() ?? (await nextPart(stream))) as Buffer | null;
    if (part === null) break;
    parts.push(part);
    length += part.length;
  }
  return Buffer.concat(parts);
}

async function nextPart(stream: Readable): Promise<Buffer | null> {
  await new Promise<void>((resolve) => {
    const done = (): void => {
      for (const name of ['readable', 'end', 'error']) stream.off(name, done);
      resolve();
    };
    for (const name of ['readable', 'end', 'error']) stream.on(name, done);
  });
  return stream.read() as Buffer | null;
}

/** Milliseconds of a recording, as ffprobe says, which comes with ffmpeg; null when it cannot tell. */
function lengthOf(file: string): number | null {
  const args = ['-v', 'error', '-show_entries', 'format=duration', '-of', 'csv=p=0', file];
  const seconds = Number.parseFloat(
    spawnSync('ffprobe', args, { encoding: 'utf8', timeout: 20_000 }).stdout,
  );
  return Number.isFinite(seconds) ? seconds * 1_000 : null;
}

/** Runs a program that writes 16-bit mono; it is started only once it is known to exist. */
async function record(
  { command, package: from }: Program,
  args: readonly string[],
): Promise<Sound | Refusal<'NO_INPUT'>> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-complaintMax);
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const started = await new Promise<Error | null>((resolve) => {
    child.once('spawn', () => resolve(null)).once('error', resolve);
  });
  if (started !== null)
    return refuse('NO_INPUT', `${command} is not installed; on Debian: apt-get install ${from}.`);
  const sound = pcm(child.stdout, { rate: cardRate, channels: 1, format: 's16' });
  return {
    ...sound,
    blocks: (async function* () {
      yield* sound.blocks;
      await ended;
    })(),
    complaint: () =>
      child.exitCode === 0 ? null : `${command} ended: ${said.trim() || `code ${child.exitCode}`}`,
    stop: () => void child.kill('SIGTERM'),
  };
}

type Pcm = { readonly rate: number; readonly channels: number; readonly format: SampleFormat };

function bytesOf(format: SampleFormat): number {
  return { u8: 1, s16: 2, s24: 3, s32: 4, f32: 4 }[format];
}

function pcm(stream: Readable, { rate, channels, format }: Pcm, bytesMax = Infinity): Sound {
  const frameBytes = channels * bytesOf(format);
  async function* blocks(): AsyncGenerator<Float32Array> {
    let rest: Buffer = Buffer.alloc(0);
    let left = bytesMax;
    for await (const part of stream as AsyncIterable<Buffer>) {
      const fresh = part.subarray(0, Math.min(part.length, left));
      left -= fresh.length;
      const bytes = rest.length === 0 ? fresh : Buffer.concat([rest, fresh]);
      const frames = Math.floor(bytes.length / frameBytes);
      rest = bytes.subarray(frames * frameBytes);
      if (frames > 0) yield samplesOf(bytes, frames, channels, format);
      if (left <= 0) break;
    }
  }
  return {
    rate,
    blocks: blocks(),
    lengthMs: null,
    complaint: () => null,
    stop: () => void stream.destroy(),
  };
}
