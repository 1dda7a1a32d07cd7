import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { keepTime } from './keep-time.ts';

const truth = Date.UTC(2026, 10, 20, 18);

/** A box that has run for a minute and believes it is `wrongByMs` later than it is. */
function box(wrongByMs: number) {
  let passed = 60_000;
  const time = { monotonic: () => passed, wall: () => truth + passed - 60_000 + wrongByMs };
  return { time, pass: (ms: number) => (passed += ms), trueNow: () => truth + passed - 60_000 };
}

test('one answer of the server puts a clock right that is years off', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -50 * 365 * 86_400_000, max: 5 * 365 * 86_400_000 }),
      fc.integer({ min: 1, max: 3_000 }),
      fc.integer({ min: 0, max: 999 }),
      (wrongByMs, roundTripMs, intoSecondMs) => {
        const { time, pass, trueNow } = box(wrongByMs);
        const clock = keepTime(time, 'a');
        pass(intoSecondMs);
        const sent = time.monotonic();
        pass(roundTripMs);
        clock.learn(sent, time.monotonic(), Math.floor(trueNow() / 1_000) * 1_000);
        assert.ok(Math.abs(clock.now() - trueNow()) <= (roundTripMs + 1_000) / 2 + 1);
      },
    ),
  );
});

test('many answers tell the time better than the whole seconds each of them has', () => {
  const { time, pass, trueNow } = box(-3 * 365 * 86_400_000);
  const clock = keepTime(time, 'a');
  for (let i = 0; i < 60; i++) {
    pass(10_037);
    const sent = time.monotonic();
    pass(40);
    clock.learn(sent, time.monotonic(), Math.floor(trueNow() / 1_000) * 1_000);
  }
  assert.ok(Math.abs(clock.now() - trueNow()) < 100, `${clock.now() - trueNow()} ms off`);
});

test('what was stamped before the server ever answered is corrected by what it answers', () => {
  const { time, pass, trueNow } = box(7 * 365 * 86_400_000);
  const clock = keepTime(time, 'a');
  const stamp = clock.stamp(time.monotonic());
  const was = trueNow();
  pass(3_600_000);
  clock.learn(time.monotonic(), time.monotonic(), trueNow());
  assert.ok(Math.abs(clock.instantOf(stamp) - was) <= 501);
});

test('a stamp of an earlier start keeps the time it was given, or gets the error of today', () => {
  const { time, trueNow } = box(86_400_000);
  const clock = keepTime(time, 'second');
  clock.learn(time.monotonic(), time.monotonic(), trueNow());
  const known = { run: 'first', monotonicMs: 5, wallMs: 0, instantMs: 1_234_567 };
  assert.equal(clock.instantOf(known), 1_234_567);
  const unknown = { ...known, instantMs: null, wallMs: time.wall() - 10_000 };
  assert.ok(Math.abs(clock.instantOf(unknown) - (trueNow() - 10_000)) <= 501);
});

test('a server whose clock is set is believed', () => {
  const { time, pass, trueNow } = box(0);
  const clock = keepTime(time, 'a');
  clock.learn(time.monotonic(), time.monotonic(), trueNow() - 90_000);
  pass(60_000);
  clock.learn(time.monotonic(), time.monotonic(), trueNow());
  assert.ok(Math.abs(clock.now() - trueNow()) <= 501);
});
