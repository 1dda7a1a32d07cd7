import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fingerprintRate as rate } from '#foundation/dsp/find-peaks.ts';
import { resample } from '#foundation/dsp/resample.ts';
import { composeRecording } from '#main/demo/compose/compose-recording.ts';
import { mixScore } from '#main/demo/compose/mix.ts';
import { seededRandom } from '#main/demo/compose/random.ts';
import { genreNames } from '#main/demo/compose/score.ts';
import { writeScore } from '#main/demo/compose/write-score.ts';
import { findShared } from '../src/counting/recognition/find-shared.ts';
import { judgeSharings, type Judgement } from '../src/counting/recognition/judge-sharing.ts';
import { createBallot } from '../src/counting/recognition/find-candidates.ts';
import {
  fingerprintSound,
  type Fingerprint,
} from '../src/counting/recognition/fingerprint-sound.ts';
import { buildSegment } from '../src/counting/recognition/segment.ts';
import { composed } from './composed.ts';

// The table of duplicates in docs/recognition-method.md. Arguments: a folder of tracks, the number of the first composed
// recording (others were not seen when the rules were chosen), and words that choose rows. What was made is kept beside the
// composed recordings as fingerprints.

const [tracks = '', first = '7', ...words] = process.argv.slice(2);
if (tracks === '') throw new Error('bench/duplicates.ts TRACKS [FIRST] [ROW...]');
const kept = path.join(os.tmpdir(), 'ngoma-duplicates');
mkdirSync(kept, { recursive: true });
const composedWanted = 12;
const loopSeconds = 8;

type Sound = {
  readonly name: string;
  readonly samples: () => Promise<Float32Array> | Float32Array;
};

const real: readonly Sound[] = readdirSync(tracks, { withFileTypes: true })
  .filter((entry) => entry.isFile() && /\.(mp3|ogg|flac|wav)$/.test(entry.name))
  .map(({ name }) => ({ name, samples: () => decoded(path.join(tracks, name)) }));
/** Numbers 7, 8 and 9 of every ten share nothing. */
const own = Array.from({ length: 10 * composedWanted }, (_, i) => Number(first) + i)
  .filter((number) => number % 10 >= 7)
  .slice(0, composedWanted)
  .map((number) => ({
    name: `composed ${number}`,
    samples: async () => (await composed(number)).samples,
  }));
const loops = ['loop a', 'loop b'].flatMap((word) =>
  [1, 2].map((n) => ({
    name: `${word} ${n} ${first}`,
    loop: `${first} ${word}`,
    samples: () => compose(`${first} ${word} ${n}`, { sharedLoop: `${first} ${word}` }),
  })),
);
const known: readonly Sound[] = [...real, ...own];

function compose(seed: string, options: Parameters<typeof composeRecording>[1]): Float32Array {
  return composeRecording(seed, { seconds: 70, sampleRate: rate, channels: 1, ...options })
    .channels[0]!;
}

const raw = ['-f', 'f32le', '-ac', '1', '-ar', String(rate)];
function ffmpeg(input: Uint8Array, args: readonly string[]): Buffer {
  const run = spawnSync('ffmpeg', ['-v', 'error', '-nostdin', ...args], {
    input,
    maxBuffer: 2 ** 30,
  });
  if (run.status !== 0) throw new Error(run.stderr.toString());
  return run.stdout;
}
function floats(bytes: Buffer): Float32Array {
  return new Float32Array(Uint8Array.from(bytes).buffer);
}
function bytesOf(samples: Float32Array): Uint8Array {
  return new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
}
function decoded(file: string): Float32Array {
  return floats(ffmpeg(new Uint8Array(), ['-i', file, ...raw, '-']));
}
function filtered(samples: Float32Array, filter: string): Float32Array {
  return floats(ffmpeg(bytesOf(samples), [...raw, '-i', '-', '-af', filter, ...raw, '-']));
}
function throughMp3(samples: Float32Array): Float32Array {
  const coding = ['-ar', '44100', '-c:a', 'libmp3lame', '-b:a', '64k', '-f', 'mp3', '-'];
  const mp3 = ffmpeg(bytesOf(samples), [...raw, '-i', '-', ...coding]);
  return floats(ffmpeg(mp3, ['-i', '-', ...raw, '-']));
}

function rms(samples: Float32Array): number {
  return Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
}

