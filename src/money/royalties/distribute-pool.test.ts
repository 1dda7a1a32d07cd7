import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { newId, type RunId } from '#foundation/kernel/ids.ts';
import { command, sql, type Database } from '#foundation/platform/postgres.ts';
import { testDatabase } from '#foundation/platform/testing.ts';
import { balanceOf, verifyLedger } from '#money/ledger/index.ts';
import { doRunAgain } from './check-run.ts';
import { createRun, type NewRun } from './create-run.ts';
import { distributePool } from './distribute-pool.ts';
import { readRun } from './read-runs.ts';
import {
  addParty,
  addPlays,
  addRecording,
  addSplit,
  idInOrder,
  quietJob,
  times,
} from './testing.ts';
import { verifyRun, verifyRuns } from './verify-run.ts';

const userId = newId<'user'>();
const october = { from: '2026-10-01', to: '2026-11-01' };
const asked: NewRun = {
  period: october,
  pool: { amountMinor: 2_100, currency: 'RWF' },
  policy: 'pro-rata',
  confirmOverlap: true, // most of these runs distribute the same month again
};

function context(db: Database, demo = false) {
  return { db, demo, now: () => Date.UTC(2026, 10, 2) };
}

async function startRun(db: Database, more: Partial<NewRun> = {}): Promise<RunId> {
  const created = await createRun(context(db), userId, { ...asked, ...more }, null);
  assert.ok('id' in created, JSON.stringify(created));
  return created.id;
}

async function run(db: Database, more: Partial<NewRun> = {}, demo = false) {
  const id = await startRun(db, more);
  await distributePool(context(db, demo)).run({ runId: id }, quietJob());
  const done = await readRun(db, id);
  assert.ok('lines' in done);
  return done;
}

/** Common data A of the worked examples: U1 A80 B20; U2 B10; U3 A5 C5. */
async function workedExample() {
  const { db } = await testDatabase({ after });
  const parties = [
    await addParty(db, 'Alice'),
    await addParty(db, 'Bruno'),
    await addParty(db, 'Òṣun "C" | Ltd'),
  ] as const;
  const [a, b, c] = [
    await addRecording(db, 'Amahoro', 'RWA012600001'),
    await addRecording(db, 'Bibi'),
    await addRecording(db, 'Céleste'),
  ];
  await addSplit(db, a, [[parties[0], 10_000]]);
  await addSplit(db, b, [[parties[1], 10_000]]);
  await addSplit(db, c, [[parties[2], 10_000]]);
  const [u1, u2, u3] = [idInOrder(), idInOrder(), idInOrder()];
  await addPlays(db, [
    ...times(80, { recordingId: a, listener: u1, signedIn: true }),
    ...times(20, { recordingId: b, listener: u1, signedIn: true }),
    ...times(10, { recordingId: b, listener: u2 }),
    ...times(5, { recordingId: a, listener: u3 }),
    ...times(5, { recordingId: c, listener: u3 }),
  ]);
  return { db, parties, recordings: [a, b, c] as const };
}

const { db, parties, recordings } = await workedExample();

test('pro-rata over counted plays gives 1488, 525, 87 and says so in the ledger', async () => {
  const done = await run(db);
  assert.equal(done.status, 'done');
  assert.deepEqual(done.lines, [
    { partyId: parties[0], name: 'Alice', amountMinor: 1_488, eligiblePlays: 85 },
    { partyId: parties[1], name: 'Bruno', amountMinor: 525, eligiblePlays: 30 },
    { partyId: parties[2], name: 'Òṣun "C" | Ltd', amountMinor: 87, eligiblePlays: 5 },
  ]);
  assert.equal(done.remainderMinor, 0);
  assert.equal(done.eligiblePlays, 120);
  assert.equal(
    (await balanceOf(db, { name: `payable:${parties[0]}`, currency: 'RWF' })).balanceMinor,
    -1_488n,
  );
  assert.equal(
    (await balanceOf(db, { name: 'pool:2026-10-01--2026-11-01', currency: 'RWF' })).balanceMinor,
    2_100n,
  );
  assert.deepEqual((await verifyLedger(db)).problems, []);
});

