import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { fingerprintRate as rate } from '#foundation/dsp/find-peaks.ts';
import { newId } from '#foundation/kernel/ids.ts';
import type { Caller, Gatekeeper } from '#foundation/platform/http.ts';
import { createLog } from '#foundation/platform/log.ts';
import { createMetrics } from '#foundation/platform/metrics.ts';
import { testDatabase } from '#foundation/platform/testing.ts';
import { createWebServer } from '#foundation/platform/web-server.ts';
import { composeRecording } from '#main/demo/compose/compose-recording.ts';
import { openDecoders } from './decoding/decoders.ts';
import { fingerprintSound } from './fingerprint-sound.ts';
import { hear } from './hear.ts';
import { serveRecognition } from './http.ts';
import { openIndexStore } from './index-store.ts';
import { openSearcher } from './search-thread.ts';
import { buildSegment, type Fingerprinted } from './segment.ts';
import { writeSegment } from './segment-file.ts';

// What people and machines really send to identify, by HTTP and from the command line.

const { db } = await testDatabase({ after });
const folder = await mkdtemp(path.join(os.tmpdir(), 'ngoma-bad-input-'));
after(() => rm(folder, { recursive: true, force: true }));
const music = composeRecording('bad input', { seconds: 70, sampleRate: rate, channels: 1 })
  .channels[0]!;
const recording: Fingerprinted = {
  recordingId: newId(),
  title: 'Ikirere',
  artist: 'Amara',
  file: null,
  ...fingerprintSound(music),
};

const log = createLog('silent');
const store = await openIndexStore({ folder: path.join(folder, 'index'), log });
await store.add([recording]);
const searcher = openSearcher({ store, log });
const decoders = openDecoders();
const gatekeeper: Gatekeeper = {
  permits: () => true,
  identify: async (): Promise<Caller> => ({
    kind: 'user',
    userId: newId<'user'>(),
    roles: ['listener'],
    sessionId: null,
  }),
};
const app = await createWebServer({
  log,
  metrics: createMetrics('test'),
  corsOrigins: [],
  trustProxy: null,
  https: null,
  version: 'test',
});
serveRecognition({ app, gatekeeper }, { db, log, store, searcher, decoders });
after(async () => {
  decoders.close();
  await app.close();
  await searcher.close();
  await store.close();
});

type Reply = { readonly status: number; readonly body: any }; // oxlint-disable-line typescript/no-explicit-any

async function ask(payload: Buffer | string, type = 'audio/wav'): Promise<Reply> {
  const response = await app.inject({
    method: 'POST',
    url: '/api/v1/recognition/identify',
    headers: { 'content-type': type, authorization: 'somebody' },
    payload,
  });
  return { status: response.statusCode, body: response.json() };
}

type Coding = { readonly code: number; readonly bits: 8 | 16; readonly rate: number };
const linear: Coding = { code: 1, bits: 16, rate };

function wav(samples: Float32Array, { code, bits, rate: hertz }: Coding = linear): Buffer {
  const bytes = bits / 8;
  const file = Buffer.alloc(44 + bytes * samples.length);
  file.write('RIFF', 0);
  file.writeUInt32LE(36 + bytes * samples.length, 4);
  file.write('WAVEfmt ', 8);
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(code, 20);
  file.writeUInt16LE(1, 22);
  file.writeUInt32LE(hertz, 24);
  file.writeUInt32LE(bytes * hertz, 28);
  file.writeUInt16LE(bytes, 32);
  file.writeUInt16LE(bits, 34);
  file.write('data', 36);
  file.writeUInt32LE(bytes * samples.length, 40);
  samples.forEach((sample, i) => {
    const value = Math.max(-1, Math.min(1, sample));
    if (bits === 16) file.writeInt16LE(Math.round(32_767 * value), 44 + 2 * i);
    else file[44 + i] = code === 7 ? muLaw(value) : Math.round(128 + 127 * value);
  });
  return file;
}

/** G.711, as a telephone exchange writes it. */
function muLaw(value: number): number {
  const magnitude = Math.min(32_635, Math.round(Math.abs(value) * 32_635)) + 132;
  const exponent = Math.floor(Math.log2(magnitude)) - 7;
  const mantissa = (magnitude >> (exponent + 3)) & 15;
  return ~((value < 0 ? 128 : 0) | (exponent << 4) | mantissa) & 255;
}

/** Every other sample of what has nothing above 4 kHz: eight neighbours' mean is filter enough here. */
function telephone(samples: Float32Array): Float32Array {
  return Float32Array.from({ length: samples.length >> 1 }, (_, i) => {
    let sum = 0;
    for (let k = -1; k <= 2; k++) sum += samples[2 * i + k] ?? 0;
    return sum / 4;
  });
}

