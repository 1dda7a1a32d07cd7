import assert from 'node:assert/strict';
import { test } from 'node:test';
import { byDay, lastDays } from './days.ts';

const noon = Date.UTC(2026, 10, 20, 12);

test('a week ends with today and its end is exclusive', () => {
  const week = lastDays(7, noon);
  assert.deepEqual(
    [week.from, week.to, week.days.length, week.days.at(-1)],
    ['2026-11-14', '2026-11-21', 7, '2026-11-20'],
  );
});

test('at the first millisecond of a day the new day is today', () => {
  assert.equal(lastDays(1, Date.UTC(2026, 10, 20)).from, '2026-11-20');
  assert.equal(lastDays(1, Date.UTC(2026, 10, 20) - 1).from, '2026-11-19');
});

test('a day without plays is 0, a day that is not over is unknown', () => {
  assert.deepEqual(
    byDay(
      ['2026-11-18', '2026-11-19', '2026-11-20'],
      [
        { key: '2026-11-18', plays: 5 },
        { key: '2026-11-20', plays: 2 },
      ],
      '2026-11-20',
    ),
    [5, 0, null],
  );
});
