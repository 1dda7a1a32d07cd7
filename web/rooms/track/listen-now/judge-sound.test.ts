import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeSound } from './judge-sound.ts';

const rate = 16_000;
const seconds = 10;

/** A tone whose loudness at each moment is given. */
function tone(levelAt: (second: number) => number): Float32Array {
  return Float32Array.from(
    { length: rate * seconds },
    (_, i) => levelAt(i / rate) * Math.sin((2 * Math.PI * 220 * i) / rate),
  );
}

test('nothing is silence, and so is the noise floor of a phone', () => {
  assert.equal(judgeSound(new Float32Array(0)), 'silence');
  assert.equal(judgeSound(tone(() => 0.0003)), 'silence');
});

test('a band that goes on is steady, however quiet; syllables and words with gaps are halting', () => {
  for (const gain of [0.005, 0.5]) {
    assert.equal(
      judgeSound(tone((at) => gain * (0.7 + 0.3 * Math.sin(2 * Math.PI * 2 * at)))),
      'steady',
    );
    assert.equal(judgeSound(tone((at) => ((at * 4) % 1 < 0.6 ? gain : gain * 0.02))), 'halting');
  }
});
