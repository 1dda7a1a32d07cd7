import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { newId } from '#foundation/kernel/ids.ts';
import type { Currency } from '#foundation/kernel/money.ts';
import type { Instant } from '#foundation/kernel/time.ts';
import { command, sql, type Database, type Fragment } from '#foundation/platform/postgres.ts';
import { testDatabase } from '#foundation/platform/testing.ts';
import type { JournalLine, NewJournal } from './journal.ts';
import { postJournal, reverseJournal } from './post-journal.ts';
import { balanceOf, trialBalance } from './read-balances.ts';
import { verifyLedger, type LedgerReport } from './verify-ledger.ts';

const { db } = await testDatabase({ after });
const at = Date.UTC(2026, 9, 31, 12, 0, 0, 123) as Instant;

function line(name: string, amountMinor: bigint, currency: Currency = 'RWF'): JournalLine {
  return { account: { name, currency, kind: 'liability' }, amountMinor };
}

function journal(key: string, lines: readonly JournalLine[]): NewJournal {
  return {
    idempotencyKey: key,
    code: 'test',
    description: key,
    effectiveAt: at,
    actor: null,
    lines,
  };
}

async function sumOfEverything(): Promise<string> {
  const { rows } = await db.pool.query(
    'select coalesce(sum(amount_minor), 0)::text as sum from ledger.entry',
  );
  return rows[0].sum as string;
}

async function journalsLike(prefix: string): Promise<number> {
  const { rows } = await db.pool.query(
    'select count(*)::int as n from ledger.journal where idempotency_key like $1',
    [`${prefix}%`],
  );
  return rows[0].n as number;
}

test('a journal moves every account it names, debit positive', async () => {
  const posted = await postJournal(
    db,
    journal('first', [line('pool:a', 100n), line('payable:a', -60n), line('payable:b', -40n)]),
  );
  assert.equal(posted.kind, 'posted');
  assert.deepEqual(await balanceOf(db, { name: 'pool:a', currency: 'RWF' }), {
    balanceMinor: 100n,
    version: 1n,
  });
  assert.deepEqual(await balanceOf(db, { name: 'payable:a', currency: 'RWF' }), {
    balanceMinor: -60n,
    version: 1n,
  });
  assert.deepEqual(await balanceOf(db, { name: 'payable:a', currency: 'NGN' }), {
    balanceMinor: 0n,
    version: 0n,
  });
});

test('the same key and content posts once; the same key with other content is refused CONFLICT', async () => {
  const once = journal('repeat', [line('r:a', 5n), line('r:b', -5n)]);
  const first = await postJournal(db, once);
  assert.deepEqual(await postJournal(db, once), { ...first, kind: 'repeated' });
  for (const other of [
    { ...once, description: 'other' },
    { ...once, effectiveAt: (at + 1) as Instant },
    { ...once, lines: [line('r:a', 6n), line('r:b', -6n)] },
    { ...once, lines: [line('r:a', 5n), line('r:c', -5n)] },
  ]) {
    const refused = await postJournal(db, other);
    assert.equal(refused.kind === 'refused' && refused.code, 'CONFLICT');
  }
  assert.equal((await balanceOf(db, { name: 'r:a', currency: 'RWF' })).balanceMinor, 5n);
});

test('an unbalanced, empty or motionless journal is a bug and is thrown out before anything is written', () => {
  const bad = [
    [line('x', 1n), line('y', -2n)],
    [line('x', 1n), line('y', -1n, 'NGN')],
    [line('x', 0n), line('y', 0n)],
    [],
  ];
  for (const lines of bad) assert.throws(() => postJournal(db, journal('bad', lines)), RangeError);
});

test('an account keeps its kind', async () => {
  const asset: JournalLine = {
    account: { name: 'pool:a', currency: 'RWF', kind: 'asset' },
    amountMinor: 1n,
  };
  await assert.rejects(
    postJournal(db, journal('kind', [asset, line('payable:a', -1n)])),
    /pool:a is a liability/,
  );
  assert.equal(await journalsLike('kind'), 0);
});

test('a thousand racing posts on fifty keys give exactly fifty journals', async () => {
  const keys = Array.from({ length: 50 }, (_, i) => `race:${i}`);
  const posts = Array.from({ length: 1_000 }, (_, i) => {
    const key = keys[i % keys.length]!;
    return postJournal(db, journal(key, [line('race:pool', 10n), line(`race:${key}`, -10n)]));
  });
  const outcomes = await Promise.all(posts);
  assert.equal(outcomes.filter(({ kind }) => kind === 'posted').length, 50);
  assert.equal(outcomes.filter(({ kind }) => kind === 'repeated').length, 950);
  assert.equal(await journalsLike('race:'), 50);
  assert.deepEqual(await balanceOf(db, { name: 'race:pool', currency: 'RWF' }), {
    balanceMinor: 500n,
    version: 50n,
  });
  assert.deepEqual((await verifyLedger(db)).problems, []);
});

