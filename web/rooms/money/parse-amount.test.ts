import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Currency, currencies, formatMinor } from '#foundation/kernel/money.ts';
import { parseAmount } from './parse-amount.ts';

test('what is written for a file reads back to the same minor units', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 2 ** 46 }),
      fc.constantFrom(...currencies),
      (minor, currency: Currency) => {
        assert.equal(parseAmount(formatMinor(BigInt(minor), currency), currency), minor);
      },
    ),
  );
});

test('francs without cents take groups and refuse decimals', () => {
  assert.equal(parseAmount('61 430 000', 'RWF'), 61_430_000);
  assert.equal(parseAmount('61,430,000', 'RWF'), 61_430_000);
  assert.equal(parseAmount('61.430.000', 'RWF'), 61_430_000);
  assert.equal(parseAmount('1,234', 'RWF'), 1_234);
  assert.equal(parseAmount('12.5', 'RWF'), null);
});

test('where a comma could group or part, nothing is guessed', () => {
  assert.equal(parseAmount('1,234', 'NGN'), null);
  assert.equal(parseAmount('1,23', 'NGN'), 123);
  assert.equal(parseAmount('1234.5', 'NGN'), 123_450);
  assert.equal(parseAmount('1.234', 'USD'), null);
});

test('what is no amount is none', () => {
  for (const text of ['', '-5', '1e9', 'RWF 5', '12,34,5', '99999999999999999999'])
    assert.equal(parseAmount(text, 'RWF'), null);
});