test('user-centric counts the account of a session, else the device, and gives 910, 840, 350', async () => {
  const done = await run(db, { policy: 'user-centric' });
  assert.deepEqual(
    done.lines.map((line) => line.amountMinor),
    [910, 840, 350],
  );
});

test('the same inputs and pool are the same run, which posts once; another pool is another run', async () => {
  const pool = { amountMinor: 2_100, currency: 'UGX' };
  const owed = async () =>
    (await balanceOf(db, { name: 'pool:2026-10-01--2026-11-01', currency: 'UGX' })).balanceMinor;
  const [first, again] = [await run(db, { pool }), await run(db, { pool })];
  assert.deepEqual([first.status, first.sameAs], ['done', null]);
  assert.deepEqual([again.status, again.sameAs, again.lines], ['repeat', first.id, []]);
  assert.equal(await owed(), 2_100n);
  for (const hash of ['usageHash', 'rightsHash', 'inputHash'] as const) {
    assert.match(first[hash]!, /^[0-9a-f]{64}$/);
    assert.equal(again[hash], first[hash]);
  }
  const other = await run(db, { pool: { ...pool, amountMinor: 2_101 } });
  assert.deepEqual([other.status, await owed()], ['done', 4_201n]);
  assert.equal(other.usageHash, first.usageHash);
  assert.notEqual(other.inputHash, first.inputHash);
});

test('a job delivered twice, or by two workers at once, posts once', async () => {
  const id = await startRun(db, { pool: { amountMinor: 999, currency: 'NGN' } });
  const task = distributePool(context(db));
  await Promise.all([task.run({ runId: id }, quietJob()), task.run({ runId: id }, quietJob())]);
  await task.run({ runId: id }, quietJob());
  const { rows } = await db.pool.query(
    'select count(*)::int as n from ledger.journal where idempotency_key = $1',
    [`royalties.run:${id}`],
  );
  assert.equal(rows[0].n, 1);
  assert.equal(
    (await balanceOf(db, { name: 'pool:2026-10-01--2026-11-01', currency: 'NGN' })).balanceMinor,
    999n,
  );
});

test('two runs over the same inputs that are worked off at once post once', async () => {
  const pool = { amountMinor: 31, currency: 'TZS' };
  const ids = [await startRun(db, { pool }), await startRun(db, { pool })];
  const task = distributePool(context(db));
  await Promise.all(ids.map((runId) => task.run({ runId }, quietJob())));
  const ended = await Promise.all(ids.map((id) => readRun(db, id)));
  assert.deepEqual(
    new Set(ended.map((one) => 'status' in one && one.status)),
    new Set(['done', 'repeat']),
  );
  assert.equal(
    (await balanceOf(db, { name: 'pool:2026-10-01--2026-11-01', currency: 'TZS' })).balanceMinor,
    31n,
  );
});

test('a run that overlaps another in period, scope and currency starts only when that is confirmed', async () => {
  const { db: own } = await testDatabase({ after });
  const start = (more: Partial<NewRun>) =>
    createRun(context(own), userId, { ...asked, confirmOverlap: false, ...more }, null);
  const first = await start({ scope: { territory: 'RW' } });
  assert.ok('id' in first);
  for (const apart of [
    { period: { from: '2026-11-01', to: '2026-12-01' } },
    { pool: { amountMinor: 2_100, currency: 'NGN' } },
    { scope: { territory: 'NG' } },
  ] as const) {
    assert.ok('id' in (await start(apart)), JSON.stringify(apart));
  }
  for (const overlapping of [
    { scope: { territory: 'RW' } },
    { scope: { territory: 'RW', source: 'radio' } },
    { scope: { source: 'radio' } },
    { period: { from: '2026-10-31', to: '2026-11-01' } },
    { policy: 'user-centric' as const, pool: { amountMinor: 1, currency: 'RWF' } },
  ]) {
    const refused = await start(overlapping);
    assert.ok('kind' in refused, JSON.stringify(overlapping));
    assert.deepEqual([refused.code, refused.field], ['RUN_OVERLAPS', 'confirmOverlap']);
    assert.match(
      refused.detail!,
      new RegExp(`run ${first.id} of .* \\(2026-10-01--2026-11-01, RW, pro-rata, 2100 RWF, not`),
    );
  }
  assert.ok('id' in (await start({ confirmOverlap: true })));
  const { rows } = await own.pool.query('select count(*)::int as runs from royalties.run');
  assert.equal(rows[0].runs, 5, 'a refused run is not kept');
});

