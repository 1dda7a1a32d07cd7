import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hashSound } from '#foundation/dsp/hash-sound.ts';
import { hearStretches } from './hear-stretches.ts';
import { keepTime } from './keep-time.ts';
import type { Sound } from './sound/open-input.ts';

const rate = 16_000;
const startedMs = 5_000_000;

/** Seconds of a tone that wanders, in blocks of a second; each comes so long after the one before. */
function coming(waits: readonly number[], pass: (ms: number) => void): AsyncIterable<Float32Array> {
  return (async function* () {
    for (const [second, wait] of waits.entries()) {
      pass(wait);
      yield Float32Array.from(
        { length: rate },
        (_, i) => 0.3 * Math.sin((2 * Math.PI * (300 + 40 * (second % 9)) * i) / rate),
      );
    }
  })();
}

/** When each stretch ended, in milliseconds since the input was opened. */
async function stamped(
  waits: readonly number[],
  lengthMs: number | null = null,
): Promise<number[]> {
  let nowMs = startedMs;
  const time = { monotonic: () => nowMs, wall: () => nowMs };
  const sound: Sound = {
    rate,
    blocks: coming(waits, (ms) => (nowMs += ms)),
    lengthMs,
    complaint: () => null,
    stop: () => {},
  };
  const ends: number[] = [];
  for await (const heard of hearStretches(sound, hashSound, keepTime(time, 'run'), time))
    if (heard.kind === 'stretch') ends.push(heard.stretch.at.monotonicMs - startedMs);
  return ends;
}

const seconds = (count: number, wait: number): number[] =>
  Array.from({ length: count }, () => wait);

test('a microphone is stamped when its sound came', async () => {
  assert.deepEqual(await stamped(seconds(30, 1_000)), [10_000, 20_000, 30_000]);
});

test('a pipe that pours a recording is stamped by the place in it, as if it had just ended', async () => {
  assert.deepEqual(await stamped(seconds(40, 10)), [-29_600, -19_600, -9_600, 400]);
});

test('a file of known length likewise, without waiting for its end', async () => {
  assert.deepEqual(await stamped(seconds(30, 10), 30_000), [-20_000, -10_000, 0]);
});

test('what a radio pours out at first came before what follows at its pace', async () => {
  const ends = await stamped([...seconds(20, 5), ...seconds(20, 1_000)]);
  assert.deepEqual(ends, [-9_900, 100, 10_100, 20_100]);
});

test('a box that stood still for a while does not put two stretches into one moment', async () => {
  const ends = await stamped([
    ...seconds(10, 1_000),
    20_000,
    ...seconds(19, 0),
    ...seconds(10, 1_000),
  ]);
  ends.slice(1).forEach((end, i) => assert.ok(end - ends[i]! >= 10_000, ends.join(' ')));
  assert.equal(ends.at(-1), 40_000);
});

test('silence is told and not kept, and what was held before it is let go', async () => {
  let nowMs = startedMs;
  const time = { monotonic: () => nowMs, wall: () => nowMs };
  const blocks = (async function* () {
    yield* coming(seconds(10, 0), () => {});
    for (let second = 0; second < 10; second++) {
      nowMs += 1_000;
      yield new Float32Array(rate);
    }
  })();
  const sound: Sound = { rate, blocks, lengthMs: null, complaint: () => null, stop: () => {} };
  const kinds: string[] = [];
  for await (const heard of hearStretches(sound, hashSound, keepTime(time, 'run'), time)) {
    kinds.push(heard.kind);
    if (heard.kind === 'stretch') assert.equal(heard.stretch.at.monotonicMs, startedMs);
  }
  assert.deepEqual(kinds, ['silence', 'stretch']);
});
