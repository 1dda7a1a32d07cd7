import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { PartyId, RecordingId } from '#foundation/kernel/ids.ts';
import { beginAllocation, type Statement, type UsageRow } from './allocate-pool.ts';
import { leastCommonMultiple, type PolicyName } from './policies.ts';
import { indexRights, type Split } from './rights.ts';

const policyNames = ['pro-rata', 'user-centric'] as const;

function party(n: number): PartyId {
  return `00000000-0000-7000-8000-${String(n).padStart(12, '0')}` as PartyId;
}
function recording(n: number): RecordingId {
  return `11111111-0000-7000-8000-${String(n).padStart(12, '0')}` as RecordingId;
}
function split(
  n: number,
  shares: Readonly<Record<number, number>>,
  more: Partial<Split> = {},
): Split {
  const { territory = '', validFrom = '2026-01-01', version = 1 } = more;
  return {
    splitId: `${n}/${territory}/${version}`,
    recordingId: recording(n),
    territory,
    validFrom,
    version,
    shares: Object.entries(shares).map(([p, basisPoints]) => ({
      partyId: party(Number(p)),
      name: `P${p}`,
      basisPoints,
    })),
  };
}
function usage(
  listenerNo: number,
  recordingNo: number,
  plays: number,
  more: Partial<UsageRow> = {},
): UsageRow {
  return {
    listenerNo,
    recordingId: recording(recordingNo),
    day: '2026-10-15',
    territory: 'RW',
    plays,
    playedMs: plays * 60_000,
    ...more,
  };
}

function allocatePool(
  policy: PolicyName,
  pool: bigint,
  rows: readonly UsageRow[],
  splits: readonly Split[],
): readonly Statement[] {
  const allocation = beginAllocation(policy, indexRights(splits));
  for (const row of rows) allocation.add(row);
  return [...allocation.statements(pool)];
}
const amountsOf = (statements: readonly Statement[]) =>
  statements.map((s) => Number(s.amountMinor));

// Common data A: U1 A80 B20; U2 B10; U3 A5 C5; pool 2,100 RWF.
const worked = [usage(1, 1, 80), usage(1, 2, 20), usage(2, 2, 10), usage(3, 1, 5), usage(3, 3, 5)];
const whole = [split(1, { 1: 10_000 }), split(2, { 2: 10_000 }), split(3, { 3: 10_000 })];

test('pro-rata gives the worked example 1488, 525, 87: the tie goes to the lower party id', () => {
  assert.deepEqual(amountsOf(allocatePool('pro-rata', 2_100n, worked, whole)), [1_488, 525, 87]);
});

test('user-centric gives the worked example 910, 840, 350', () => {
  assert.deepEqual(amountsOf(allocatePool('user-centric', 2_100n, worked, whole)), [910, 840, 350]);
});

test('a statement says how many eligible plays it is made of, and its lines sum to it', () => {
  const [a] = allocatePool('pro-rata', 2_100n, worked, whole);
  assert.deepEqual(a, {
    partyId: party(1),
    name: 'P1',
    amountMinor: 1_488n,
    eligiblePlays: 85,
    lines: [
      { recordingId: recording(1), eligiblePlays: 85, playedMs: 85 * 60_000, amountMinor: 1_488n },
    ],
  });
});

test('a recording is shared by basis points: label 80, artist 20 of 282,177 is 225,742 and 56,435', () => {
  const shared = [split(1, { 1: 8_000, 2: 2_000 })];
  for (const policy of policyNames) {
    assert.deepEqual(
      amountsOf(allocatePool(policy, 282_177n, [usage(1, 1, 7)], shared)),
      [225_742, 56_435],
    );
  }
});

test('a missing split and the missing part of one go to suspense, which comes last', () => {
  const partly = [split(1, { 9: 6_000 }), split(2, { 5: 10_000 })];
  const statements = allocatePool(
    'pro-rata',
    1_000n,
    [usage(1, 1, 5), usage(1, 2, 3), usage(1, 3, 2)],
    partly,
  );
  assert.deepEqual(
    statements.map((s) => [s.partyId, s.name, s.amountMinor, s.eligiblePlays]),
    [
      [party(5), 'P5', 300n, 3],
      [party(9), 'P9', 300n, 5],
      [null, 'suspense', 400n, 7],
    ],
  );
  assert.deepEqual(
    statements.at(-1)!.lines.map((line) => [line.recordingId, line.amountMinor]),
    [
      [recording(1), 200n],
      [recording(3), 200n],
    ],
  );
});

