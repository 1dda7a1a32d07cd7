import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import net, { type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openEar, openSoundMatcher, watchStation } from '#counting/recognition/index.ts';
import { fingerprintSound } from '#counting/recognition/fingerprint-sound.ts';
import { buildSegment } from '#counting/recognition/segment.ts';
import { composed } from './composed.ts';
import { machine } from './house.ts';

// How many stations a core carries: some are listened to in real time, half with music of the index, half with talk, which
// costs more because every speed is tried. CPU seconds of this process and of its decoders, not wall time, so that
// other load on the machine does not count. Linux only; needs ffmpeg to make the streams.

const stations = Number(process.argv[2] ?? 8);
const seconds = 40;
const warmUpSeconds = 10;
const indexed = 200;
const talk = path.resolve(import.meta.dirname, '../../shared/data/audio/talkover');
const bytesPerSecond = 16_000;

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

/** Of one process: user and system seconds, and its share of memory. */
function usageOf(pid: number): Usage {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]!.split(' ');
  const memory = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1'));
  return {
    cpuS: (Number(fields[11]) + Number(fields[12])) / 100,
    bytes: Number(memory?.[1] ?? 0) * 1024,
  };
}

function children(): number[] {
  return readFileSync(`/proc/self/task/${process.pid}/children`, 'latin1')
    .trim()
    .split(' ')
    .filter(Boolean)
    .map(Number);
}

function usage(): { own: Usage; decoders: Usage; count: number } {
  const each = children().map(usageOf);
  const sum = each.reduce((a, b) => ({ cpuS: a.cpuS + b.cpuS, bytes: a.bytes + b.bytes }), {
    cpuS: 0,
    bytes: 0,
  });
  return { own: usageOf(process.pid), decoders: sum, count: each.length };
}

try {
  const recordings = [];
  for (let i = 0; i < indexed; i++) recordings.push(await composed(i));
  const segment = buildSegment(
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
    const sound = served++ % 2 === 0 ? music[(served >> 1) % music.length]! : speech;
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
  let plays = 0;
  const watches = Array.from({ length: stations }, () => {
    const ear = openEar({
      openMatcher: () => openSoundMatcher(() => [{ segment, isLive: () => true }]),
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
  const [before, began] = [usage(), performance.now()];
  await sleep(seconds * 1_000);
  const [end, wallS] = [usage(), (performance.now() - began) / 1_000];
  const running = watches.filter((watch) => watch.live().health === 'running').length;
  const own = (end.own.cpuS - before.own.cpuS) / stations / wallS;
  const decoding = (end.decoders.cpuS - before.decoders.cpuS) / stations / wallS;
  await Promise.all(watches.map((watch) => watch.stop()));
  server.close();
  console.log(`# Stations\n\n${machine()}\n`);
  console.log(
    '| stations | running | opened plays | hearing and matching, % of a core each | decoding, % of a core each | memory of a decoder MB | stations a core carries |\n| --- | --- | --- | --- | --- | --- | --- |',
  );
  console.log(
    `| ${stations} | ${running} | ${plays} | ${(100 * own).toFixed(2)} | ${(100 * decoding).toFixed(2)} | ${(end.decoders.bytes / end.count / 2 ** 20).toFixed(0)} | ${Math.floor(1 / (own + decoding))} |`,
  );
} finally {
  await rm(folder, { recursive: true, force: true });
}