const excerpt = music.slice(15 * rate, 27 * rate);

test('eight-bit telephone sound is heard, linear and mu-law', async () => {
  for (const code of [1, 7]) {
    const { status, body } = await ask(wav(telephone(excerpt), { code, bits: 8, rate: 8_000 }));
    assert.equal(status, 200);
    assert.equal(body.match?.recordingId, recording.recordingId, `code ${code}`);
    assert.ok(Math.abs(body.match.offsetMs - 15_000) < 50, `${body.match.offsetMs}`);
  }
});

test('silence, noise, a tone, a click and half a second are answered: nobody', async () => {
  const length = 10 * rate;
  const noise = randomBytes(length);
  const nobody = {
    silence: new Float32Array(length),
    noise: Float32Array.from(noise, (byte) => byte / 128 - 1),
    tone: Float32Array.from({ length }, (_, i) => Math.sin((i * 2 * Math.PI * 440) / rate)),
    'one sample': new Float32Array(1),
    'no sample': new Float32Array(0),
    'half a second': excerpt.slice(0, rate / 2),
    'full scale': new Float32Array(length).fill(1),
  };
  for (const [name, samples] of Object.entries(nobody)) {
    const { status, body } = await ask(wav(samples));
    assert.ok(
      (status === 200 && body.match === null) ||
        (status === 422 && body.error.code === 'NOT_SOUND'),
      `${name}: ${status}`,
    );
  }
});

test('what is no sound is refused with a sentence, whatever it says it is', async () => {
  const cut = wav(excerpt);
  for (const [name, payload] of Object.entries({
    'random bytes': randomBytes(200_000),
    'a lying WAV': Buffer.concat([
      Buffer.from('RIFF\xff\xff\xff\x7fWAVEfmt ', 'latin1'),
      randomBytes(5_000),
    ]),
    'a lying MP3': Buffer.concat([
      Buffer.from('ID3\x04\0\0\x7f\x7f\x7f\x7f', 'latin1'),
      randomBytes(5_000),
    ]),
    'a lying Ogg': Buffer.concat([Buffer.from('OggS'), randomBytes(5_000)]),
    'a lying FLAC': Buffer.concat([Buffer.from('fLaC'), randomBytes(5_000)]),
    'a lying MP4': Buffer.concat([Buffer.from('\0\0\0\x18ftypM4A '), randomBytes(5_000)]),
    'a web page': Buffer.from('<!doctype html><title>not found</title>'),
    'a playlist': Buffer.from('#EXTM3U\n#EXTINF:1,\nfile:///etc/hostname\n'),
    'one byte': Buffer.from('x'),
    'nothing at all': Buffer.alloc(0),
  })) {
    const { status, body } = await ask(payload);
    const isRefused = status === 422 && body.error.code === 'NOT_SOUND' && body.detail.length > 10;
    assert.ok(
      isRefused || (status === 200 && body.match === null),
      `${name}: ${status} ${body.detail}`,
    );
    if (name === 'nothing at all') assert.ok(isRefused, `${status} ${body.detail}`);
  }
  // What was heard before it broke off is still worth asking about.
  const { body } = await ask(cut.subarray(0, cut.length - 1_001));
  assert.equal(body.match?.recordingId, recording.recordingId);
});

test('of what is longer than a minute the first minute is heard; what is larger than 16 MiB is refused', async () => {
  // The music begins behind the first minute: who heard more would name it.
  const late = new Float32Array(80 * rate);
  late.set(excerpt, 65 * rate);
  assert.equal((await ask(wav(late))).body.match, null);
  late.set(excerpt, 40 * rate);
  assert.equal((await ask(wav(late))).status, 200);
  const large = await ask(Buffer.alloc(16 * 1024 * 1024 + 1));
  assert.deepEqual([large.status, large.body.error.code], [413, 'TOO_LARGE']);
});

