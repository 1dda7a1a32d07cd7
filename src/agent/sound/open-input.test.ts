import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import fc from 'fast-check';
import { openInput, type Sound } from './open-input.ts';
import { readWavHead, samplesOf, type SampleFormat } from './read-wav.ts';

function written(t: TestContext, bytes: Buffer, name = 'sound.wav'): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'ngoma-input-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = path.join(folder, name);
  writeFileSync(file, bytes);
  return file;
}

function wav(
  samples: Buffer,
  tag: number,
  bits: number,
  channels: number,
  size = samples.length,
): Buffer {
  const head = Buffer.alloc(56);
  head.write('RIFF....WAVEfmt ', 'latin1');
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(tag, 20);
  head.writeUInt16LE(channels, 22);
  head.writeUInt32LE(8_000, 24);
  head.writeUInt16LE(bits, 34);
  head.write('LIST', 36, 'latin1'); // a chunk that is none of our business
  head.writeUInt32LE(4, 40);
  head.write('data', 48, 'latin1');
  head.writeUInt32LE(size, 52);
  return Buffer.concat([head, samples]);
}

async function heard(file: string): Promise<number[]> {
  const sound = await openInput({ kind: 'file', path: file });
  assert.ok(!('kind' in sound), JSON.stringify(sound));
  const samples: number[] = [];
  for await (const block of (sound as Sound).blocks) samples.push(...block);
  return samples;
}

const encoders: Readonly<Record<SampleFormat, readonly [number, number, (x: number) => Buffer]>> = {
  u8: [1, 8, (x) => Buffer.of(Math.round(x * 128) + 128)],
  s16: [1, 16, (x) => little(2, (b) => b.writeInt16LE(x * 32_768))],
  s24: [1, 24, (x) => little(3, (b) => b.writeIntLE(x * 8_388_608, 0, 3))],
  s32: [1, 32, (x) => little(4, (b) => b.writeInt32LE(x * 2_147_483_648))],
  f32: [3, 32, (x) => little(4, (b) => b.writeFloatLE(x))],
};

function little(size: number, write: (bytes: Buffer) => void): Buffer {
  const bytes = Buffer.alloc(size);
  write(bytes);
  return bytes;
}

for (const [format, [tag, bits, encode]] of Object.entries(encoders)) {
  test(`a WAV file of ${format} is heard as it is, its channels as their mean`, async (t) => {
    const frames = [0.5, -0.25, 0, -1, 0.75];
    const samples = Buffer.concat(frames.flatMap((x) => [encode(x), encode(0)]));
    const mono = await heard(written(t, wav(samples, tag, bits, 2)));
    assert.equal(mono.length, frames.length);
    mono.forEach((sample, i) => assert.ok(Math.abs(sample - frames[i]! / 2) < 0.005));
  });
}

test('a recorder that lost power left no length: all that follows is sound, half a frame is dropped', async (t) => {
  const samples = Buffer.concat([encoders.s16[2](0.5), encoders.s16[2](0.25), Buffer.of(7)]);
  for (const size of [0, 0xffffffff])
    assert.deepEqual(await heard(written(t, wav(samples, 1, 16, 1, size))), [0.5, 0.25]);
});

test('what is absent is said in one sentence', async (t) => {
  for (const input of [
    { kind: 'file', path: '/nowhere/at all.wav' },
    { kind: 'file', path: os.tmpdir() },
    { kind: 'file', path: written(t, Buffer.alloc(0)) },
  ] as const) {
    const answer = await openInput(input);
    assert.ok('kind' in answer && answer.kind === 'refused');
    assert.match(answer.detail!, /^[^\n]+\.$/);
  }
  const programs = process.env['PATH'];
  process.env['PATH'] = '/nowhere';
  t.after(() => (process.env['PATH'] = programs));
  const answer = await openInput({ kind: 'alsa', card: 'default' });
  assert.ok('kind' in answer && answer.kind === 'refused');
  assert.equal(answer.detail, 'arecord is not installed; on Debian: apt-get install alsa-utils.');
});

test('bytes of any kind are read as a WAV head or not at all, and never throw', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (bytes, isWav) => {
      const head = Buffer.concat([Buffer.from(isWav ? 'RIFF....WAVEfmt ' : '', 'latin1'), bytes]);
      const answer = readWavHead(head);
      if (answer.kind === 'wav') assert.ok(answer.rate >= 4_000 && answer.channels <= 32);
    }),
  );
});

test('a sample that is no number is silence', () => {
  const bytes = Buffer.from(new Float32Array([NaN, Infinity, 0.5]).buffer);
  assert.deepEqual([...samplesOf(bytes, 3, 1, 'f32')], [0, 0, 0.5]);
});
