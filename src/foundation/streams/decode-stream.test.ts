import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fingerprintRate as rate } from '#foundation/dsp/find-peaks.ts';
import { amplitude, mp3, noise } from '#foundation/decoding/testing.ts';
import { startDecoding } from './decode-stream.ts';

// A real decoding process, fed what stations send.

async function decoded(parts: readonly Buffer[]): Promise<Float32Array> {
  const blocks: Float32Array[] = [];
  const decoding = startDecoding('mp3', (pcm) => void blocks.push(pcm));
  for (const part of parts) await decoding.write(part);
  await decoding.end();
  return Float32Array.from(blocks.flatMap((block) => [...block]));
}

test('a stream whose rate and channels change on the way is heard to its end, each part as loud as it was', async () => {
  const samples = await decoded([
    mp3(44_100, 2, 440, 3),
    mp3(22_050, 1, 1_000, 3),
    mp3(48_000, 2, 2_000, 3),
  ]);
  assert.ok(Math.abs(samples.length / rate - 9) < 0.4, `${samples.length / rate} s`);
  [440, 1_000, 2_000].forEach((hertz, i) => {
    const middle = samples.subarray((3 * i + 1) * rate, (3 * i + 2) * rate);
    // LAME turns everything down by 5%.
    const found = amplitude(middle, hertz) / 0.25;
    assert.ok(found > 0.9 && found < 1.05, `${hertz} Hz: ${found}`);
  });
});

test('a hole in a stream costs the sound in the hole, and a stream that is all hole ends', async () => {
  const whole = mp3(44_100, 2, 440, 10);
  noise(8_000).copy(whole, 60_000);
  const seconds = (await decoded([whole])).length / rate;
  assert.ok(seconds > 9 && seconds < 10.2, `${seconds} s`);
  assert.equal((await decoded([noise(200_000)])).length, 0);
});

test('sound arrives while the stream goes on, and pieces of any length give the same', async () => {
  const whole = mp3(44_100, 2, 440, 10);
  const pieces = Array.from({ length: Math.ceil(whole.length / 777) }, (_, i) =>
    whole.subarray(777 * i, 777 * (i + 1)),
  );
  let samples = 0;
  const decoding = startDecoding('mp3', (pcm) => void (samples += pcm.length));
  for (const piece of pieces) await decoding.write(piece);
  while (samples < 7 * rate) await new Promise((resolve) => setTimeout(resolve, 20));
  await decoding.end();
  assert.equal(samples, (await decoded([whole])).length);
});