test('hostile JSON is refused and stops nobody', async () => {
  const query = hear(excerpt);
  const asked = (body: unknown) => ask(JSON.stringify(body), 'application/json');
  for (const body of [
    null,
    [],
    'hashes',
    7,
    {},
    { hashes: null },
    { hashes: 'x' },
    { hashes: {} },
    { hashes: { length: 3, 0: 1 } },
    { hashes: [[1], [2]] },
    { hashes: [1, '2', 3] },
    { hashes: [1e308] },
    { hashes: [-1, 0] },
    { hashes: [0.5] },
    { hashes: [3, 2, 1] },
    { hashes: Array.from({ length: 500_000 }, (_, i) => i) },
    { hashes: [...query.places], levels: [1] },
    { hashes: [...query.places], levels: 'loud' },
    { hashes: [...query.places], levels: [...query.places].map(() => 1e9) },
  ]) {
    const { status, body: reply } = await asked(body);
    assert.equal(status, 400, JSON.stringify(body)?.slice(0, 60));
    assert.ok(reply.detail.length > 10);
  }
  for (const text of [
    '{"hashes":[1,2',
    '',
    '{"hashes":[NaN]}',
    '{"__proto__":{"hashes":[1]}}',
    `${'['.repeat(200_000)}${']'.repeat(200_000)}`,
    `{"hashes":${'['.repeat(200_000)}1${']'.repeat(200_000)}}`,
  ])
    assert.equal((await ask(text, 'application/json')).status, 400, text.slice(0, 40));
  assert.equal((await asked({ hashes: [] })).body.match, null);
  const { body } = await asked({ hashes: [...query.places] });
  assert.equal(body.match?.recordingId, recording.recordingId);
  assert.equal((await ask('x', 'application/x-unknown')).status, 415);
});

test('twelve of them at once are all answered, and the next one as well', async () => {
  const answers = await Promise.all(
    Array.from({ length: 12 }, (_, i) =>
      i % 3 === 0
        ? ask(randomBytes(50_000))
        : ask(wav(i % 3 === 1 ? excerpt : new Float32Array(rate))),
    ),
  );
  assert.ok(answers.every(({ status }) => [200, 422].includes(status)));
  assert.equal((await ask(wav(excerpt))).body.match?.recordingId, recording.recordingId);
});

const cli = path.join(import.meta.dirname, '../../cli/main.ts');
/** An hour decoded is 230 MB; who reads it whole needs more than this for it alone. */
const bytesMax = 450 * 1024 * 1024;

test('the command line answers a line a file, and an hour costs it no more memory than a minute', async (t) => {
  const index = path.join(folder, 'music.ngoma');
  await writeSegment(index, buildSegment([recording]));
  const hour = new Float32Array(3_600 * 8_000);
  const minute = telephone(music);
  for (let at = 0; at < hour.length; at += minute.length)
    hour.set(minute.subarray(0, hour.length - at), at);
  const files = {
    'hour.wav': wav(hour, { code: 1, bits: 8, rate: 8_000 }),
    'random.mp3': randomBytes(100_000),
    'empty.ogg': Buffer.alloc(0),
    'silence.wav': wav(new Float32Array(10 * rate)),
    'telephone.wav': wav(telephone(excerpt), { code: 7, bits: 8, rate: 8_000 }),
  };
  for (const [name, bytes] of Object.entries(files))
    await writeFile(path.join(folder, name), bytes);
  const names = [...Object.keys(files), 'missing.wav'].map((name) => path.join(folder, name));
  const child = spawn(process.execPath, [cli, 'identify', '--index', index, ...names, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let largest = 0;
  const watch = setInterval(() => {
    largest = Math.max(largest, ...familyOf(child.pid!).map(memoryOf));
  }, 20);
  let said = '';
  child.stdout.on('data', (text: Buffer) => (said += text.toString()));
  const code = await new Promise((resolve) => child.once('close', resolve));
  clearInterval(watch);
  assert.equal(code, 0);
  const lines = said
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.deepEqual(
    lines.map(({ file, match, error }) => [
      path.basename(file),
      match?.title ?? null,
      error === undefined ? null : String(error).split(':')[0],
    ]),
    [
      ['hour.wav', 'Ikirere', null],
      ['random.mp3', null, 'not-sound'],
      ['empty.ogg', null, 'empty'],
      ['silence.wav', null, null],
      ['telephone.wav', 'Ikirere', null],
      ['missing.wav', null, 'missing'],
      [path.basename(folder), null, 'not-a-file'],
    ],
  );
  if (existsSync('/proc/self/status')) {
    t.diagnostic(`largest process ${Math.round(largest / 1024 ** 2)} MiB`);
    assert.ok(largest > 0 && largest < bytesMax, `${largest}`);
  }
});

/** A process and its children, where the system says. */
function familyOf(pid: number): readonly number[] {
  if (!existsSync('/proc')) return [pid];
  const parents = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        return (
          readFileSync(`/proc/${name}/stat`, 'latin1').split(') ')[1]?.split(' ')[1] === String(pid)
        );
      } catch {
        return false; // it ended meanwhile
      }
    });
  return [pid, ...parents.map(Number)];
}

/** The most memory a process has had, in bytes. */
function memoryOf(pid: number): number {
  try {
    const line = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'));
    return line === null ? 0 : Number(line[1]) * 1_024;
  } catch {
    return 0;
  }
}
