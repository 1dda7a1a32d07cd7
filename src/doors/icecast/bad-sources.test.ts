import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { aRecording } from '#counting/plays/testing.ts';
import { openSoundMatcher } from '#counting/recognition/engine.ts';
import { tone, wavStream } from '#foundation/streams/testing.ts';
import { openStationHouse, until } from '#counting/stations/testing.ts';
import { fingerprintSound } from '#counting/recognition/fingerprint-sound.ts';
import { fingerprintRate as rate } from '#foundation/dsp/find-peaks.ts';
import { composeRecording } from '#main/demo/compose/compose-recording.ts';
import { basic, openDoor, type TestSource, type TestStation } from './testing.ts';

// What comes in at the door of sources although it should not, beside a station that is heard all the while.

let shards: Parameters<typeof openSoundMatcher>[0] = () => [];
const house = await openStationHouse({ after }, { openMatcher: () => openSoundMatcher(shards) });
({ shards } = house.store);
const { aStation, live, connect } = await openDoor({ after }, house);
const song = composeRecording('sources', { seconds: 40, sampleRate: rate, channels: 1 })
  .channels[0]!;
const recordingId = await aRecording(house.db, { title: 'Isoko', artist: 'Esi' });
const about = { recordingId, title: 'Isoko', artist: 'Esi', file: null };
await house.store.add([{ ...about, ...fingerprintSound(song) }]);

async function put(station: TestStation, type: string, more = ''): Promise<TestSource> {
  const authorization = basic('source', station.key);
  const source = await connect(
    `PUT /live/${station.mount} HTTP/1.1\nHost: x\nAuthorization: ${authorization}\nContent-Type: ${type}\n${more}\n`,
  );
  await until(() => source.heard() !== '');
  return source;
}

const isHeard = async (id: string): Promise<boolean> =>
  (await live(id)).nowPlaying.some(({ title }) => title === 'Isoko');

/** Bytes nobody could foresee, the same each time. */
function noise(length: number): Buffer {
  let state = 7;
  return Buffer.from(
    Uint8Array.from({ length }, () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state >>> 24;
    }),
  );
}

/** As a telephone exchange writes it: 8 kHz, a byte a sample, linear or G.711 mu-law, in a WAV without end. */
function telephone(samples: Float32Array, code: 1 | 7): Buffer {
  const head = wavStream(0).subarray(0, 44);
  head.writeUInt16LE(code, 20);
  head.writeUInt32LE(8_000, 24);
  head.writeUInt32LE(8_000, 28);
  head.writeUInt16LE(1, 32);
  head.writeUInt16LE(8, 34);
  const bytes = Uint8Array.from({ length: samples.length >> 1 }, (_, i) => {
    const value = (samples[2 * i]! + samples[2 * i + 1]!) / 2;
    return code === 7 ? muLaw(value) : Math.round(128 + 127 * value);
  });
  return Buffer.concat([head, bytes]);
}

function muLaw(value: number): number {
  const magnitude = Math.min(32_635, Math.round(Math.abs(value) * 32_635)) + 132;
  const exponent = Math.floor(Math.log2(magnitude)) - 7;
  const mantissa = (magnitude >> (exponent + 3)) & 15;
  return ~((value < 0 ? 128 : 0) | (exponent << 4) | mantissa) & 255;
}

test('a source in eight-bit telephone sound is heard, linear and mu-law', async () => {
  for (const code of [1, 7] as const) {
    const station = await aStation();
    const source = await put(station, 'audio/wav');
    source.socket.write(telephone(song, code));
    await until(() => isHeard(station.id), 30_000);
    source.socket.destroy();
  }
});

test('noise, nothing, silence and lies about length are let go or shown for what they are; the song beside them is heard', async (t) => {
  const isGone = async (id: string): Promise<boolean> => (await live(id)).health === 'waiting';
  const bad: readonly (readonly [string, string, string, readonly Buffer[]])[] = [
    ['noise that says it is MP3', 'audio/mpeg', '', [noise(3_000_000)]],
    ['noise that says it is Ogg', 'audio/ogg', '', [noise(3_000_000)]],
    ['noise that says it is AAC', 'audio/aac', '', [noise(3_000_000)]],
    ['noise that says it is FLAC', 'audio/flac', '', [noise(3_000_000)]],
    ['nothing', 'audio/mpeg', '', []],
    ['a head and no more', 'audio/wav', '', [wavStream(0)]],
    ...['ffffffff', '-5', 'zz', '0x10', '0', 'f'.repeat(5_000), ''].map(
      (size) =>
        [
          `a chunk of ${size.slice(0, 10)}`,
          'audio/wav',
          'Transfer-Encoding: chunked\n',
          [Buffer.from(`${size}\r\n`), noise(200)],
        ] as const,
    ),
  ];
  const stations = await Promise.all(bad.map(() => aStation()));
  const sources = await Promise.all(
    bad.map(async ([, type, more, sent], i) => {
      const source = await put(stations[i]!, type, more);
      for (const bytes of sent) source.socket.write(bytes);
      return source;
    }),
  );
  const [good, silent] = [await aStation(), await aStation()];
  const silence = await put(silent, 'audio/wav');
  silence.socket.write(wavStream(40, 0));
  const beside = await put(good, 'audio/wav');
  beside.socket.write(wavStream(0));
  beside.socket.write(
    Buffer.from(Int16Array.from(song, (sample) => Math.round(32_000 * sample)).buffer),
  );
  // Both go on quietly: who says nothing is let go.
  const goOn = setInterval(() => {
    for (const { socket } of [silence, beside]) socket.write(tone(1, 0));
  }, 1_000);
  t.after(() => clearInterval(goOn));
  await Promise.all([
    until(() => isHeard(good.id), 30_000),
    until(async () => (await live(silent.id)).health === 'silent', 30_000),
  ]);
  for (const [i, [name]] of bad.entries())
    await until(() => isGone(stations[i]!.id), 30_000).catch(() => assert.fail(`${name} stays`));
  for (const { socket } of [...sources, beside, silence]) socket.destroy();
});

test('who waits to be told is told that no sound was found, and may send again at once', async () => {
  const station = await aStation();
  const source = await put(station, 'audio/mpeg', 'Expect: 100-continue\n');
  source.socket.write(noise(3_000_000));
  await until(() => /HTTP\/1.1 415 [\s\S]*no sound/.test(source.heard()), 30_000);
  source.socket.destroy();
  const again = await until(async () => {
    const next = await put(station, 'audio/wav');
    if (/ 200 /.test(next.heard())) return next;
    next.socket.destroy();
    return null;
  });
  again.socket.write(telephone(song, 1));
  await until(() => isHeard(station.id), 30_000);
  again.socket.destroy();
});

test('an hour sent at once is taken as fast as it may be heard, and no faster', async () => {
  const station = await aStation();
  const source = await put(station, 'audio/wav');
  const hour = Buffer.concat([wavStream(0), ...Array.from({ length: 60 }, () => tone(60, 0))]);
  source.socket.write(hour);
  await until(async () => (await live(station.id)).health === 'silent', 30_000);
  const { socket } = source;
  // Two minutes and what lies in pipes on the way; the rest waits with the sender.
  await until(() => socket.bytesWritten - socket.writableLength < hour.length);
  assert.ok(socket.writableLength > hour.length / 2, `${socket.writableLength}`);
  socket.destroy();
});
