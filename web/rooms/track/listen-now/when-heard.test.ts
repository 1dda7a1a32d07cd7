import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { followSound } from './when-heard.ts';

const opened = Date.UTC(2026, 10, 20, 18);
const stretchMs = 10_000;

test('however late each message comes, after the first few a stretch is placed within 50 ms of a punctual one', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 40, max: 1_500 }), { minLength: 20, maxLength: 200 }),
      fc.integer({ min: 3, max: 9 }),
      (late, punctual) => {
        const when = followSound();
        late.forEach((ms, i) => {
          const soundMs = (i + 1) * stretchMs;
          const lateMs = i % 10 === punctual ? 20 : ms;
          const placed = when(soundMs, opened + soundMs + lateMs);
          if (i >= punctual)
            assert.ok(
              Math.abs(placed - (opened + soundMs + 20)) <= 50,
              `${placed - opened - soundMs}`,
            );
        });
      },
    ),
  );
});

test('a call that takes the microphone for a minute moves what comes after it by a minute', () => {
  const when = followSound();
  assert.equal(when(10_000, opened + 10_000), opened + 10_000);
  assert.equal(when(20_000, opened + 80_300), opened + 80_300);
  assert.equal(when(30_000, opened + 90_100), opened + 90_100);
});

test('a microphone whose crystal is slow by 150 parts per million is followed all night', () => {
  const when = followSound();
  for (let i = 1; i <= 3_000; i++) {
    const soundMs = i * stretchMs;
    const trueMs = opened + soundMs * (1 + 150e-6);
    assert.ok(Math.abs(when(soundMs, trueMs) - trueMs) <= 10);
  }
});