test('of two overlapping runs asked for at once one is refused', async () => {
  const { db: own } = await testDatabase({ after });
  const unconfirmed = { ...asked, confirmOverlap: false };
  const both = await Promise.all(
    [1, 2].map(() => createRun(context(own), userId, unconfirmed, null)),
  );
  assert.equal(both.filter((one) => 'id' in one).length, 1);
});

test('a run that failed overlaps nothing', async () => {
  const { db: own } = await testDatabase({ after });
  assert.equal((await run(own)).status, 'failed');
  assert.ok(
    'id' in (await createRun(context(own), userId, { ...asked, confirmOverlap: false }, null)),
  );
});

test('doing a run again is a check: it says what differs and posts nothing', async () => {
  const { db: own } = await workedExample();
  const done = await run(own);
  const check = async () => {
    await doRunAgain(context(own)).run({ runId: done.id }, quietJob());
    const checked = await readRun(own, done.id);
    assert.ok('lines' in checked);
    return checked.check?.problems;
  };
  assert.deepEqual([done.check, await check()], [null, []]);
  await own.pool.query('update royalties.usage set plays = plays + 1 where no = 1');
  assert.ok((await check())!.includes('the frozen plays are not those of the run'));
  const { rows } = await own.pool.query('select count(*)::int as journals from ledger.journal');
  assert.equal(rows[0].journals, 1);
});

test('a run that was stopped half way posts nothing, and goes on from what it froze', async () => {
  const id = await startRun(db, { pool: { amountMinor: 77, currency: 'CDF' } });
  const stop = new AbortController();
  const task = distributePool(context(db));
  const job = {
    ...quietJob(),
    signal: stop.signal,
    progress: () => stop.abort(new Error('stopped')),
  };
  await assert.rejects(task.run({ runId: id }, job), /stopped/);
  assert.equal(
    (await balanceOf(db, { name: 'pool:2026-10-01--2026-11-01', currency: 'CDF' })).version,
    0n,
  );
  const { rows } = await db.pool.query(
    'select frozen_at is not null as frozen from royalties.run where id = $1',
    [id],
  );
  assert.equal(rows[0].frozen, true);

  const late = idInOrder();
  await addPlays(db, [{ recordingId: recordings[2], listener: late, source: 'import' }]);
  await task.run({ runId: id }, quietJob());
  const done = await readRun(db, id);
  assert.ok('lines' in done);
  assert.equal(done.eligiblePlays, 120, 'the play that came after the freeze is not in it');
  await db.pool.query('delete from plays.play where device_id = $1', [late]);
});

test('with no eligible play the run fails with a sentence and posts nothing', async () => {
  const failed = await run(db, {
    period: { from: '2026-09-01', to: '2026-10-01' },
    minPlayMs: 31_000,
    scope: { territory: 'CD' },
  });
  assert.equal(failed.status, 'failed');
  assert.match(
    failed.error!,
    /^There is no eligible play from 2026-09-01T00:00:00.000Z to 2026-10-01T00:00:00.000Z \(UTC\) for CD: .* at least 31 s\. Nothing was posted\.$/,
  );
  assert.deepEqual(failed.lines, []);
  assert.equal(
    (await balanceOf(db, { name: 'pool:2026-09-01--2026-10-01', currency: 'RWF' })).version,
    0n,
  );
});

test('every finished run of this file is done again from what it froze and agrees', async () => {
  let runs = 0;
  for await (const report of verifyRuns(db)) {
    assert.deepEqual(report.problems, [], report.runId);
    runs += 1;
  }
  assert.ok(runs >= 6, `${runs} runs`);
});

