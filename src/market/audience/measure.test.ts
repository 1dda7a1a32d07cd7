import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { toDay, toDayNumber } from './days.ts';
import { measure } from './measure.ts';
import { mergePoints, pointsIn, type Point } from './spans.ts';

const june1 = toDayNumber('2026-06-01');
const june30 = toDayNumber('2026-06-30');

function spansOf(values: Readonly<Record<number, number>>, start = june1) {
  const points = Object.entries(values).map(([day, value]) => ({
    day: start + Number(day) - 1,
    value: BigInt(value),
  }));
  return mergePoints([], points).spans;
}

test('a running total over a month is what it grew by, with the value of the day before the month', () => {
  const values = Object.fromEntries(Array.from({ length: 31 }, (_, i) => [i, 1_000 + 10 * i]));
  const june = measure('counter', spansOf(values), june1, june30);
  assert.equal(june.total, 300n);
  assert.deepEqual([june.unknownDays, june.estimate, june.peak], [0, null, 10n]);
});

test('a running total that halves in mid-month answers the measured part and names the day nobody knows', () => {
  const before = Array.from({ length: 15 }, (_, i) => [i, 100_000 + 108 * i] as const);
  const after = Array.from({ length: 16 }, (_, i) => [15 + i, 50_000 + 56 * i] as const);
  const june = measure(
    'counter',
    spansOf(Object.fromEntries([...before, ...after])),
    june1,
    june30,
  );
  assert.equal(june.total, BigInt(14 * 108 + 15 * 56));
  assert.deepEqual(
    june.unknown.map((gap) => [toDay(gap.from), toDay(gap.to)]),
    [['2026-06-15', '2026-06-15']],
  );
  assert.equal(june.resets.length, 1);
  assert.deepEqual(june.estimate, { low: june.total! + 56n, high: june.total! + 108n });
});

test('a gap inside the month keeps the total exact; one over its edge is unknown and bounded', () => {
  const inside = measure('counter', spansOf({ 0: 100, 1: 110, 20: 300, 30: 400 }), june1, june30);
  assert.deepEqual([inside.total, inside.unknownDays, inside.peak], [300n, 0, 10n]);
  const across = measure('counter', spansOf({ [-4]: 100, 5: 190, 30: 400 }), june1, june30);
  assert.deepEqual([across.total, across.unknownDays], [210n, 5]);
  assert.deepEqual(across.estimate, { low: 210n, high: 300n });
});

test('where a series begins within the month, the days before and its first day are unknown, without an estimate', () => {
  const june = measure('counter', spansOf({ 9: 1_000, 10: 1_100, 30: 3_000 }), june1, june30);
  assert.deepEqual([june.total, june.unknownDays, june.estimate], [2_000n, 9, null]);
  // 21 days of a billion each: what it grew by, never the sum.
  const large = Array.from({ length: 22 }, (_, i) => [9 + i, 1_000_000_000 + 100_000 * i]);
  const grown = measure('counter', spansOf(Object.fromEntries(large)), june1, june30);
  assert.deepEqual([grown.total, grown.unknownDays], [2_100_000n, 9]);
  const nothing = measure('counter', [], june1, june30);
  assert.deepEqual([nothing.total, nothing.unknownDays], [null, 30]);
});

test('levels have a first, a last and a difference, and never a total', () => {
  for (const kind of ['gauge', 'rolling', 'score', 'rank'] as const) {
    const june = measure(kind, spansOf({ 1: 50, 2: 50, 30: 40 }), june1, june30);
    assert.equal(june.total, null);
    assert.deepEqual([june.first?.value, june.last?.value, june.delta], [50n, 40n, -10n]);
    assert.deepEqual([june.unknownDays, june.daysStale], [27, 1]);
    assert.equal(june.peak, kind === 'rank' ? 40n : 50n);
  }
});

test('a flow is added over the days that were observed, and the others are named', () => {
  const june = measure('flow', spansOf({ 1: 5, 2: 5, 4: 1 }), june1, june1 + 3);
  assert.deepEqual([june.total, june.unknownDays, june.daysStale], [11n, 1, 0]);
});

const series = fc
  .array(
    fc.record(
      { day: fc.integer({ min: 0, max: 90 }), value: fc.bigInt({ min: 0n, max: 50n }) },
      { noNullPrototype: true },
    ),
    {
      maxLength: 60,
    },
  )
  .map((points) => [...new Map(points.map((p) => [p.day, p])).values()]);

test('spans hold exactly what was observed, whatever the order and however often it is told', () => {
  fc.assert(
    fc.property(series, fc.nat(), (points, seed) => {
      const shuffled = points.toSorted(
        (a, b) => ((a.day * 7919 + seed) % 13) - ((b.day * 7919 + seed) % 13),
      );
      const once = mergePoints([], points);
      const twice = mergePoints(mergePoints([], shuffled.slice(0, 20)).spans, shuffled);
      assert.deepEqual(twice.spans, once.spans);
      assert.equal(twice.corrected, 0);
      const sorted = points.toSorted((a, b) => a.day - b.day);
      assert.deepEqual(pointsIn(once.spans, 0, 90), sorted);
    }),
  );
});

test('two halves of a period add up to no more than the whole, and to it where nothing is unknown', () => {
  fc.assert(
    fc.property(series, fc.integer({ min: 20, max: 60 }), (points: readonly Point[], cut) => {
      const { spans } = mergePoints([], points);
      const whole = measure('counter', spans, 10, 80);
      const halves = [measure('counter', spans, 10, cut), measure('counter', spans, cut + 1, 80)];
      const sum = halves.reduce((total, half) => total + (half.total ?? 0n), 0n);
      assert.ok(sum <= (whole.total ?? 0n));
      if (halves.every((half) => half.unknownDays === 0)) assert.equal(sum, whole.total);
      assert.equal(whole.unknownDays <= halves[0]!.unknownDays + halves[1]!.unknownDays, true);
    }),
  );
});

const fixture = path.resolve(
  import.meta.dirname,
  '../../../../shared/data/harvest/soundcharts/song__spotify_stream_count_60-30d.json',
);

test(
  'a month of a real series is its increase on 21 days, not the sum of 3.78 billion',
  { skip: !existsSync(fixture) && 'the recorded body (../shared/data/harvest) is not here' },
  () => {
    const body = JSON.parse(readFileSync(fixture, 'utf8')) as {
      items: readonly { date: string; value: number }[];
    };
    const points = body.items.map((i) => ({ day: toDayNumber(i.date), value: BigInt(i.value) }));
    const june = measure(
      'counter',
      mergePoints([], points).spans,
      toDayNumber('2021-06-01'),
      toDayNumber('2021-06-30'),
    );
    assert.deepEqual([june.total, june.unknownDays], [2_418_190n, 9]);
  },
);