test('the split valid on the day of the play earns, and the highest version of those', () => {
  const versions = [
    split(1, { 1: 10_000 }),
    split(1, { 2: 10_000 }, { validFrom: '2026-10-10', version: 2 }),
    split(1, { 3: 10_000 }, { validFrom: '2026-10-10', version: 3 }),
    split(1, { 4: 10_000 }, { validFrom: '2026-10-20', version: 4 }),
  ];
  const rows = [
    usage(1, 1, 1, { day: '2026-10-09' }),
    usage(1, 1, 1, { day: '2026-10-10' }),
    usage(1, 1, 1, { day: '2026-10-19' }),
    usage(1, 1, 1, { day: '2025-12-31' }),
  ];
  const statements = allocatePool('pro-rata', 400n, rows, versions);
  assert.deepEqual(
    statements.map((s) => [s.name, s.amountMinor]),
    [
      ['P1', 100n],
      ['P3', 200n],
      ['suspense', 100n],
    ],
  );
});

test('a later version that is back-dated replaces the earlier one from its day on', () => {
  const versions = [
    split(1, { 1: 10_000 }, { validFrom: '2026-10-10', version: 1 }),
    split(1, { 2: 10_000 }, { validFrom: '2026-10-01', version: 2 }),
  ];
  assert.deepEqual(
    allocatePool('pro-rata', 10n, [usage(1, 1, 1)], versions).map((s) => s.name),
    ['P2'],
  );
});

test('a split for a territory goes before the general one, even when the general one is newer', () => {
  const versions = [
    split(1, { 1: 10_000 }, { version: 9 }),
    split(1, { 2: 10_000 }, { territory: 'NG', version: 1 }),
  ];
  const rows = [
    usage(1, 1, 1, { territory: 'RW' }),
    usage(1, 1, 1, { territory: 'NG' }),
    usage(1, 1, 2, { territory: '' }),
  ];
  const statements = allocatePool('pro-rata', 400n, rows, versions);
  assert.deepEqual(
    statements.map((s) => [s.name, s.amountMinor]),
    [
      ['P1', 300n],
      ['P2', 100n],
    ],
  );
});

test('nothing is rounded before the end: three hundred listeners with awkward totals come out exactly', () => {
  // Each listener n plays A once and B n-1 times: A gets pool/L times the n-th harmonic number.
  const rows = Array.from({ length: 300 }, (_, i) => [
    usage(i + 1, 1, 1),
    ...(i === 0 ? [] : [usage(i + 1, 2, i)]),
  ]).flat();
  const [a, b] = allocatePool('user-centric', 10n ** 15n, rows, whole.slice(0, 2));
  let numerator = 0n;
  let denominator = 1n;
  for (let n = 1n; n <= 300n; n++)
    [numerator, denominator] = [numerator * n + denominator, denominator * n];
  const exactTimesTwo = (2n * 10n ** 15n * numerator) / (300n * denominator);
  assert.equal(
    a!.amountMinor,
    (exactTimesTwo + 1n) / 2n,
    'two payees: the largest remainder rounds to the nearest',
  );
  assert.equal(a!.amountMinor + b!.amountMinor, 10n ** 15n);
});

test('the least common multiple is common, and least', () => {
  assert.equal(leastCommonMultiple([4, 6, 10]), 60n);
  assert.equal(leastCommonMultiple([]), 1n);
});

test('more than the whole is a broken split, and usage out of order a broken stream', () => {
  assert.throws(
    () => allocatePool('pro-rata', 1n, [usage(1, 1, 1)], [split(1, { 1: 9_000, 2: 1_001 })]),
    RangeError,
  );
  assert.throws(
    () => allocatePool('user-centric', 1n, [usage(2, 1, 1), usage(1, 1, 1)], whole),
    /order/,
  );
});

// ── properties ──────────────────────────────────────────────────────────

const rowArb = fc.record({
  listenerNo: fc.integer({ min: 1, max: 6 }),
  recordingNo: fc.integer({ min: 1, max: 6 }),
  plays: fc.integer({ min: 1, max: 40 }),
  territory: fc.constantFrom('RW', 'NG', ''),
  day: fc.constantFrom('2026-10-01', '2026-10-15'),
});
const rowsArb = fc
  .array(rowArb, { minLength: 1, maxLength: 40 })
  .map((rows) =>
    rows
      .sort((a, b) => a.listenerNo - b.listenerNo)
      .map(({ recordingNo, plays, listenerNo, ...more }) =>
        usage(listenerNo, recordingNo, plays, more),
      ),
  );
const splitArb = fc.record({
  n: fc.integer({ min: 1, max: 5 }),
  first: fc.integer({ min: 1, max: 9_999 }),
  parties: fc.uniqueArray(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 2 }),
  territory: fc.constantFrom('', 'RW'),
  validFrom: fc.constantFrom('2026-01-01', '2026-10-10'),
});
const splitsArb = fc.array(splitArb, { maxLength: 12 }).map((list) =>
  list.map(({ n, first, parties, territory, validFrom }, i) =>
    split(n, Object.fromEntries(parties.map((p, j) => [p, j === 0 ? first : 10_000 - first])), {
      territory,
      validFrom,
      version: i + 1,
    }),
  ),
);
const poolArb = fc.bigInt({ min: 1n, max: 2n ** 53n - 1n });
const policyArb = fc.constantFrom(...policyNames);