test('verifying finds a changed play, share, name, title, statement and line', async () => {
  const { id } = await run(db, {
    policy: 'user-centric',
    pool: { amountMinor: 5_000, currency: 'KES' },
  });
  for (const [tamper, finding] of [
    [
      sql`update royalties.usage set plays = plays + 1 where run_id = ${id} and no = 1`,
      'the frozen plays are not those of the run',
    ],
    [
      sql`update royalties.usage set played_ms = 1 where run_id = ${id} and no = 2`,
      'the frozen plays are not those of the run',
    ],
    [
      sql`update royalties.rights set basis_points = 9999 where run_id = ${id} and no = 1`,
      'the frozen rights are not those of the run',
    ],
    [
      sql`update royalties.rights set party_name = 'Mallory' where run_id = ${id} and no = 1`,
      'the same inputs give other statements',
    ],
    [
      sql`update royalties.recording set title = 'x' where run_id = ${id}`,
      'the frozen rights are not those of the run',
    ],
    [
      sql`update royalties.run set pool_minor = pool_minor + 1 where id = ${id}`,
      'the inputs hash differs',
    ],
    [
      sql`update royalties.statement set amount_minor = amount_minor + 1 where run_id = ${id} and line_no = 1`,
      'the stored statements were altered',
    ],
    [
      sql`update royalties.statement_line set amount_minor = amount_minor + 1
          where statement_id in (select s.id from royalties.statement s where s.run_id = ${id} and s.line_no = 1)`,
      'the stored statements were altered',
    ],
    [
      sql`update royalties.run set journal_id = null where id = ${id}`,
      'the journal does not pay what the statements say',
    ],
  ] as const) {
    const undo = new Error('undone');
    await assert.rejects(
      db.tx(async (tx) => {
        await tx.run(command({ name: 'test.tamper', sample: {}, text: () => tamper }), {});
        const { problems } = await verifyRun(tx, id);
        assert.ok(problems.includes(finding), `${tamper.texts}: ${problems.join('; ')}`);
        throw undo;
      }),
      undo,
    );
  }
  assert.deepEqual((await verifyRun(db, id)).problems, []);
});

test('only counted plays of the period, long enough and in scope, are eligible', async () => {
  const { db: own } = await testDatabase({ after });
  const party = await addParty(own, 'P');
  const recordingId = await addRecording(own, 'R');
  await addSplit(own, recordingId, [[party, 10_000]]);
  const listener = idInOrder();
  const placeId = newId<'place'>();
  const play = { recordingId, listener };
  await addPlays(own, [
    { ...play, startedAt: '2026-10-01T00:00:00Z' },
    { ...play, startedAt: '2026-10-31T23:59:59.999Z', playedMs: 30_000 },
    { ...play, startedAt: '2026-11-01T00:00:00Z' },
    { ...play, startedAt: '2026-09-30T23:59:59.999Z' },
    { ...play, playedMs: 29_999 },
    { ...play, state: 'merged' },
    { ...play, state: 'held' },
    { ...play, state: 'rejected' },
    { ...play, source: 'radio', territory: 'NG' },
    { ...play, territory: null, placeId },
  ]);
  const plays = async (more: Partial<NewRun>) => (await run(own, more)).eligiblePlays;
  assert.equal(await plays({}), 4);
  assert.equal(await plays({ minPlayMs: 0 }), 5);
  assert.equal(await plays({ scope: { source: 'radio' } }), 1);
  assert.equal(await plays({ scope: { territory: 'RW' } }), 2);
  assert.equal(await plays({ scope: { placeId } }), 1);
  assert.equal(
    await plays({
      period: { from: '2026-10-31T23:59:59.999Z', to: '2026-11-01T00:00:00.001+00:00' },
    }),
    2,
  );
  assert.equal(
    await plays({ period: { from: '2026-11-01T02:00:00+02:00', to: Date.UTC(2026, 10, 2) } }),
    1,
  );
});

test('demo plays earn only where the whole installation is a demonstration, and then the run says so', async () => {
  const { db: own } = await testDatabase({ after });
  const recordingId = await addRecording(own, 'R');
  await addPlays(own, [
    { recordingId, listener: idInOrder() },
    { recordingId, listener: idInOrder(), provenance: 'demo' },
  ]);
  const real = await run(own);
  assert.deepEqual([real.eligiblePlays, real.provenance], [1, 'counted']);
  const demo = await run(own, {}, true);
  assert.deepEqual([demo.eligiblePlays, demo.provenance], [2, 'demo']);
});

