import assert from 'node:assert/strict';
import { test } from 'node:test';
import { followSubject, type Appearance } from './follow-subject.ts';

const weeks = ['2026-01-02', '2026-01-09', '2026-01-16', '2026-01-23', '2026-01-30'];

function on(day: string, rank: number, said: Partial<Appearance> = {}): Appearance {
  return {
    issueDay: day,
    rank,
    saidPeak: null,
    saidWeeks: null,
    saidLast: null,
    said: null,
    ...said,
  };
}

function standing(appearances: readonly Appearance[], days: readonly string[]) {
  return followSubject(appearances, days, 'weekly');
}

test('a song that was never on the chart is new, one that comes back is a re-entry, and the rest moves', () => {
  const days = weeks.slice(0, 2);
  assert.equal(standing([on(weeks[1]!, 40)], days).move, 'new');
  assert.equal(standing([on(weeks[0]!, 40), on(weeks[1]!, 12)], days).move, 'up');
  assert.equal(standing([on(weeks[0]!, 12), on(weeks[1]!, 40)], days).move, 'down');
  assert.equal(standing([on(weeks[0]!, 12), on(weeks[1]!, 12)], days).move, 'same');
  const back = standing([on(weeks[0]!, 12), on(weeks[2]!, 30)], weeks.slice(0, 3));
  assert.deepEqual(
    {
      move: back.move,
      last: back.lastRank,
      weeks: back.weeks,
      streak: back.streak,
      peak: back.peak,
    },
    { move: 're', last: null, weeks: 2, streak: 1, peak: 12 },
  );
});

test('where the issue before is missing, movement is unknown and never NEW, unless the chart says it', () => {
  const days = [weeks[0]!, weeks[2]!];
  assert.equal(standing([on(weeks[2]!, 8)], days).move, 'unknown');
  assert.equal(standing([on(weeks[0]!, 3), on(weeks[2]!, 8)], days).move, 'unknown');
  assert.equal(standing([on(weeks[2]!, 8, { said: 'new' })], days).move, 'new');
  const said = standing([on(weeks[2]!, 8, { saidLast: 3 })], days);
  assert.deepEqual([said.move, said.lastRank], ['down', 3]);
});

test('history from before our issues is taken over once, from the first appearance', () => {
  const first = on(weeks[0]!, 7, { saidWeeks: 58, saidPeak: 1 });
  const now = standing(
    [first, on(weeks[1]!, 9, { saidWeeks: 99, saidPeak: 9 })],
    weeks.slice(0, 2),
  );
  assert.deepEqual([now.weeks, now.peak, now.carried, now.restated], [59, 1, true, false]);
});

test('a chart that counts anew when a song comes back is followed, and that is told', () => {
  const now = standing(
    [on(weeks[0]!, 7), on(weeks[1]!, 8), on(weeks[3]!, 90, { saidWeeks: 1, saidPeak: 90 })],
    weeks.slice(0, 4),
  );
  assert.deepEqual([now.weeks, now.peak, now.restated], [1, 90, true]);
});
