import { availableParallelism, cpus } from 'node:os';
import { composed } from './composed.ts';
import { fingerprintRate, framesPerSecond, stepsMax } from '#foundation/dsp/find-peaks.ts';
import { fingerprintSound } from '../src/counting/recognition/fingerprint-sound.ts';
import { hear } from '../src/counting/recognition/hear.ts';
import { judge, prepareSearch } from '../src/counting/recognition/identify.ts';
import { buildSegment, type Fingerprinted } from '../src/counting/recognition/segment.ts';

// Size and speed of an index of 10,000 tracks of 3.5 minutes. So many tracks exist nowhere near here: what is padded is made
// of the peaks of composed recordings, in stretches of five seconds drawn at random and moved in pitch and pace, so that
// hashes keep their uneven distribution and no stretch repeats.

const [tracks = 10_000, known = 40, queries = 40] = process.argv.slice(2).map(Number);
const trackSeconds = 210;
const stretchFrames = 5 * framesPerSecond;
const querySeconds = 10;
const noiseShare = 0.7;

const random = seeded(20_261);
const real: (Fingerprinted & { readonly samples: Float32Array })[] = [];
const cpuBefore = process.cpuUsage();
let seconds = 0;
for (let i = 0; i < known; i++) {
  const { name, samples } = await composed(i * 10 + 9);
  seconds += samples.length / fingerprintRate;
  real.push({
    recordingId: name,
    title: name,
    artist: '',
    file: null,
    samples,
    ...fingerprintSound(samples),
  });
}
const cpu = process.cpuUsage(cpuBefore);
const pcmSpeed = seconds / ((cpu.user + cpu.system) / 1e6);

const padded = Array.from({ length: tracks - known }, (_, i) => ({
  recordingId: `padding-${i}`,
  title: '',
  artist: '',
  file: null,
  ...pad(),
}));
const buildStart = performance.now();
const segment = buildSegment([...real, ...padded]);
const buildMs = performance.now() - buildStart;
padded.length = 0;
const bytes =
  segment.levels.byteLength +
  segment.postings.byteLength +
  segment.directory.byteLength +
  segment.places.byteLength +
  segment.starts.byteLength;
const indexedSeconds = tracks * trackSeconds - known * (trackSeconds - seconds / known);

const search = prepareSearch();
const shards = [{ segment, isLive: () => true }];
const rows: { kind: string; wallMs: number[]; cpuMs: number[]; right: number; asked: number }[] =
  [];
for (const kind of [
  'present, plain',
  'present, noise at -3 dB',
  'absent, full speed bank',
] as const) {
  const row = { kind, wallMs: [] as number[], cpuMs: [] as number[], right: 0, asked: 0 };
  for (let i = 0; i < queries; i++) {
    const source = kind.startsWith('absent')
      ? (await composed(i * 10 + 7)).samples
      : real[i % known]!.samples;
    const from = Math.floor(random() * (source.length - querySeconds * fingerprintRate));
    const samples = source.slice(from, from + querySeconds * fingerprintRate);
    if (kind.includes('noise')) addNoise(samples);
    const before = process.cpuUsage();
    const start = performance.now();
    const judged = judge(search, shards, hear(samples));
    row.wallMs.push(performance.now() - start);
    const used = process.cpuUsage(before);
    row.cpuMs.push((used.user + used.system) / 1e3);
    row.asked += 1;
    const named =
      judged?.verdict === 'sure'
        ? judged.best.segment.recordings[judged.best.recording]!.recordingId
        : null;
    if (named === (kind.startsWith('absent') ? null : real[i % known]!.recordingId)) row.right += 1;
  }
  rows.push(row);
}

console.log(`${cpus()[0]?.model ?? '?'}, ${availableParallelism()} cores`);
console.log(`fingerprint from PCM: ${pcmSpeed.toFixed(0)}x real time per core`);
console.log(
  `${tracks} tracks, ${(indexedSeconds / 3_600).toFixed(0)} h: ${(segment.postings.length / 2 / indexedSeconds).toFixed(1)} postings/s, ` +
    `${(bytes / 1e9).toFixed(2)} GB (${(bytes / indexedSeconds).toFixed(0)} B/s), built in ${(buildMs / 1e3).toFixed(0)} s`,
);
console.log('query of 10 s            right   p50 ms  p95 ms   (CPU p50, p95)');
for (const { kind, wallMs, cpuMs, right, asked } of rows)
  console.log(
    `${kind.padEnd(24)} ${right}/${asked}   ${at(wallMs, 0.5)}   ${at(wallMs, 0.95)}   (${at(cpuMs, 0.5)}, ${at(cpuMs, 0.95)})`,
  );

function at(values: readonly number[], part: number): string {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? 0).toFixed(0);
}

function pad(): { places: Uint32Array; levels: Uint8Array } {
  const places: number[] = [];
  for (let base = 0; base < trackSeconds * framesPerSecond; base += stretchFrames) {
    const { places: from } = real[Math.floor(random() * real.length)]!;
    const pitch = 2 ** (random() * 1.2 - 0.6);
    const pace = 0.8 + 0.4 * random();
    const start = Math.floor(random() * from.length * 0.8);
    const first = from[start]! >>> 10;
    for (let i = start; i < from.length; i++) {
      const frame = Math.round(((from[i]! >>> 10) - first) * pace);
      if (frame >= stretchFrames) break;
      const step = Math.round((from[i]! & (stepsMax - 1)) * pitch);
      if (step > 10 && step < 830) places.push((base + frame) * stepsMax + step);
    }
  }
  return {
    places: Uint32Array.from(places).sort(),
    levels: new Uint8Array(places.length).fill(100),
  };
}

function addNoise(samples: Float32Array): void {
  let power = 0;
  for (const sample of samples) power += sample * sample;
  // Uniform noise of this amplitude has twice the power of the music.
  const amplitude = Math.sqrt((power / samples.length) * 6) * (noiseShare / 0.7);
  for (let i = 0; i < samples.length; i++)
    samples[i] = samples[i]! + amplitude * (2 * random() - 1);
}

function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
