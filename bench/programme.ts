import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import net, { type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import {
  countFromSound,
  joinStretches,
  playsIn,
  readAnswer,
  sampled,
  windowOfStretch,
  type CountEvent,
  type HashedStretch,
  type Heard,
  type SoundPlay,
} from '#counting/hearing/index.ts';
import {
  queryOfHashes,
  identify,
  openSoundMatcher,
  prepareSearch,
} from '#counting/recognition/engine.ts';
import type { Segment } from '#counting/recognition/segment.ts';
import { openEar } from '#counting/stations/index.ts';
import { hashSound } from '#foundation/dsp/hash-sound.ts';
import { waveFile } from '#foundation/dsp/wave-file.ts';
import { openStream } from '#foundation/streams/open-stream.ts';
import { pumpStream } from '#foundation/streams/pump-stream.ts';
import { sayTrouble } from '#foundation/streams/trouble.ts';
import { composeProgramme, rate, readLibrary, type Played } from './compose-programme.ts';
import { machine, median, percentile } from './house.ts';

// An hour of radio, heard three ways: as a channel without a pause, as a box that asks about the hashes of ten seconds after
// ten seconds, and as a phone that leaves out two of three while it knows what plays. It is sent through a local HTTP
// stream as fast as it is heard, as MP3 at 64 kbit/s where ffmpeg is there, and each log is compared with the truth.

const hourSeconds = Number(process.argv[2] ?? 3_600);
const seed = Number(process.argv[3] ?? 7);
const stretchSamples = 10 * rate;

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

function printLog(truth: readonly Played[], plays: readonly SoundPlay[]): void {
  const { pairs, wrong } = compare(truth, plays);
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
}

function printSummary(ear: string, truth: readonly Played[], plays: readonly SoundPlay[]): void {
  const found = compare(truth, plays).pairs.filter(
    (pair): pair is { play: SoundPlay; played: Played } => pair.play !== null,
  );
  const starts = found.map(({ play, played }) => Math.abs(play.firstHeardMs / 1000 - played.fromS));
  const ends = found.map(({ play, played }) => Math.abs(play.lastHeardMs / 1000 - played.toS));
  const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
  const told = sum(found.map(({ play }) => play.playedMs / 1000));
  const was = sum(found.map(({ played }) => played.toS - played.fromS));
  console.log(
    `| ${ear} | ${truth.length} | ${plays.length} | ${((100 * found.length) / truth.length).toFixed(1)} % | ${((100 * found.length) / plays.length).toFixed(1)} % | ${spread(starts)} | ${spread(ends)} | ${((100 * told) / was).toFixed(1)} % |`,
  );
}

/** What a server answers of each ten seconds, and where it does not know, of them and the ten before. */
function nameStretches(segment: Segment, heard: readonly Float32Array[]): readonly Heard[] {
  const search = prepareSearch();
  const ask = ({ sound }: HashedStretch) => {
    const asked = queryOfHashes(sound.hashes, sound.levels, sound.seams);
    return readAnswer(
      asked === null ? null : identify(search, [{ segment, isLive: () => true }], asked),
    );
  };
  let before: HashedStretch | null = null;
  return cutStretches(heard).map((own) => {
    let named = ask(own);
    const joined = named === null && before !== null ? joinStretches(before, own) : null;
    before = own;
    if (joined !== null) named = ask(joined);
    return windowOfStretch(named === null ? own : (joined ?? own), named, `${own.fromMs}`);
  });
}

function cutStretches(heard: readonly Float32Array[]): readonly HashedStretch[] {
  const stretches: HashedStretch[] = [];
  const samples = new Float32Array(stretchSamples);
  let filled = 0;
  for (const block of heard)
    for (let from = 0; from < block.length;) {
      const part = block.subarray(from, from + stretchSamples - filled);
      samples.set(part, filled);
      from += part.length;
      filled += part.length;
      if (filled < stretchSamples) continue;
      const fromMs = stretches.length * 10_000;
      stretches.push({ fromMs, toMs: fromMs + 10_000, sound: hashSound(samples) });
      filled = 0;
    }
  return stretches;
}

function countStretches(
  stretches: readonly Heard[],
  isAsked: (knows: boolean) => boolean,
): readonly SoundPlay[] {
  const counter = countFromSound({ preset: sampled });
  const events = stretches.flatMap((stretch) =>
    isAsked(counter.nowPlaying().length > 0) ? counter.hear([stretch]) : [],
  );
  return playsIn([...events, ...counter.end()]);
}

/** Every third, once it is known what plays (web/rooms/track/listen-now/use-listening.ts). */
function asPhone(): (knows: boolean) => boolean {
  let left = 0;
  return (knows) => {
    left = knows ? (left + 1) % 3 : 0;
    return left === 0;
  };
}

const folder = await mkdtemp(path.join(os.tmpdir(), 'ngoma-programme-'));
try {
  const library = await readLibrary();
  const { programme, truth } = composeProgramme(library, hourSeconds, seed);
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
    openMatcher: () => openSoundMatcher(() => [{ segment: library.segment, isLive: () => true }]),
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
  const heard: Float32Array[] = [];
  await pumpStream(stream.parts, stream.format, {
    onSound(pcm) {
      heard.push(pcm.slice());
      ear.hear(pcm);
    },
    onTitle: () => {},
  });
  await ear.close();
  ear.end();
  const seconds = (performance.now() - began) / 1000;
  const cpu = process.cpuUsage(cpuBefore);
  server.close();

  console.log(`# Programme\n\n${machine()}\n`);
  printLog(truth, playsIn(events));
  const stretches = nameStretches(library.segment, heard);
  console.log(
    '\n| ear | played | reported | recall | precision | start error p50 / p90 / p95 s | end error p50 / p90 / p95 s | played, of what was |\n| --- | --- | --- | --- | --- | --- | --- | --- |',
  );
  printSummary('channel', truth, playsIn(events));
  printSummary(
    'box',
    truth,
    countStretches(stretches, () => true),
  );
  printSummary('phone', truth, countStretches(stretches, asPhone()));
  console.log(
    `\nThe channel was heard ${(hourSeconds / seconds).toFixed(0)} times as fast as it plays, for ${((cpu.user + cpu.system) / 1e4 / hourSeconds).toFixed(2)} % of a core.`,
  );
} finally {
  await rm(folder, { recursive: true, force: true });
}