test('who owned the recording on the day is paid; nobody, or the part nobody has, goes to suspense', async () => {
  const { db: own } = await testDatabase({ after });
  const [first, second, local] = [
    await addParty(own, 'First'),
    await addParty(own, 'Second'),
    await addParty(own, 'Local'),
  ];
  const sold = await addRecording(own, 'Sold');
  await addSplit(own, sold, [[first, 10_000]]);
  await addSplit(own, sold, [[second, 10_000]], { version: 2, validFrom: '2026-10-16' });
  await addSplit(own, sold, [[local, 6_000]], { version: 1, territory: 'NG' });
  const orphan = await addRecording(own, 'Orphan');
  const listener = idInOrder();
  await addPlays(own, [
    { recordingId: sold, listener, startedAt: '2026-10-15T23:59:59Z' },
    { recordingId: sold, listener, startedAt: '2026-10-16T00:00:00Z' },
    { recordingId: sold, listener, startedAt: '2026-10-16T00:00:00Z', territory: 'NG' },
    { recordingId: orphan, listener },
  ]);
  const done = await run(own, { pool: { amountMinor: 4_000, currency: 'RWF' } });
  assert.deepEqual(
    done.lines.map((line) => [line.name, line.amountMinor, line.eligiblePlays]),
    [
      ['First', 1_000, 1],
      ['Second', 1_000, 1],
      ['Local', 600, 1],
      ['suspense', 1_400, 2],
    ],
  );
  assert.equal(
    (await balanceOf(own, { name: 'suspense:no-payee', currency: 'RWF' })).balanceMinor,
    -1_400n,
  );
  assert.deepEqual((await verifyRun(own, done.id)).problems, []);
});

test('the order in which plays arrived changes no byte', async () => {
  const { db: own } = await testDatabase({ after });
  const recordingIds = [await addRecording(own, 'R1'), await addRecording(own, 'R2')];
  const plays = Array.from({ length: 40 }, (_, i) => ({
    recordingId: recordingIds[i % 2]!,
    listener: idInOrder(),
    startedAt: new Date(Date.UTC(2026, 9, 1 + (i % 30), i % 24)).toISOString(),
    source: i % 3 === 0 ? ('radio' as const) : ('phone' as const),
  }));
  await addPlays(own, plays);
  const before = await run(own, { policy: 'user-centric' });
  await own.pool.query('truncate plays.play, royalties.run cascade'); // else the second is a repeat of the first
  await addPlays(own, plays.toReversed());
  const afterwards = await run(own, { policy: 'user-centric' });
  assert.equal(afterwards.usageHash, before.usageHash);
  assert.equal(afterwards.outputHash, before.outputHash);
});

test('names are hashed as the same text whether the program or the database writes it', async () => {
  const text = fc.string({ unit: 'binary' }).map((name) => name.replaceAll('\0', ''));
  const names = [...fc.sample(text, 2_000), '"\\/\b\f\n\r\t\u0001\u007f\u2028\u2029 | Ọṣun 🥁'];
  const { rows } = await db.pool.query(
    'select to_json(name)::text as json from unnest($1::text[]) with ordinality as n (name, no) order by no',
    [names],
  );
  assert.deepEqual(
    rows.map((row) => row.json as string),
    names.map((name) => JSON.stringify(name)),
  );
});

test('a later rename changes no statement that exists', async () => {
  const { id } = await run(db, { pool: { amountMinor: 12, currency: 'ZAR' } });
  await db.pool.query(
    "update catalog.recording set title = 'Renamed'; update catalog.party set name = 'Renamed'",
  );
  assert.deepEqual((await verifyRun(db, id)).problems, []);
  const done = await readRun(db, id);
  assert.ok('lines' in done && done.lines.every((line) => line.name !== 'Renamed'));
});

test('plays that still carry the id of a recording merged away earn by the splits of the one that stays', async () => {
  const { db: own, parties: payees, recordings: recs } = await workedExample();
  await own.pool.query('update catalog.recording set merged_into = $1 where id = $2', [
    recs[0],
    recs[1],
  ]);
  await own.pool.query('delete from catalog.split_share where party_id = $1', [payees[1]]);
  await own.pool.query('delete from catalog.split where recording_id = $1', [recs[1]]);
  const done = await run(own);
  assert.deepEqual(
    done.lines.map((line) => [line.name, line.eligiblePlays]),
    [
      ['Alice', 115],
      ['Òṣun "C" | Ltd', 5],
    ],
  );
});
