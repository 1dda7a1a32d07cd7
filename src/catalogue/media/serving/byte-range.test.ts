import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { clientHas, parseRange, rangeStillApplies, unchangedSince } from './byte-range.ts';

for (const [header, expected] of [
  [undefined, 'all'],
  ['bytes=0-99', { start: 0, end: 99 }],
  ['bytes=0-', { start: 0, end: 999 }],
  ['bytes=900-2000', { start: 900, end: 999 }],
  ['bytes=-100', { start: 900, end: 999 }],
  ['bytes=-5000', { start: 0, end: 999 }],
  ['Bytes= 5 - 6 ', { start: 5, end: 6 }],
  ['bytes=999-999', { start: 999, end: 999 }],
  ['bytes=1000-', 'unsatisfiable'],
  ['bytes=-0', 'unsatisfiable'],
  ['bytes=6-5', 'all'],
  ['bytes=0-1,5-6', 'all'],
  ['bytes=-', 'all'],
  ['items=0-5', 'all'],
  ['bytes=a-b', 'all'],
] as const) {
  test(`of 1000 bytes, ${header ?? 'no range'} is ${JSON.stringify(expected)}`, () => {
    assert.deepEqual(parseRange(header, 1_000), expected);
  });
}

test('a range that is answered lies within the file', () => {
  fc.assert(
    fc.property(fc.string(), fc.nat(), fc.nat(), fc.nat({ max: 5_000 }), (noise, a, b, size) => {
      for (const header of [
        noise,
        `bytes=${a}-${b}`,
        `bytes=${a}-`,
        `bytes=-${b}`,
        `bytes=${noise}`,
      ]) {
        const range = parseRange(header, size);
        if (typeof range === 'string') continue;
        assert.ok(range.start >= 0 && range.start <= range.end && range.end < size);
      }
    }),
  );
});

test('a range is honoured only for the version that the client has', () => {
  const modified = Date.parse('2026-01-02T03:04:05.678Z');
  assert.equal(rangeStillApplies(undefined, '"a"', modified), true);
  assert.equal(rangeStillApplies('"a"', '"a"', modified), true);
  assert.equal(rangeStillApplies('"b"', '"a"', modified), false);
  assert.equal(rangeStillApplies('W/"a"', '"a"', modified), false, 'a weak tag never matches');
  assert.equal(rangeStillApplies('Fri, 02 Jan 2026 03:04:05 GMT', '"a"', modified), true);
  assert.equal(rangeStillApplies('Fri, 02 Jan 2026 03:04:06 GMT', '"a"', modified), false);
  assert.equal(clientHas('"x", W/"a"', '"a"'), true);
  assert.equal(clientHas('"x"', '"a"'), false);
  assert.equal(clientHas('*', '"a"'), true);
});

test('a time the client knows decides where it knows no version', () => {
  const modifiedMs = Date.UTC(2026, 10, 20, 8, 54, 26, 700);
  const at = 'Fri, 20 Nov 2026 08:54:26 GMT';
  assert.equal(unchangedSince({ 'if-modified-since': at }, modifiedMs), true);
  assert.equal(unchangedSince({ 'if-modified-since': at }, modifiedMs + 1_000), false);
  assert.equal(
    unchangedSince({ 'if-modified-since': at, 'if-none-match': '"x"' }, modifiedMs),
    false,
  );
  assert.equal(unchangedSince({ 'if-modified-since': 'yesterday' }, modifiedMs), false);
  assert.equal(unchangedSince({}, modifiedMs), false);
});