/** Eight seconds of one, four times, under another from its fifth part on. */
function sampled(source: Float32Array, host: Float32Array, decibels: number): Float32Array {
  const from = Math.floor(0.35 * source.length);
  const loop = source.subarray(from, from + loopSeconds * rate);
  const start = Math.floor(host.length / 5);
  const under = host.subarray(start, start + 4 * loop.length);
  const gain = (10 ** (decibels / 20) * rms(under)) / Math.max(1e-6, rms(loop));
  return host.map((sample, i) => {
    const at = i - start;
    return 0.5 * (sample + (at >= 0 && at < 4 * loop.length ? gain * loop[at % loop.length]! : 0));
  });
}

function mixed(parts: readonly Float32Array[]): Float32Array {
  const fade = 6 * rate;
  const cut = parts.map((part) => part.subarray(8 * rate, 52 * rate));
  const mix = new Float32Array(cut.reduce((sum, part) => sum + part.length - fade, fade));
  let start = 0;
  for (const part of cut) {
    part.forEach((sample, i) => {
      const gain = Math.min(1, i / fade, (part.length - i) / fade);
      mix[start + i] = mix[start + i]! + gain * sample;
    });
    start += part.length - fade;
  }
  return mix;
}

function playedAnew(seed: string, hand: ReturnType<typeof seededRandom> | null): Float32Array {
  const score = writeScore(seededRandom(seed).fork('score'), { seconds: 70 });
  const strike = (step: number): number =>
    hand === null ? step : Math.max(0, step + hand.between(-0.12, 0.12));
  const strength = (): number => (hand === null ? 1 : hand.between(0.8, 1.2));
  const played = {
    ...score,
    hits: score.hits.map((hit) => ({ ...hit, step: strike(hit.step) })),
    parts: score.parts.map((part) => ({
      ...part,
      notes: part.notes.map((note) => ({
        ...note,
        step: strike(note.step),
        velocity: Math.min(1, note.velocity * strength()),
      })),
    })),
  };
  const room = seededRandom(hand === null ? seed : 'another room').fork('mix');
  const { left, right } = mixScore(played, rate, room);
  return left.map((sample, i) => 0.5 * (sample + right[i]!));
}

type Case = {
  readonly name: string;
  readonly make: () => Promise<Float32Array> | Float32Array;
  /** What it is made of. */
  readonly of: readonly string[];
  /** As what it should be found; null: whatever it is found as is wrong. */
  readonly kind: Judgement['kind'] | null;
};
type Row = { readonly what: string; readonly cases: readonly Case[] };

function each(
  what: string,
  kind: Judgement['kind'],
  make: (samples: Float32Array) => Float32Array,
): Row {
  return {
    what,
    cases: known.map(({ name, samples }) => ({
      name: `${what} ${name}`,
      make: async () => make(await samples()),
      of: [name],
      kind,
    })),
  };
}

function sampleRow(decibels: number): Row {
  const what = `sample ${decibels} dB`;
  return {
    what,
    cases: known.map((source, i) => {
      const host = known[(i + 7) % known.length]!;
      return {
        name: `${what} ${source.name} under ${host.name}`,
        make: async () => sampled(await source.samples(), await host.samples(), decibels),
        of: [source.name, host.name],
        kind: 'sample',
      };
    }),
  };
}

const anew = Array.from({ length: 8 }, (_, i) => `${first} anew ${i}`);
const rows: readonly Row[] = [
  each('mp3', 'same', throughMp3),
  each('tone', 'same', (it) => filtered(it, 'bass=g=6,treble=g=-5,volume=-7dB')),
  each('ends', 'edit', (it) =>
    it.slice(Math.floor(0.15 * it.length), Math.floor(0.83 * it.length)),
  ),
  each('middle', 'edit', (it) => {
    const [from, to] = [Math.floor(0.38 * it.length), Math.floor(0.63 * it.length)];
    const cut = new Float32Array(it.length - (to - from));
    cut.set(it.subarray(0, from));
    cut.set(it.subarray(to), from);
    return cut;
  }),
  each('speed +6', 'respeed', (it) => resample(it, rate * 1.06, rate)),
  each('speed -8', 'respeed', (it) => resample(it, rate * 0.92, rate)),
  each('pitch +1', 'respeed', (it) =>
    filtered(it, 'asetrate=16951,aresample=16000,atempo=0.94387'),
  ),
  each('tempo +5', 'respeed', (it) => filtered(it, 'atempo=1.05')),
  {
    what: 'mix',
    cases: Array.from({ length: 8 }, (_, i) => {
      const three = [0, 1, 2].map((n) => known[(3 * i + n) % known.length]!);
      return {
        name: `mix ${three.map(({ name }) => name).join(', ')}`,
        make: async () => mixed(await Promise.all(three.map(async ({ samples }) => samples()))),
        of: three.map(({ name }) => name),
        kind: 'mix' as const,
      };
    }),
  },
  sampleRow(0),
  sampleRow(-6),
  {
    what: 'anew',
    cases: anew.flatMap((seed) => [
      {
        name: `${seed} again`,
        make: () => playedAnew(seed, seededRandom(`${seed} hand`)),
        of: [],
        kind: null,
      },
      {
        name: `${seed} again, faster`,
        make: () => resample(playedAnew(seed, seededRandom(`${seed} hand`)), rate * 1.03, rate),
        of: [],
        kind: null,
      },
    ]),
  },
  {
    what: 'loop',
    cases: loops.map(({ name, loop }) => ({
      name: `over ${name}`,
      make: () => compose(`over ${name}`, { sharedLoop: loop }),
      of: loops.filter((other) => other.loop === loop).map((other) => other.name),
      kind: 'sample' as const,
    })),
  },
  {
    what: 'alike',
    cases: Array.from({ length: 36 }, (_, i) => ({
      name: `alike ${first} ${i}`,
      make: () =>
        compose(`alike ${first} ${i}`, {
          genre: genreNames[i % 4]!,
          tempoBpm: 110,
          key: { tonic: 0, mode: 'major' },
        }),
      of: [],
      kind: null,
    })),
  },
];

