import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { fingerprintRate as rate } from '#foundation/dsp/find-peaks.ts';
import { decodeSound } from './decode-sound.ts';
import { NotSound } from './read-frames.ts';
import { amplitude, mp3, noise, tone } from './testing.ts';

const folder = await mkdtemp(path.join(os.tmpdir(), 'ngoma-decode-'));
after(() => rm(folder, { recursive: true, force: true }));

async function fileOf(bytes: Uint8Array): Promise<string> {
  const file = path.join(folder, `${Math.random()}`);
  await writeFile(file, bytes);
  return file;
}

async function decoded(bytes: Uint8Array): Promise<Float32Array> {
  const all: number[] = [];
  decodeSound(await fileOf(bytes), (samples) => {
    for (const sample of samples) all.push(sample);
    return true;
  });
  return Float32Array.from(all);
}

/** Sun's format, because all it has is a head of 24 bytes; its layout of channels is never named. */
function au(samples: Float32Array, sampleRate: number, channels: number, claims?: number): Buffer {
  const file = Buffer.alloc(24 + 4 * samples.length);
  file.write('.snd', 0);
  [24, claims ?? 4 * samples.length, 6, sampleRate, channels].forEach((value, i) =>
    file.writeUInt32BE(value, 4 + 4 * i),
  );
  samples.forEach((sample, i) => file.writeFloatBE(sample, 24 + 4 * i));
  return file;
}

test('a file whose rate and channels change on the way is decoded to its end', async () => {
  const samples = await decoded(
    Buffer.concat([mp3(44_100, 2, 440, 3), mp3(22_050, 1, 1_000, 3), mp3(48_000, 2, 2_000, 3)]),
  );
  assert.ok(Math.abs(samples.length / rate - 9) < 0.4, `${samples.length / rate} s`);
  [440, 1_000, 2_000].forEach((hertz, i) => {
    const middle = samples.subarray((3 * i + 1) * rate, (3 * i + 2) * rate);
    // Two channels are added at 3 dB less each: what is the same in both comes out 3 dB louder.
    const expected = hertz === 1_000 ? 0.25 : 0.25 * Math.SQRT2;
    // LAME turns everything down by 5%.
    const found = amplitude(middle, hertz) / expected;
    assert.ok(found > 0.9 && found < 1.05, `${hertz} Hz: ${found}`);
  });
});

test('a hole in a file costs the sound in the hole, and a cut the sound behind it', async () => {
  const whole = mp3(44_100, 2, 440, 10);
  const holed = Buffer.from(whole);
  noise(8_000).copy(holed, 60_000);
  const seconds = (await decoded(holed)).length / rate;
  assert.ok(seconds > 9 && seconds < 10.2, `${seconds} s`);
  const cut = await decoded(whole.subarray(0, 80_001));
  assert.ok(Math.abs(cut.length / rate - 5) < 0.2, `${cut.length / rate} s`);
});

test('noise is no sound, whatever its first bytes say', async () => {
  await assert.rejects(decoded(noise(100_000)), NotSound);
  await assert.rejects(decoded(new Uint8Array(0)), NotSound);
  for (const head of [
    'ID3\x03\0\0\0\0\0\0',
    '\xff\xfb\x90\0',
    '\xff\xf1\x50\x80',
    '#!AMR\n',
    'fLaC',
    'OggS',
  ])
    await assert.rejects(
      decoded(Buffer.concat([Buffer.from(head, 'latin1'), noise(100_000)])),
      Error,
      JSON.stringify(head),
    );
});

test('samples that are no numbers or far too loud are silence, and the others stay as they are', async () => {
  const samples = tone(4 * rate, 440, rate);
  const broken = new Map([
    [10, NaN],
    [rate, Infinity],
    [2 * rate + 7, -1e30],
    [4 * rate - 1, 8.5],
  ]);
  const file = Float32Array.from(samples, (sample, i) => broken.get(i) ?? sample);
  assert.deepEqual(
    await decoded(au(file, rate, 1)),
    samples.map((sample, i) => (broken.has(i) ? 0 : sample)),
  );
});

test('channels that have no names are mixed down, one to eight of them', async () => {
  for (const channels of [1, 2, 3, 4, 5, 6, 7, 8]) {
    const one = tone(2 * 32_000, 440, 32_000);
    const all = Float32Array.from(
      { length: channels * one.length },
      (_, i) => one[Math.floor(i / channels)]!,
    );
    const samples = await decoded(au(all, 32_000, channels));
    assert.equal(samples.length, 2 * rate);
    assert.ok(amplitude(samples.subarray(rate / 2, (3 * rate) / 2), 440) > 0.2, `${channels}`);
  }
});

test('a head that claims nine hours gives the sound that is there', async () => {
  const claimed = 4 * 9 * 3_600 * rate;
  const samples = await decoded(au(tone(3 * rate, 440, rate), rate, 1, claimed));
  assert.equal(samples.length, 3 * rate);
});

test('who has enough is handed nothing more', async () => {
  const file = await fileOf(mp3(44_100, 2, 440, 10));
  let blocks = 0;
  let length = 0;
  decodeSound(file, (samples) => {
    blocks++;
    length += samples.length;
    return length < 2 * rate;
  });
  assert.ok(length >= 2 * rate && length < 4 * rate, `${length}`);
  const before = blocks;
  assert.throws(
    () =>
      decodeSound(file, () => {
        blocks++;
        throw new RangeError('full');
      }),
    RangeError,
  );
  assert.equal(blocks, before + 1);
});
