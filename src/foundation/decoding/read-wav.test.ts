import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readWav } from './read-wav.ts';

function wav(code: number, bits: number, rate: number, data: Uint8Array): Uint8Array {
  const bytes = Buffer.alloc(44 + data.length);
  bytes.write('RIFF', 0);
  bytes.writeUInt32LE(36 + data.length, 4);
  bytes.write('WAVEfmt ', 8);
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(code, 20);
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(rate, 24);
  bytes.writeUInt16LE(bits, 34);
  bytes.write('data', 36);
  bytes.writeUInt32LE(data.length, 40);
  bytes.set(data, 44);
  return bytes;
}

test('telephone audio of 8 bits is read as what it says', () => {
  assert.deepEqual(
    [...readWav(wav(1, 8, 8_000, Uint8Array.of(128, 255, 0)))!.samples],
    [0, Math.fround(127 / 128), -1],
  );
  // G.711: 0xff and 0xd5 are silence, 0x80 and 0xaa full scale.
  const mu = readWav(wav(7, 8, 8_000, Uint8Array.of(0xff, 0x80, 0x00)))!;
  assert.deepEqual(
    [...mu.samples],
    [0, Math.fround(32_124 / 32_768), Math.fround(-32_124 / 32_768)],
  );
  const a = readWav(wav(6, 8, 8_000, Uint8Array.of(0xd5, 0xaa, 0x2a)))!;
  assert.deepEqual(
    [...a.samples],
    [Math.fround(8 / 32_768), Math.fround(32_256 / 32_768), Math.fround(-32_256 / 32_768)],
  );
});

test('a file that ends early gives what it has, one that lies gives nothing', () => {
  const whole = wav(1, 16, 44_100, Uint8Array.of(0, 64, 0, 192));
  assert.deepEqual([...readWav(whole)!.samples], [0.5, -0.5]);
  assert.equal(readWav(whole.subarray(0, 46))!.samples.length, 1);
  assert.equal(readWav(whole.subarray(0, 11)), null);
  assert.equal(readWav(wav(1, 16, 0, Uint8Array.of(0, 0))), null, 'no sample rate');
  assert.equal(readWav(wav(85, 16, 44_100, Uint8Array.of(0, 0))), null, 'MP3 in WAV is for FFmpeg');
  assert.equal(readWav(Uint8Array.from({ length: 500 }, (_, i) => (i * 97) & 255)), null);
});
