import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hashSound, joinHashes } from './hash-sound.ts';

const rate = 16_000;

/** Twenty seconds of short notes with their overtones. */
const sound = Float32Array.from({ length: 20 * rate }, (_, i) => {
  const note = Math.floor(i / 4_000);
  const hz = 200 * 2 ** (((note * 7) % 30) / 12);
  let sample = 0;
  for (let h = 1; h <= 6; h++) sample += Math.sin((2 * Math.PI * hz * h * i) / rate) / h;
  return sample * Math.exp(-(i % 4_000) / 1_500);
});

test('hashes are ascending whole numbers, and silence has none', () => {
  const { hashes, levels } = hashSound(sound);
  assert.ok(hashes.length > 500);
  assert.ok(levels.length === hashes.length && levels.every((level) => level >= 0 && level < 255));
  hashes.forEach((place, i) =>
    assert.ok(Number.isInteger(place) && (i === 0 || place > hashes[i - 1]!)),
  );
  assert.equal(hashSound(new Float32Array(10 * rate)).hashes.length, 0);
});

test('two halves joined are nearly the hashes of the whole', () => {
  const [first, second] = [sound.subarray(0, 10 * rate), sound.subarray(10 * rate)].map(hashSound);
  const joined = joinHashes(first!, second!, 10_000);
  joined.hashes.forEach((place, i) => assert.ok(i === 0 || place > joined.hashes[i - 1]!));
  const whole = new Set(hashSound(sound).hashes);
  assert.ok(joined.hashes.filter((place) => whole.has(place)).length > 0.8 * whole.size);
  assert.deepEqual([joined.levels!.length, joined.seams], [joined.hashes.length, [1_250]]);
  const older = joinHashes({ hashes: first!.hashes }, second!, 10_000);
  assert.deepEqual(older, { hashes: joined.hashes }, 'half of the levels is no use');
});
