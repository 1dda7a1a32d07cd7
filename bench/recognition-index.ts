import { readdirSync } from 'node:fs';
import { availableParallelism, cpus, loadavg } from 'node:os';
import path from 'node:path';
import { fingerprintRate } from '#foundation/dsp/find-peaks.ts';
import { resample } from '#foundation/dsp/resample.ts';
import { decodeSound } from '../src/foundation/decoding/decode-sound.ts';
import {
  createFingerprinter,
  fingerprintSound,
} from '../src/counting/recognition/fingerprint-sound.ts';
import { hear } from '../src/counting/recognition/hear.ts';
import { judge, prepareSearch } from '../src/counting/recognition/identify.ts';
import { readSegment } from '../src/counting/recognition/segment-file.ts';
import { composed } from './composed.ts';

// Speed of indexing and of queries of 10 s against a large index (bench/pad-index.ts, with 1,000 composed recordings in it).
// Arguments: the index, how many queries of a kind, and a folder of music to be decoded.

const [index, asked = '40', music] = process.argv.slice(2);
if (index === undefined) throw new Error('bench/recognition-index.ts INDEX [QUERIES] [MUSIC]');
const querySeconds = 10;
const known = 1_000;
/** A server has answered before: the first queries are asked and not counted. */
const warmUp = 20;

console.log(
  `${cpus()[0]?.model ?? '?'}, ${availableParallelism()} cores, load ${loadavg()[0]?.toFixed(1) ?? '?'}`,
);

const first = (await composed(0)).samples;
fingerprintSound(first);
console.log(
  `fingerprints from PCM: ${timesRealTime(() => {
    for (let i = 0; i < 8; i++) fingerprintSound(first);
    return (8 * first.length) / fingerprintRate;
  })}x real time per core`,
);

if (music !== undefined)
  console.log(
    `... with decoding: ${timesRealTime(() => {
      let samples = 0;
      for (const file of readdirSync(music).filter((name) => /\.(mp3|ogg|flac|opus)$/.test(name))) {
        const fingerprinter = createFingerprinter();
        decodeSound(path.join(music, file), (block) => {
          samples += block.length;
          fingerprinter.push(block);
          return true;
        });
        fingerprinter.end();
      }
      return samples / fingerprintRate;
    })}x`,
  );

const readAt = performance.now();
const segment = await readSegment(index);
console.log(
  `${segment.recordings.length} recordings read in ${((performance.now() - readAt) / 1e3).toFixed(1)} s`,
);
const search = prepareSearch();
const shards = [{ segment, isLive: () => true }];

const kinds: readonly {
  readonly name: string;
  readonly isPresent: boolean;
  readonly treat: (samples: Float32Array) => Float32Array;
}[] = [
  { name: 'present', isPresent: true, treat: (samples) => samples },
  { name: 'present, noise 0 dB', isPresent: true, treat: (samples) => withNoise(samples, 1) },
  {
    name: 'present, noise 3 dB louder',
    isPresent: true,
    treat: (samples) => withNoise(samples, 2),
  },
  {
    name: 'present, speed +3 %',
    isPresent: true,
    treat: (samples) => resample(samples, 1.03 * fingerprintRate, fingerprintRate),
  },
  { name: 'absent, every speed', isPresent: false, treat: (samples) => samples },
];
console.log('query of 10 s                 right  wrong   ms p50  p95   CPU ms p50  p95');
for (let i = 0; i < warmUp; i++) {
  const { samples } = await composed(i * 40 + 2);
  judge(search, shards, hear(samples.slice(0, querySeconds * fingerprintRate)));
}
for (const { name, isPresent, treat } of kinds) {
  const tookMs: number[] = [];
  const cpuMs: number[] = [];
  let right = 0;
  let wrong = 0;
  for (let i = 0; i < Number(asked); i++) {
    const source = await composed(isPresent ? (i * 25 + 8) % known : known + i * 10 + 9);
    const from = Math.floor((0.2 + (0.5 * i) / Number(asked)) * source.samples.length);
    const stretch = source.samples.slice(from, from + 1.04 * querySeconds * fingerprintRate);
    const samples = treat(stretch).subarray(0, querySeconds * fingerprintRate);
    const before = process.cpuUsage();
    const start = performance.now();
    const judged = judge(search, shards, hear(samples));
    tookMs.push(performance.now() - start);
    const used = process.cpuUsage(before);
    cpuMs.push((used.user + used.system) / 1e3);
    const named =
      judged?.verdict === 'sure' ? segment.recordings[judged.best.recording]!.recordingId : null;
    if (named === (isPresent ? source.name : null)) right += 1;
    else if (named !== null) wrong += 1;
  }
  console.log(
    `${name.padEnd(28)} ${right}/${asked}  ${wrong}   ${at(tookMs, 0.5)} ${at(tookMs, 0.95)}   ${at(cpuMs, 0.5)} ${at(cpuMs, 0.95)}`,
  );
}

function timesRealTime(work: () => number): string {
  const before = process.cpuUsage();
  const seconds = work();
  const used = process.cpuUsage(before);
  return (seconds / ((used.user + used.system) / 1e6)).toFixed(0);
}

function at(values: readonly number[], part: number): string {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[Math.floor(part * (sorted.length - 1))] ?? 0).toFixed(0).padStart(6);
}

/** White noise of `share` times the power of the samples. */
function withNoise(samples: Float32Array, share: number): Float32Array {
  let state = 9;
  let power = 0;
  for (const sample of samples) power += sample * sample;
  const amplitude = Math.sqrt((3 * share * power) / samples.length);
  return samples.map((sample) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return sample + amplitude * (state / 2 ** 31 - 1);
  });
}
