import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { dayOf, parseDay, parseDayOrInstant, parseInstant, toIso, type Instant } from './time.ts';

test('an instant survives being written and read', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: Date.UTC(2199, 11, 31) }), (ms) => {
      assert.equal(parseInstant(toIso(ms as Instant)), ms);
      assert.equal(parseInstant(ms), ms);
    }),
  );
});

test('offsets, fractions and times without seconds are understood', () => {
  assert.equal(parseInstant('2026-11-20T10:00:00+02:00'), Date.UTC(2026, 10, 20, 8));
  assert.equal(parseInstant('2026-11-20T10:00:00.25Z'), Date.UTC(2026, 10, 20, 10, 0, 0, 250));
  assert.equal(parseInstant('2026-11-20T10:00Z'), Date.UTC(2026, 10, 20, 10));
});

test('a time without a zone, a day that does not exist and anything else is refused', () => {
  const wrong = [
    '2026-11-20T10:00:00',
    '2026-02-30T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-11-20',
    'yesterday',
    '',
    '2026-11-20T25:00:00Z',
    '20261120T100000Z',
  ];
  for (const value of [...wrong, null, {}, [], true, Number.NaN, -1, 1.5, 1e18, '1'.repeat(100)])
    assert.equal(parseInstant(value), null, String(value));
});

test('no string makes the parser throw', () => {
  fc.assert(fc.property(fc.string(), (text) => void parseDayOrInstant(text)));
});

test('a day is a UTC day, and a leap day exists only in leap years', () => {
  assert.equal(dayOf(Date.UTC(2026, 10, 20, 23, 59) as Instant), '2026-11-20');
  assert.equal(parseDay('2024-02-29'), Date.UTC(2024, 1, 29));
  assert.equal(parseDay('2026-02-29'), null);
});
