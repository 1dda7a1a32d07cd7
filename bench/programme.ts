import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import net, { type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { openSoundMatcher, type CountEvent, type SoundPlay } from '#counting/recognition/engine.ts';
import { openEar } from '#counting/stations/index.ts';
import { openStream } from '#foundation/streams/open-stream.ts';
import { pumpStream } from '#foundation/streams/pump-stream.ts';
import { sayTrouble } from '#foundation/streams/trouble.ts';
import { fingerprintSound } from '#counting/recognition/fingerprint-sound.ts';
import { waveFile } from '#foundation/dsp/wave-file.ts';
import { buildSegment } from '#counting/recognition/segment.ts';
import { composed } from './composed.ts';
import { machine, median, percentile } from './house.ts';

// An hour of radio, composed so that what was played is known to the sample: songs whole and cut, crossfades, talk between
// and over them, jingle pauses, a repeat, songs a little too fast, music that is in no index. It is sent through a local
// HTTP stream as fast as it is heard, as MP3 at 64 kbit/s where ffmpeg is there, and the log is compared with the truth.

const rate = 16_000;
const hourSeconds = Number(process.argv[2] ?? 3_600);
const seed = Number(process.argv[3] ?? 7);
const audio = path.resolve(import.meta.dirname, '../../shared/data/audio');
/** In no index: what is named while they play is wrong. One artist has both kinds. */
const unknownNames = [
  'jonathan-coulton--better',
  'brad-sucks--total-breakdown',
  'setuniman--sweet-waltz',
];
const composedCount = 10;

type Sound = { readonly name: string; readonly samples: Float32Array };
type Played = {
  readonly name: string;
  readonly fromS: number;
  readonly toS: number;
  readonly speed: number;
};

/** The same programme every time. */
function chance(start: number): () => number {
  let state = start;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

async function decode(file: string): Promise<Float32Array> {
  const format = file.endsWith('.mp3') ? 'mp3' : 'ogg';
  const blocks: Float32Array[] = [];
  async function* parts() {
    for await (const bytes of createReadStream(file))
      yield { kind: 'sound' as const, bytes: bytes as Buffer };
  }
  await pumpStream(parts(), format, { onSound: (pcm) => blocks.push(pcm), onTitle: () => {} });
  const all = new Float32Array(blocks.reduce((sum, block) => sum + block.length, 0));
  let at = 0;
  for (const block of blocks) {
    all.set(block, at);
    at += block.length;
  }
  return all;
}

/** Turned faster, pitch and all, as a deck does. */
function atSpeed(samples: Float32Array, speed: number): Float32Array {
  if (speed === 1) return samples;
  return Float32Array.from({ length: Math.floor(samples.length / speed) - 1 }, (_, i) => {
    const at = i * speed;
    const whole = Math.floor(at);
    return samples[whole]! + (samples[whole + 1]! - samples[whole]!) * (at - whole);
  });
}

function mixIn(
  programme: Float32Array,
  atS: number,
  sound: Float32Array,
  gain: (s: number) => number,
): void {
  const start = Math.round(atS * rate);
  for (let i = 0; i < sound.length && start + i < programme.length; i++)
    programme[start + i] = programme[start + i]! + sound[i]! * gain(i / rate);
}

function compose(
  songs: readonly Sound[],
  unknown: readonly Sound[],
  talk: Float32Array,
): { programme: Float32Array; truth: Played[] } {
  const random = chance(seed);
  const between = (low: number, high: number) => low + (high - low) * random();
  const programme = new Float32Array(hourSeconds * rate);
  const truth: Played[] = [];
  const speak = (atS: number, seconds: number): void => {
    const from = Math.floor(between(0, talk.length - seconds * rate - 1));
    mixIn(programme, atS, talk.subarray(from, from + Math.round(seconds * rate)), () => 1.4);
  };
  let deck: Sound[] = [];
  let last: Sound | null = null;
  for (let at = 4, n = 0; at < hourSeconds - 20; n++) {
    if (deck.length === 0) deck = [...songs].sort(() => random() - 0.5);
    const isUnknown = n % 7 === 5;
    // Every eleventh is the song before once more.
    const sound: Sound = isUnknown
      ? unknown[n % unknown.length]!
      : n % 11 === 10 && last !== null
        ? last
        : deck.pop()!;
    const speed = n % 5 === 3 ? [1.02, 0.98, 1.04][n % 3]! : 1;
    const whole = atSpeed(sound.samples, speed);
    const startS = random() < 0.3 ? between(0, 15) : 0;
    const lengthS = Math.min(
      whole.length / rate - startS,
      random() < 0.35 ? between(45, 90) : between(120, 240),
      hourSeconds - at,
    );
    const [fadeIn, fadeOut] = [
      random() < 0.5 ? between(2, 8) : 0.05,
      random() < 0.6 ? between(3, 8) : 0.05,
    ];
    const ducks: [number, number][] = [];
    if (random() < 0.5) ducks.push([0, between(6, 14)]);
    if (lengthS > 80 && random() < 0.4) ducks.push([lengthS / 2, lengthS / 2 + between(6, 16)]);
    if (random() < 0.3) ducks.push([lengthS - between(5, 9), lengthS]);
    const part = whole.subarray(Math.round(startS * rate), Math.round((startS + lengthS) * rate));
    mixIn(programme, at, part, (s) => {
      const fade = Math.min(1, s / fadeIn, (lengthS - s) / fadeOut);
      return 0.8 * fade * (ducks.some(([a, b]) => s >= a && s < b) ? 0.35 : 1);
    });
    for (const [a, b] of ducks) speak(at + a, b - a);
    if (!isUnknown) {
      truth.push({ name: sound.name, fromS: at, toS: at + lengthS, speed });
      last = sound;
    }
    at += lengthS;
    const next = random();
    if (next < 0.45) at -= fadeOut;
    else if (next < 0.75) {
      const seconds = between(8, 45);
      speak(at, seconds);
      at += seconds;
    } else at += between(0, 3);
  }
  let peak = 0;
  for (const sample of programme) peak = Math.max(peak, Math.abs(sample));
  for (let i = 0; i < programme.length; i++) programme[i] = (0.9 * programme[i]!) / peak;
  return { programme, truth };
}

/** Half of them, nine in ten and nineteen in twenty are not larger. */
function spread(errors: readonly number[]): string {
  return [median(errors), percentile(errors, 0.9), percentile(errors, 0.95)]
    .map((seconds) => seconds.toFixed(1))
    .join(' / ');
}

type Compared = { readonly play: SoundPlay | null; readonly played: Played };

/** Each real play is paired with the reported one of its recording that overlaps it most, each report once. */
function compare(
  truth: readonly Played[],
  plays: readonly SoundPlay[],
): { pairs: Compared[]; wrong: SoundPlay[] } {
  const left = new Set(plays);
  const overlap = (played: Played, play: SoundPlay): number =>
    Math.min(played.toS, play.lastHeardMs / 1000) -
    Math.max(played.fromS, play.firstHeardMs / 1000);
  const pairs = truth.map((played): Compared => {
    const best = [...left]
      .filter((play) => play.recordingId === played.name && overlap(played, play) > 0)
      .sort((a, b) => overlap(played, b) - overlap(played, a))[0];
    if (best !== undefined) left.delete(best);
    return { play: best ?? null, played };
  });
  return { pairs, wrong: [...left] };
}

const folder = await mkdtemp(path.join(os.tmpdir(), 'ngoma-programme-'));
try {
  if (!existsSync(audio)) throw new Error(`this needs ${audio}`);
  const sounds: Sound[] = [];
  for (const file of (await readdir(audio)).filter((name) => /\.(mp3|ogg)$/.test(name)).sort())
    sounds.push({
      name: file.replace(/\.\w+$/, ''),
      samples: await decode(path.join(audio, file)),
    });
  for (let i = 0; i < composedCount; i++) sounds.push(await composed(i));
  const talkFiles = (await readdir(path.join(audio, 'talkover'))).filter((name) =>
    name.endsWith('.ogg'),
  );
  const talk = await decode(path.join(audio, 'talkover', talkFiles[0]!));
  const songs = sounds.filter(({ name }) => !unknownNames.includes(name));
  const segment = buildSegment(
    songs.map(({ name, samples }) => ({
      recordingId: name,
      title: name,
      artist: '',
      file: null,
      ...fingerprintSound(samples),
    })),
  );
  const { programme, truth } = compose(
    songs,
    sounds.filter((s) => !songs.includes(s)),
    talk,
  );
  const wav = path.join(folder, 'hour.wav');
  await writeFile(wav, waveFile(programme, rate));
  const hasFfmpeg = spawnSync('ffmpeg', ['-version']).status === 0;

  const server = net.createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => {
      socket.write(
        `HTTP/1.0 200 OK\r\nContent-Type: ${hasFfmpeg ? 'audio/mpeg' : 'audio/wav'}\r\n\r\n`,
      );
      if (!hasFfmpeg) return createReadStream(wav).pipe(socket);
      const coder = spawn(
        'ffmpeg',
        ['-v', 'quiet', '-i', wav, '-ar', '44100', '-b:a', '64k', '-f', 'mp3', '-'],
        { stdio: ['ignore', 'pipe', 'ignore'] },
      );
      return coder.stdout.pipe(socket);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  const events: CountEvent[] = [];
  const ear = openEar({
    openMatcher: () => openSoundMatcher(() => [{ segment, isLive: () => true }]),
    durationOf: () => null,
    now: Date.now,
    onEvent: (event) => events.push(event),
  });
  const [began, cpuBefore] = [performance.now(), process.cpuUsage()];
  const stream = await openStream(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, {
    allowPrivate: true,
    stallMs: 60_000,
    signal: new AbortController().signal,
  });
  if (stream.kind !== 'opened') throw new Error(sayTrouble(stream.trouble));
  await pumpStream(stream.parts, stream.format, { onSound: ear.hear, onTitle: () => {} });
  await ear.close();
  ear.end();
  const seconds = (performance.now() - began) / 1000;
  const cpu = process.cpuUsage(cpuBefore);
  server.close();

  const plays = events.flatMap((event) => (event.kind === 'closed' ? [event.play] : []));
  const { pairs, wrong } = compare(truth, plays);
  const found = pairs.filter(
    (pair): pair is { play: SoundPlay; played: Played } => pair.play !== null,
  );
  const starts = found.map(({ play, played }) => Math.abs(play.firstHeardMs / 1000 - played.fromS));
  const ends = found.map(({ play, played }) => Math.abs(play.lastHeardMs / 1000 - played.toS));
  console.log(`# Programme\n\n${machine()}\n`);
  console.log(
    '| from s | to s | played | start error s | end error s | heard s |\n| --- | --- | --- | --- | --- | --- |',
  );
  for (const { play, played } of pairs) {
    const { fromS, toS, name, speed } = played;
    const errors =
      play === null
        ? 'missed | |'
        : `${(play.firstHeardMs / 1000 - fromS).toFixed(1)} | ${(play.lastHeardMs / 1000 - toS).toFixed(1)} | ${Math.round(play.heardMs / 1000)}`;
    console.log(
      `| ${fromS.toFixed(1)} | ${toS.toFixed(1)} | ${name}${speed === 1 ? '' : ` at ${speed}`} | ${errors} |`,
    );
  }
  for (const play of wrong)
    console.log(
      `| ${(play.firstHeardMs / 1000).toFixed(1)} | ${(play.lastHeardMs / 1000).toFixed(1)} | WRONG ${play.recordingId} | | | ${Math.round(play.heardMs / 1000)} |`,
    );
  console.log(
    `\n| played | reported | recall | precision | start error p50 / p90 / p95 s | end error p50 / p90 / p95 s | faster than real time | CPU of the ear |\n| --- | --- | --- | --- | --- | --- | --- | --- |`,
  );
  console.log(
    `| ${truth.length} | ${plays.length} | ${((100 * found.length) / truth.length).toFixed(1)} % | ${((100 * found.length) / plays.length).toFixed(1)} % | ${spread(starts)} | ${spread(ends)} | ${(hourSeconds / seconds).toFixed(0)} x | ${((cpu.user + cpu.system) / 1e4 / hourSeconds).toFixed(2)} % of a core |`,
  );
} finally {
  await rm(folder, { recursive: true, force: true });
}
