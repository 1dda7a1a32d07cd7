import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { allocate, currencies, formatMinor, minorDigits, toJsonAmount } from './money.ts';

const weight = fc.bigInt({ min: 0n, max: 10n ** 30n });
const weights = fc
  .array(weight, { minLength: 1, maxLength: 40 })
  .filter((list) => list.some((w) => w > 0n));
const total = fc.bigInt({ min: 0n, max: 2n ** 53n });

function sum(parts: readonly bigint[]): bigint {
  return parts.reduce((a, b) => a + b, 0n);
}

test('100 in three equal parts is 34, 33, 33', () => {
  assert.deepEqual(allocate(100n, [1n, 1n, 1n]), [34n, 33n, 33n]);
});

test('1,000 by 333333:333333:333334 is 333, 333, 334', () => {
  assert.deepEqual(allocate(1_000n, [333_333n, 333_333n, 333_334n]), [333n, 333n, 334n]);
});

test('the worked splits of a tariff come out to the franc', () => {
  assert.deepEqual(allocate(840_000n, [21_600n, 9_600n, 950n]), [564_355n, 250_824n, 24_821n]);
  assert.deepEqual(allocate(840_000n, [120n, 40n, 10n]), [592_941n, 197_647n, 49_412n]);
  assert.deepEqual(allocate(564_355n, [5_000n, 5_000n]), [282_178n, 282_177n]);
  assert.deepEqual(allocate(282_178n, [5_000n, 2_500n, 2_500n]), [141_089n, 70_545n, 70_544n]);
  assert.deepEqual(allocate(282_177n, [8_000n, 2_000n]), [225_742n, 56_435n]);
});

test('the parts sum to the total exactly and each is its exact share rounded up or down', () => {
  fc.assert(
    fc.property(total, weights, (amount, list) => {
      const parts = allocate(amount, list);
      const all = sum(list);
      assert.equal(sum(parts), amount);
      parts.forEach((part, i) => {
        const floor = (amount * list[i]!) / all;
        assert.ok(part === floor || part === floor + 1n);
      });
    }),
  );
});

test('nobody with a smaller remainder gets a unit that a larger one did not', () => {
  fc.assert(
    fc.property(total, weights, (amount, list) => {
      const parts = allocate(amount, list);
      const all = sum(list);
      const rows = parts.map((part, i) => ({
        up: part > (amount * list[i]!) / all,
        remainder: (amount * list[i]!) % all,
        i,
      }));
      for (const up of rows.filter((row) => row.up)) {
        for (const down of rows.filter((row) => !row.up)) {
          assert.ok(
            up.remainder > down.remainder || (up.remainder === down.remainder && up.i < down.i),
          );
        }
      }
    }),
  );
});

test('equal weights differ by at most one unit, and the first ones get it', () => {
  fc.assert(
    fc.property(total, fc.integer({ min: 1, max: 50 }), (amount, n) => {
      const parts = allocate(
        amount,
        Array.from({ length: n }, () => 7n),
      );
      const extra = Number(amount % BigInt(n));
      parts.forEach((part, i) => assert.equal(part, amount / BigInt(n) + (i < extra ? 1n : 0n)));
    }),
  );
});

test('the order of unequal remainders does not matter: each payee keeps its part', () => {
  fc.assert(
    fc.property(total, weights, fc.infiniteStream(fc.nat()), (amount, list, random) => {
      const all = sum(list);
      const remainders = list.map((w) => (amount * w) % all);
      fc.pre(new Set(remainders).size === remainders.length);
      const order = list
        .map((_, i) => ({ i, key: random.next().value as number }))
        .sort((a, b) => a.key - b.key)
        .map(({ i }) => i);
      const parts = allocate(amount, list);
      const shuffled = allocate(
        amount,
        order.map((i) => list[i]!),
      );
      assert.deepEqual(
        shuffled,
        order.map((i) => parts[i]!),
      );
    }),
  );
});

test('scaling every weight changes nothing', () => {
  fc.assert(
    fc.property(total, weights, fc.bigInt({ min: 1n, max: 10n ** 12n }), (amount, list, k) => {
      assert.deepEqual(
        allocate(
          amount,
          list.map((w) => w * k),
        ),
        allocate(amount, list),
      );
    }),
  );
});

test('a payee of no weight gets nothing and changes nobody else', () => {
  fc.assert(
    fc.property(total, weights, fc.nat(), (amount, list, at) => {
      const place = at % (list.length + 1);
      const parts = allocate(amount, list.toSpliced(place, 0, 0n));
      assert.equal(parts[place], 0n);
      assert.deepEqual(parts.toSpliced(place, 1), allocate(amount, list));
    }),
  );
});

test('what cannot be allocated is refused loudly', () => {
  assert.throws(() => allocate(-1n, [1n]), RangeError);
  assert.throws(() => allocate(1n, [1n, -1n]), RangeError);
  assert.throws(() => allocate(1n, [0n, 0n]), RangeError);
  assert.throws(() => allocate(1n, []), RangeError);
  assert.deepEqual(allocate(0n, [0n, 3n]), [0n, 0n]);
});

test('amounts are written with the digits of their currency', () => {
  assert.equal(formatMinor(12_345n, 'NGN'), '123.45');
  assert.equal(formatMinor(-5n, 'USD'), '-0.05');
  assert.equal(formatMinor(12_345n, 'RWF'), '12345');
  assert.ok(currencies.every((currency) => [0, 2, 3].includes(minorDigits(currency))));
});

test('an amount that JSON cannot carry exactly is refused', () => {
  assert.equal(toJsonAmount(2n ** 53n - 1n), Number.MAX_SAFE_INTEGER);
  assert.throws(() => toJsonAmount(2n ** 53n), RangeError);
});
