import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { oneOfEach, type SeriesRead } from './one-of-each.ts';
import { pointsIn, toSpans } from './spans.ts';

function series(
  provenance: SeriesRead['provenances'][number],
  days: Readonly<Record<number, number>>,
  identifier = '',
): SeriesRead {
  return {
    entityId: 'song',
    platform: 'spotify',
    metric: 'streams',
    kind: 'counter',
    windowDays: null,
    territory: '',
    identifier,
    provenances: [provenance],
    spans: toSpans(new Map(Object.entries(days).map(([day, n]) => [Number(day), BigInt(n)]))),
  };
}

const valuesOf = (one: SeriesRead) =>
  Object.fromEntries(pointsIn(one.spans, 0, 100).map(({ day, value }) => [day, Number(value)]));

test('what was imported and asked for is one figure, and a day takes the more direct value', () => {
  const [one, ...more] = oneOfEach([
    series('import', { 1: 10, 2: 20, 3: 30 }),
    series('api', { 3: 31, 4: 40 }),
  ]);
  assert.equal(more.length, 0);
  assert.deepEqual(valuesOf(one!), { 1: 10, 2: 20, 3: 31, 4: 40 });
  assert.deepEqual(one!.provenances, ['api', 'import']);
});

test('the value of a song as a whole counts only on days without values of its ids', () => {
  const read = oneOfEach([
    series('api', { 1: 10, 2: 20 }),
    series('api', { 2: 12 }, 'a'),
    series('api', { 2: 8 }, 'b'),
  ]);
  assert.deepEqual(read.map(valuesOf), [{ 1: 10 }, { 2: 12 }, { 2: 8 }]);
});

test('the order of the series decides nothing', () => {
  const some = fc.array(
    fc.record({
      provenance: fc.constantFrom('api' as const, 'import' as const, 'scrape' as const),
      identifier: fc.constantFrom('', 'a', 'b'),
      days: fc.dictionary(fc.integer({ min: 1, max: 40 }).map(String), fc.nat(100)),
    }),
    { maxLength: 6 },
  );
  const unique = (list: readonly SeriesRead[]) => [
    ...new Map(list.map((one) => [`${one.identifier} ${one.provenances}`, one])).values(),
  ];
  const shown = (list: readonly SeriesRead[]) =>
    list
      .map((one) => [one.identifier, one.provenances, valuesOf(one)])
      .map((row) => JSON.stringify(row))
      .toSorted((a, b) => (a < b ? -1 : 1));
  fc.assert(
    fc.property(some, (given) => {
      const list = unique(given.map((g) => series(g.provenance, g.days, g.identifier)));
      assert.deepEqual(shown(oneOfEach(list.toReversed())), shown(oneOfEach(list)));
    }),
  );
});