async function fingerprintOf(name: string, make: Case['make']): Promise<Fingerprint> {
  const file = path.join(kept, `${name.replaceAll(/[^A-Za-z0-9+-]+/g, '_')}.peaks`);
  if (!existsSync(file)) {
    const { places, levels } = fingerprintSound(await make());
    writeFileSync(`${file}.half`, Buffer.concat([Buffer.from(places.buffer), levels]));
    renameSync(`${file}.half`, file);
  }
  const bytes = Uint8Array.from(readFileSync(file));
  const peaks = bytes.length / 5;
  return { places: new Uint32Array(bytes.buffer, 0, peaks), levels: bytes.subarray(4 * peaks) };
}

const indexed: readonly Sound[] = [
  ...known,
  ...loops,
  ...anew.map((seed) => ({ name: seed, samples: () => playedAnew(seed, null) })),
  // Of four genres one each, at the tempo and in the key of all that are alike.
  ...genreNames.slice(0, 4).map((genre) => ({
    name: `like ${genre} ${first}`,
    samples: () =>
      compose(`like ${genre} ${first}`, { genre, tempoBpm: 110, key: { tonic: 0, mode: 'major' } }),
  })),
];
const listed = [];
for (const { name, samples: make } of indexed)
  listed.push({
    recordingId: name,
    title: name,
    artist: '',
    file: null,
    ...(await fingerprintOf(name, make)),
  });
const segment = buildSegment(listed);
const ballot = createBallot();

let others = 0;
for (const { what, cases } of rows) {
  if (words.length > 0 && !words.includes(what.split(' ')[0]!)) continue;
  const found = { wanted: 0, found: 0, ofKind: 0, others: 0, cpuMs: 0 };
  for (const { name, make, of, kind } of cases) {
    const one = await fingerprintOf(name, make);
    const began = process.cpuUsage();
    const work = findShared(ballot, [{ segment, isLive: () => true }], one, '');
    let step = work.next();
    while (step.done !== true) step = work.next();
    const judged = judgeSharings((one.places.at(-1) ?? 0) >>> 10, step.value);
    const { user, system } = process.cpuUsage(began);
    found.cpuMs += (user + system) / 1_000;
    // What lies over a sample is the same recording, edited or not, and not asked for here.
    const wanted = what.startsWith('sample') ? of.slice(0, 1) : of;
    found.wanted += wanted.length;
    for (const id of wanted) {
      const judgement = judged.find(({ otherId }) => otherId === id);
      found.found += judgement === undefined ? 0 : 1;
      found.ofKind += judgement?.kind === kind ? 1 : 0;
      if (judgement?.kind !== kind && kind !== null)
        console.log(`  missed: ${name}: ${judgement?.kind ?? 'nothing'}`);
    }
    for (const { otherId, kind: as, confidence } of judged.filter(
      ({ otherId: id }) => !of.includes(id),
    )) {
      found.others += 1;
      console.log(`  OTHER: ${name}: ${otherId} as ${as}, ${confidence}`);
    }
  }
  others += found.others;
  console.log(
    `${what}: ${found.found} of ${found.wanted} found, ${found.ofKind} as they should be; ${found.others} others; ${Math.round(found.cpuMs / cases.length)} ms each`,
  );
}
console.log(`others named: ${others}`);
