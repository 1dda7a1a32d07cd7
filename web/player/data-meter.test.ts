import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createDataMeter } from './data-meter.ts';

function meter(month = '2026-11') {
  const kept = new Map<string, { bytes: number; about: boolean }>();
  const clock = { month };
  const made = createDataMeter({
    month: () => clock.month,
    read: (key) => kept.get(key) ?? null,
    write: (key, value) => void kept.set(key, value),
  });
  return { meter: made, kept, clock };
}

test('a file that arrived whole counts what the browser says, headers included', () => {
  const { meter: one } = meter();
  one.ended('/a', { transferBytes: 1_000_300, bodyBytes: 1_000_000 });
  assert.deepEqual(one.get(), {
    visitBytes: 1_000_300,
    monthBytes: 1_000_300,
    month: '2026-11',
    about: false,
  });
});

test('what came from the cache costs nothing', () => {
  const { meter: one } = meter();
  one.ended('/a', { transferBytes: 0, bodyBytes: 1_000_000 });
  one.buffered('/a', 1);
  assert.equal(one.get().visitBytes, 0);
  assert.equal(one.wantsSize('/a'), false);
});

test('of a file broken off the share that was buffered is taken, and said to be about', () => {
  const { meter: one } = meter();
  one.buffered('/a', 0.25);
  assert.equal(one.get().visitBytes, 0, 'not before its size is known');
  one.size('/a', 1_000_000);
  one.buffered('/a', 0.5);
  one.buffered('/a', 0.4); // the browser let go of some; it was received all the same
  one.ended('/a', { transferBytes: 300, bodyBytes: 0 });
  assert.deepEqual([one.get().visitBytes, one.get().about], [500_000, true]);
});

test('the exact figure takes the place of the estimate', () => {
  const { meter: one } = meter();
  one.size('/a', 1_000_000);
  one.buffered('/a', 1);
  one.ended('/a', { transferBytes: 1_000_300, bodyBytes: 1_000_000 });
  assert.equal(one.get().visitBytes, 1_000_300);
});

test('each month begins at nothing and the visit goes on', () => {
  const { meter: one, clock, kept } = meter();
  one.ended('/a', { transferBytes: 10, bodyBytes: 9 });
  clock.month = '2026-12';
  one.ended('/b', { transferBytes: 5, bodyBytes: 4 });
  assert.deepEqual([one.get().visitBytes, one.get().monthBytes], [15, 5]);
  assert.equal(kept.get('2026-11')?.bytes, 10);
});
