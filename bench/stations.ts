import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import net, { type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openIndexStore } from '#counting/recognition/index-store.ts';
import { openSearcher } from '#counting/recognition/search-thread.ts';
import { openEar, watchStation } from '#counting/stations/index.ts';
import { openStationThread } from '#counting/stations/station-thread.ts';
import { fingerprintSound } from '#counting/recognition/fingerprint-sound.ts';
import { createLog } from '#foundation/platform/log.ts';
import { composed } from './composed.ts';
import { machine } from './house.ts';

// How many stations a core carries: some are listened to in real time as the server does it, with music of the index, with
// talk, which costs more because every speed is tried, or half and half. CPU seconds of each thread and of the decoders, not
// wall time, so that other load on the machine does not count; and by window answered, so that a machine that is too slow
// for all of them does not look faster. Linux only; needs ffmpeg to make the streams.

const stations = Number(process.argv[2] ?? 4);
const programme = process.argv[3] ?? 'both';
const seconds = 40;
const warmUpSeconds = 10;
const indexed = 200;
const talk = path.resolve(import.meta.dirname, '../../shared/data/audio/talkover');
const bytesPerSecond = 16_000;
/** One every two seconds. */
const windowsPerHour = 1_800;

const folder = await mkdtemp(path.join(os.tmpdir(), 'ngoma-bench-stations-'));

/** MP3 at 128 kbit/s, stereo, as stations send it. */
function code(name: string, args: readonly string[], input?: Buffer): Buffer {
  const out = path.join(folder, `${name}.mp3`);
  const run = spawnSync(
    'ffmpeg',
    ['-v', 'error', ...args, '-ac', '2', '-ar', '44100', '-b:a', '128k', '-f', 'mp3', out],
    { input },
  );
  if (run.status !== 0) throw new Error(`ffmpeg: ${run.stderr}`);
  return readFileSync(out);
}

type Usage = { readonly cpuS: number; readonly bytes: number };

/** User and system seconds of a process or thread, by its folder in /proc. */
function cpuOf(task: string): number {
  const fields = readFileSync(`/proc/${task}/stat`, 'latin1').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** Of one process: user and system seconds, and its share of memory. */
function usageOf(pid: number): Usage {
  const memory = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1'));
  return { cpuS: cpuOf(String(pid)), bytes: Number(memory?.[1] ?? 0) * 1024 };
}

function children(): number[] {
  return readFileSync(`/proc/self/task/${process.pid}/children`, 'latin1')
    .trim()
    .split(' ')
    .filter(Boolean)
    .map(Number);
}

function usage(): { own: Usage; mainS: number; decoders: Usage; count: number } {
  const each = children().map(usageOf);
  const sum = each.reduce((a, b) => ({ cpuS: a.cpuS + b.cpuS, bytes: a.bytes + b.bytes }), {
    cpuS: 0,
    bytes: 0,
  });
  const mainS = cpuOf(`self/task/${process.pid}`);
  return { own: usageOf(process.pid), mainS, decoders: sum, count: each.length };
}

try {
  const recordings = [];
  for (let i = 0; i < indexed; i++) recordings.push(await composed(i));
  const log = createLog('warn');
  const store = await openIndexStore({ folder: path.join(folder, 'index'), log });
  await store.add(
    recordings.map(({ name, samples }) => ({
      recordingId: name,
      title: name,
      artist: '',
      file: null,
      ...fingerprintSound(samples),
    })),
  );
  const talkFile = existsSync(talk)
    ? readdirSync(talk).find((name) => name.endsWith('.ogg'))
    : undefined;
  const music = recordings
    .slice(0, 4)
    .map(({ name, samples }) =>
      code(
        name,
        ['-f', 'f32le', '-ar', '16000', '-ac', '1', '-i', '-'],
        Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength),
      ),
    );
  const speech =
    talkFile === undefined
      ? music[0]!
      : code('talk', ['-stream_loop', '-1', '-t', '60', '-i', path.join(talk, talkFile)]);
  let served = 0;
  const server = net.createServer((socket) => {
    socket.on('error', () => {});
    const isTalk = programme === 'both' ? served % 2 === 1 : programme === 'talk';
    const sound = isTalk ? speech : music[(served >> 1) % music.length]!;
    served += 1;
    socket.once('data', () => {
      socket.write('HTTP/1.0 200 OK\r\nContent-Type: audio/mpeg\r\n\r\n');
      let at = 0;
      const sending = setInterval(() => {
        socket.write(sound.subarray(at, at + bytesPerSecond / 4));
        at = (at + bytesPerSecond / 4) % sound.length;
      }, 250);
      socket.once('close', () => clearInterval(sending));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const searcher = openSearcher({ store, log });
  const unknown = { sounds: () => [], onChange: () => {} };
  const thread = openStationThread({ searcher, log, unknown });
  let plays = 0;
  let windows = 0;
  const watches = Array.from({ length: stations }, () => {
    const ear = openEar({
      openMatcher: () => thread.openMatcher(() => {}),
      onWindow: () => void (windows += 1),
      durationOf: () => null,
      now: Date.now,
      onEvent: (event) => void (plays += event.kind === 'opened' ? 1 : 0),
    });
    return watchStation(
      { url, allowPrivate: true },
      {
        connected: ear.resume,
        hear: ear.hear,
        title: () => {},
        live: () => ({ silentMs: ear.silentMs(), heardMs: ear.heardMs() }),
      },
      { now: Date.now },
    );
  });
  await sleep(warmUpSeconds * 1_000);
  const [before, windowsBefore, began] = [usage(), windows, performance.now()];
  await sleep(seconds * 1_000);
  const [end, answered, wallS] = [
    usage(),
    windows - windowsBefore,
    (performance.now() - began) / 1_000,
  ];
  const running = watches.filter((watch) => watch.live().health === 'running').length;
  const perHour = (cpuS: number): number => (cpuS / answered) * windowsPerHour;
  const main = perHour(end.mainS - before.mainS);
  const threads = perHour(end.own.cpuS - before.own.cpuS) - main;
  const decoding = ((end.decoders.cpuS - before.decoders.cpuS) / stations / wallS) * 3_600;
  await Promise.all(watches.map((watch) => watch.stop()));
  await thread.close();
  await searcher.close();
  server.close();
  console.log(`# Stations: ${programme}\n\n${machine()}\n`);
  console.log(
    '| stations | running | windows answered | opened plays | main thread, CPU s a station-hour | hearing and searching | decoding | in all | memory of a decoder MB | stations a core carries |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |',
  );
  const all = main + threads + decoding;
  const expected = Math.round((stations * wallS * windowsPerHour) / 3_600);
  console.log(
    `| ${stations} | ${running} | ${answered} of ${expected} | ${plays} | ${main.toFixed(1)} | ${threads.toFixed(0)} | ${decoding.toFixed(1)} | ${all.toFixed(0)} | ${(end.decoders.bytes / end.count / 2 ** 20).toFixed(0)} | ${(3_600 / all).toFixed(1)} |`,
  );
} finally {
  await rm(folder, { recursive: true, force: true });
}