test('statements sum to the pool, lines to their statement, and none is negative', () => {
  fc.assert(
    fc.property(policyArb, poolArb, rowsArb, splitsArb, (policy, pool, rows, splits) => {
      const statements = allocatePool(policy, pool, rows, splits);
      assert.equal(
        statements.reduce((sum, s) => sum + s.amountMinor, 0n),
        pool,
      );
      for (const s of statements) {
        assert.ok(s.amountMinor >= 0n && s.lines.every((line) => line.amountMinor >= 0n));
        assert.equal(
          s.lines.reduce((sum, line) => sum + line.amountMinor, 0n),
          s.amountMinor,
        );
        assert.equal(
          s.lines.reduce((sum, line) => sum + line.eligiblePlays, 0),
          s.eligiblePlays,
        );
      }
      const ids = statements.map((s) => s.partyId ?? '~');
      assert.deepEqual(ids, [...ids].sort());
    }),
  );
});

test('every amount is the exact rational share, rounded down or up', () => {
  fc.assert(
    fc.property(poolArb, rowsArb, splitsArb, (pool, rows, splits) => {
      const listeners = Map.groupBy(rows, (row) => row.listenerNo);
      const one = leastCommonMultiple(
        [...listeners.values()].map((of) => of.reduce((sum, row) => sum + row.plays, 0)),
      );
      const shares = new Map<string, bigint>(); // over one * listeners * 10,000
      for (const of of listeners.values()) {
        const all = BigInt(of.reduce((sum, row) => sum + row.plays, 0));
        for (const row of of) {
          const rights = indexRights(splits);
          const { split: found } =
            rights.slots[rights.slotOf(row.recordingId, row.day, row.territory)]!;
          const owed = [...(found?.shares ?? [])];
          const missing = 10_000 - owed.reduce((sum, s) => sum + s.basisPoints, 0);
          for (const [id, points] of [
            ...owed.map((s) => [s.partyId, s.basisPoints] as const),
            ['suspense', missing] as const,
          ]) {
            shares.set(
              id,
              (shares.get(id) ?? 0n) + (BigInt(row.plays) * BigInt(points) * one) / all,
            );
          }
        }
      }
      const scale = one * BigInt(listeners.size) * 10_000n;
      for (const s of allocatePool('user-centric', pool, rows, splits)) {
        const scaled = pool * shares.get(s.partyId ?? 'suspense')!;
        assert.ok(
          s.amountMinor === scaled / scale ||
            (s.amountMinor === scaled / scale + 1n && scaled % scale > 0n),
        );
      }
    }),
  );
});

test('the order of rows, listeners and splits changes nothing', () => {
  fc.assert(
    fc.property(
      policyArb,
      poolArb,
      rowsArb,
      splitsArb,
      fc.func(fc.nat()),
      (policy, pool, rows, splits, random) => {
        const shuffle = <T>(list: readonly T[]) =>
          list
            .map((item, i) => ({ item, key: random(i) }))
            .sort((a, b) => a.key - b.key)
            .map(({ item }) => item);
        const renumbered = new Map(
          shuffle([...new Set(rows.map((row) => row.listenerNo))]).map((no, i) => [no, i + 1]),
        );
        const shuffled = shuffle(rows)
          .map((row) => ({ ...row, listenerNo: renumbered.get(row.listenerNo)! }))
          .sort((a, b) => a.listenerNo - b.listenerNo);
        assert.deepEqual(
          allocatePool(policy, pool, shuffled, shuffle(splits)),
          allocatePool(policy, pool, rows, splits),
        );
      },
    ),
  );
});

test('listening k times as much, all of us, changes no amount', () => {
  fc.assert(
    fc.property(
      policyArb,
      poolArb,
      rowsArb,
      splitsArb,
      fc.integer({ min: 2, max: 9 }),
      (policy, pool, rows, splits, k) => {
        const scaled = rows.map((row) => ({ ...row, plays: row.plays * k }));
        assert.deepEqual(
          amountsOf(allocatePool(policy, pool, scaled, splits)),
          amountsOf(allocatePool(policy, pool, rows, splits)),
        );
      },
    ),
  );
});

test('a payee whose recordings nobody played is not there and changes nobody else', () => {
  fc.assert(
    fc.property(policyArb, poolArb, rowsArb, splitsArb, (policy, pool, rows, splits) => {
      const more = [...splits, split(99, { 77: 10_000 })];
      assert.deepEqual(
        allocatePool(policy, pool, rows, more),
        allocatePool(policy, pool, rows, splits),
      );
    }),
  );
});

test('with one listener both policies agree', () => {
  fc.assert(
    fc.property(poolArb, rowsArb, splitsArb, (pool, rows, splits) => {
      const one = rows.map((row) => ({ ...row, listenerNo: 1 }));
      assert.deepEqual(
        allocatePool('user-centric', pool, one, splits),
        allocatePool('pro-rata', pool, one, splits),
      );
    }),
  );
});