test('racing posts of one key with different content post one of them and refuse the others', async () => {
  const outcomes = await Promise.all(
    Array.from({ length: 20 }, (_, i) =>
      postJournal(
        db,
        journal('contested', [line('c:a', BigInt(i + 1)), line('c:b', -BigInt(i + 1))]),
      ),
    ),
  );
  assert.equal(outcomes.filter(({ kind }) => kind === 'posted').length, 1);
  assert.equal(outcomes.filter(({ kind }) => kind === 'refused').length, 19);
});

test('random journals over many accounts and currencies keep the sum at zero', async () => {
  const currency = fc.constantFrom<Currency>('RWF', 'NGN', 'CDF');
  const pair = fc.tuple(fc.nat(8), fc.nat(8), fc.bigInt({ min: 1n, max: 10n ** 15n }), currency);
  let n = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(pair, { minLength: 1, maxLength: 12 }), async (pairs) => {
      const lines = pairs.flatMap(([a, b, amount, c]) => [
        line(`p:${a}`, amount, c),
        line(`p:${b}`, -amount, c),
      ]);
      assert.equal((await postJournal(db, journal(`random:${n++}`, lines))).kind, 'posted');
      assert.equal(await sumOfEverything(), '0');
    }),
    { numRuns: 40 },
  );
  assert.deepEqual((await verifyLedger(db)).problems, []);
});

test('concurrent journals over shuffled overlapping accounts all post, without a deadlock', async () => {
  const names = Array.from({ length: 51 }, (_, i) => `shuffle:${i}`);
  let attempts = 0;
  const posts = Array.from({ length: 60 }, (_, j) => {
    const shuffled = names
      .map((name, i) => ({ name, key: (i * 7_919 + j * 104_729) % 997 }))
      .sort((a, b) => a.key - b.key);
    const lines = shuffled.map(({ name }, i) => line(name, i === 0 ? 50n : -1n));
    return db.tx((tx) => {
      attempts++;
      return postJournal(tx, journal(`shuffle:${j}`, lines));
    });
  });
  assert.ok((await Promise.all(posts)).every(({ kind }) => kind === 'posted'));
  assert.equal(attempts, 60, 'a transaction that deadlocks is tried again');
  assert.deepEqual((await verifyLedger(db)).problems, []);
});

test('a reversal undoes a journal once and names it', async () => {
  const original = await postJournal(
    db,
    journal('undo', [line('undo:a', 7n), line('undo:b', -7n)]),
  );
  assert.ok(original.kind === 'posted');
  const reversal = {
    journalId: original.journalId,
    idempotencyKey: 'undo:reverse',
    description: 'wrong period',
    effectiveAt: at,
    actor: null,
  };
  const reversed = await reverseJournal(db, reversal);
  assert.equal(reversed.kind, 'posted');
  assert.deepEqual(await balanceOf(db, { name: 'undo:a', currency: 'RWF' }), {
    balanceMinor: 0n,
    version: 2n,
  });
  assert.equal((await reverseJournal(db, reversal)).kind, 'repeated');
  const again = await reverseJournal(db, { ...reversal, idempotencyKey: 'undo:again' });
  assert.equal(again.kind === 'refused' && again.code, 'CONFLICT');
  const unknown = await reverseJournal(db, {
    ...reversal,
    journalId: newId(),
    idempotencyKey: 'undo:unknown',
  });
  assert.equal(unknown.kind === 'refused' && unknown.code, 'NOT_FOUND');
  assert.equal((await balanceOf(db, { name: 'undo:a', currency: 'RWF' })).balanceMinor, 0n);
});

test('a journal lives and dies with the transaction of its caller', async () => {
  await assert.rejects(
    db.tx(async (tx) => {
      await postJournal(tx, journal('rolled-back', [line('tx:a', 1n), line('tx:b', -1n)]));
      throw new Error('the caller changed its mind');
    }),
  );
  assert.equal(await journalsLike('rolled-back'), 0);
  assert.equal((await balanceOf(db, { name: 'tx:a', currency: 'RWF' })).version, 0n);
});

test('the database refuses to change, delete or truncate what was posted, and to add lines to a closed journal', async () => {
  for (const statement of [
    "update ledger.journal set description = 'x'",
    'update ledger.entry set amount_minor = 1 where false',
    'delete from ledger.entry where false',
    'delete from ledger.journal where false',
    'truncate ledger.entry',
    'truncate ledger.journal cascade',
  ]) {
    await assert.rejects(db.pool.query(statement), /append only/, statement);
  }
  await assert.rejects(
    db.pool
      .query(`insert into ledger.entry (journal_id, line_no, account_id, amount_minor, balance_after, version, hash)
      select journal_id, 1000 + line_no, account_id, amount_minor, 0, 1000000 + version, hash from ledger.entry where line_no < 3`),
    /is closed/,
  );
});

