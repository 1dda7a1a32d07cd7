import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clock, formats } from './format.ts';

const english = formats('en-GB', 'Africa/Kigali');
const french = formats('fr-FR', 'Africa/Kigali');
const plain = (text: string) => text.replace(/[\u00a0\u202f\u2009]/g, ' ');

test('francs of Rwanda have no cents, nairas have two, whatever the locale thinks', () => {
  assert.equal(plain(english.money(413_281, 'RWF')), 'RWF 413,281');
  assert.equal(plain(english.money(12_345, 'NGN')), 'NGN 123.45');
  assert.equal(plain(english.money(5, 'CDF', true)), '0.05');
  assert.equal(plain(french.money(413_281, 'RWF')), '413 281 RWF');
});

test('an amount near 2^53 minor units loses nothing', () => {
  assert.equal(plain(english.money(9_007_199_254_740_991n, 'NGN', true)), '90,071,992,547,409.91');
});

test('a period names its last day although its end is exclusive', () => {
  assert.equal(plain(english.period('2026-07-01', '2026-10-01')), '1 July – 30 September 2026');
  assert.equal(plain(english.period('2026-07-01', '2026-07-02')), '1 July 2026');
});

test('a UTC day is not moved by the time zone, an instant is', () => {
  assert.equal(formats('en-GB', 'America/Los_Angeles').day('2026-11-20'), '20 Nov 2026');
  assert.equal(english.time('2026-11-20T18:31:00Z'), '20:31');
});

test('a player clock grows hours only when there are any', () => {
  assert.deepEqual([0, 7_900, 247_000, 3_661_000].map(clock), ['0:00', '0:07', '4:07', '1:01:01']);
});

test('sizes are in the unit a data bundle is sold in', () => {
  assert.deepEqual(
    [0, 212, 41_000, 570_000, 11_800_000].map((n) => plain(english.bytes(n))),
    ['0 kB', '212 bytes', '41 kB', '0.6 MB', '11.8 MB'],
  );
});

test('a mean of a few is not none', () => {
  assert.deepEqual([7 / 28, 9.96, 1_234.6].map(english.mean), ['0.3', '10', '1,235']);
});

test('nothing that was measured is a hundred per cent sure', () => {
  assert.deepEqual([0.99996, 0.934].map(english.sure), ['99%', '93%']);
});

test('a span is said as coarsely as it is long', () => {
  assert.deepEqual(
    [900, 59_000, 125_000, 7_800_000, 412_345_000].map((ms) => plain(english.span(ms))),
    ['1 s', '59 s', '2 min', '2 h 10', '114 h'],
  );
});