test('the database refuses a journal that does not sum to zero, whoever writes it', async () => {
  const client = await db.pool.connect();
  try {
    await client.query('begin');
    await client.query(
      "insert into ledger.account (id, name, currency, kind) values ($1, 'raw', 'RWF', 'asset')",
      [newId()],
    );
    const id = newId();
    await client.query(
      "insert into ledger.journal (id, idempotency_key, code, description, effective_at, content_hash) values ($1, 'raw', 'x', 'x', now(), '')",
      [id],
    );
    await client.query(
      "insert into ledger.entry select $1, 1, id, 5, 5, 1, '' from ledger.account where name = 'raw'",
      [id],
    );
    await assert.rejects(client.query('commit'), /does not sum to zero in RWF/);
  } finally {
    client.release();
  }
});

test('verifying finds an edited balance, an edited journal and an entry taken out, even past the triggers', async () => {
  const { db: own } = await testDatabase({ after });
  const post = (key: string, amount: bigint) =>
    postJournal(own, {
      ...journal(key, [
        {
          account: { name: 'v:a', currency: 'RWF', kind: 'liability', partyId: newPartyId },
          amountMinor: amount,
        },
        line('v:b', -amount),
      ]),
      description: 'Umuziki wa Òṣogbo, "ijwi" 100,50',
      actor: newId(),
    });
  await post('one', 10n);
  await post('two', 20n);
  await post('three', 30n);
  const sound = await verifyLedger(own);
  assert.deepEqual(sound, { journals: 3, entries: 6, accounts: 2, problems: [] });
  for (const [tamper, finding] of [
    [
      sql`update ledger.account set balance = balance + 1 where name = 'v:a'`,
      /v:a says 61 RWF, its entries make 60/,
    ],
    [sql`update ledger.account set version = version - 1 where name = 'v:a'`, /v:a says/],
    [
      sql`update ledger.journal set description = 'x' where idempotency_key = 'two'`,
      /is not what was posted/,
    ],
    [
      sql`update ledger.journal set effective_at = effective_at + interval '1 ms' where idempotency_key = 'two'`,
      /is not what was posted/,
    ],
    [sql`update ledger.account set party_id = null where name = 'v:a'`, /is not what was posted/],
    [sql`delete from ledger.entry where version = 2`, /does not follow/],
    [
      sql`update ledger.entry set amount_minor = amount_minor + 1 where line_no = 1 and version = 2`,
      /sums to 1 RWF/,
    ],
    [sql`update ledger.entry set hash = sha256(hash) where version = 3`, /does not follow/],
  ] as const) {
    const { problems } = await afterTampering(own, tamper);
    assert.ok(
      problems.some((problem) => finding.test(problem)),
      `${tamper.texts}: ${problems.join('; ')}`,
    );
  }
  assert.deepEqual((await verifyLedger(own)).problems, []);
});

/** What verifying finds after one change that the triggers did not see; the change is undone. */
async function afterTampering(own: Database, tamper: Fragment): Promise<LedgerReport> {
  const undo = new Error('undone');
  let report: LedgerReport | undefined;
  await assert.rejects(
    own.tx(async (tx) => {
      for (const text of [sql`set local session_replication_role = 'replica'`, tamper]) {
        await tx.run(command({ name: 'test.tamper', sample: {}, text: () => text }), {});
      }
      report = await verifyLedger(tx);
      throw undo;
    }),
    undo,
  );
  return report!;
}

const newPartyId = newId<'party'>();

test('the trial balance balances in every currency and pages through all accounts', async () => {
  const seen: string[] = [];
  let next: { currency: string; name: string } | null = null;
  do {
    const page = await trialBalance(db, { currency: null, after: next, limit: 7 });
    for (const { debitMinor, creditMinor } of page.totals) assert.equal(debitMinor, creditMinor);
    seen.push(...page.items.map((item) => `${item.currency} ${item.name}`));
    next = page.next;
  } while (next !== null);
  const { rows } = await db.pool.query('select count(*)::int as n from ledger.account');
  assert.equal(seen.length, rows[0].n);
  assert.equal(new Set(seen).size, seen.length);
  const naira = await trialBalance(db, { currency: 'NGN', after: null, limit: 200 });
  assert.ok(naira.items.length > 0 && naira.items.every(({ currency }) => currency === 'NGN'));
});

test('one journal may name an account on several lines', async () => {
  await postJournal(db, journal('several', [line('s:a', 3n), line('s:a', 4n), line('s:b', -7n)]));
  assert.deepEqual(await balanceOf(db, { name: 's:a', currency: 'RWF' }), {
    balanceMinor: 7n,
    version: 2n,
  });
  assert.deepEqual((await verifyLedger(db)).problems, []);
});
