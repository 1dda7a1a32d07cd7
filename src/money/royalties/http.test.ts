import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { newId, type UserId } from '#foundation/kernel/ids.ts';
import type { Caller, Gatekeeper } from '#foundation/platform/http.ts';
import { startJobs } from '#foundation/platform/jobs.ts';
import type { Instant } from '#foundation/kernel/time.ts';
import { createLog } from '#foundation/platform/log.ts';
import { createMetrics } from '#foundation/platform/metrics.ts';
import { testDatabase } from '#foundation/platform/testing.ts';
import { createWebServer } from '#foundation/platform/web-server.ts';
import { openLedger, postJournal } from '#money/ledger/index.ts';
import { doRunAgain } from './check-run.ts';
import { distributePool } from './distribute-pool.ts';
import { serveRoyalties } from './http.ts';
import { addParty, addPlays, addRecording, addSplit, idInOrder, times } from './testing.ts';

// Hooks run in the order they are registered: the jobs stop before their database goes.
const closing: (() => Promise<unknown>)[] = [];
after(async () => {
  for (const close of closing) await close();
});
const { db } = await testDatabase({ after });
const [alice, bruno, clerk] = [newId<'user'>(), newId<'user'>(), newId<'user'>()];
const log = createLog('silent');
const metrics = createMetrics('test');

// Who knocks is said by a header here; roles and permissions as the table of accounts has them.
const gatekeeper: Gatekeeper = {
  async identify(request) {
    const who = request.headers['x-test-user'];
    if (typeof who !== 'string') return { kind: 'anonymous' } satisfies Caller;
    const roles = who === clerk ? ['listener', 'society'] : ['listener', 'artist'];
    return { kind: 'user', userId: who as UserId, roles, sessionId: null } satisfies Caller;
  },
  permits: (caller, permission) =>
    permission === 'statements.own' || caller.roles.includes('society'),
};
const app = await createWebServer({
  log,
  metrics,
  corsOrigins: [],
  trustProxy: null,
  https: null,
  version: 'test',
});
const ctx = { db, demo: false, now: () => Date.now() };
serveRoyalties({ app, gatekeeper }, ctx);
openLedger(ctx).serve?.({ app, gatekeeper });
const jobs = await startJobs({ db, log, metrics, soleOwner: true }, [
  distributePool(ctx),
  doRunAgain(ctx),
]);
closing.push(
  () => jobs.stop(),
  () => app.close(),
  connectionsGone,
);

// The queue's own connections end a moment after it stopped; dropping the database under one is an uncaught error.
async function connectionsGone(): Promise<void> {
  for (let i = 0; i < 100; i++) {
    const { rows } = await db.pool.query(
      'select count(*)::int as n from pg_stat_activity where datname = current_database()',
    );
    if (rows[0].n <= db.pool.totalCount) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const parties = [
  await addParty(db, 'Alice', alice),
  await addParty(db, '=Bruno, "B"', bruno),
] as const;
const recordings = [
  await addRecording(db, 'Amahoro, "live"', 'RWA012600001'),
  await addRecording(db, '-Bibi'),
] as const;
await addSplit(db, recordings[0], [[parties[0], 10_000]]);
await addSplit(db, recordings[1], [
  [parties[0], 2_500],
  [parties[1], 5_000],
]);
await addPlays(db, [
  ...times(6, { recordingId: recordings[0], listener: idInOrder() }),
  ...times(4, { recordingId: recordings[1], listener: idInOrder(), playedMs: 90_000 }),
]);

const body = {
  period: { from: '2026-10-01', to: '2026-11-01' },
  pool: { amountMinor: 1_000, currency: 'RWF' },
  policy: 'pro-rata',
  confirmOverlap: true,
};

async function get(url: string, user: UserId | null = clerk) {
  const response = await app.inject({
    method: 'GET',
    url,
    headers: user === null ? {} : { 'x-test-user': user },
  });
  return {
    status: response.statusCode,
    headers: response.headers,
    text: response.body,
    json: () => response.json(),
  };
}
async function post(payload: unknown, headers: Record<string, string> = {}, user: UserId = clerk) {
  const response = await app.inject({
    method: 'POST',
    url: '/api/v1/royalties/runs',
    headers: { 'x-test-user': user, 'content-type': 'application/json', ...headers },
    payload: JSON.stringify(payload),
  });
  return { status: response.statusCode, json: response.json() };
}

async function finishedRun(payload: unknown = body) {
  const created = await post(payload);
  assert.equal(created.status, 202);
  assert.deepEqual(Object.keys(created.json), ['id', 'status']);
  for (let i = 0; i < 200; i++) {
    const run = (await get(`/api/v1/royalties/runs/${created.json.id}`)).json();
    if (run.status !== 'running') return run;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('the run did not end');
}

const done = await finishedRun();
const items = (await get(`/api/v1/royalties/runs/${done.id}/statements`)).json().items;

test('a run is asked for, worked off as a job and read with lines that sum to the pool', () => {
  assert.equal(done.status, 'done');
  assert.match(done.inputHash, /^[0-9a-f]{64}$/);
  assert.deepEqual(done.pool, { amountMinor: 1_000, currency: 'RWF' });
  assert.deepEqual(done.period, {
    from: '2026-10-01T00:00:00.000Z',
    to: '2026-11-01T00:00:00.000Z',
    zone: 'UTC',
  });
  assert.equal(done.remainderMinor, 0);
  assert.deepEqual(done.lines, [
    { partyId: parties[0], name: 'Alice', amountMinor: 700, eligiblePlays: 10 },
    { partyId: parties[1], name: '=Bruno, "B"', amountMinor: 200, eligiblePlays: 4 },
    { partyId: null, name: 'suspense', amountMinor: 100, eligiblePlays: 4 },
  ]);
});

test('a statement shows its recordings; they sum to it', async () => {
  const statement = (await get(`/api/v1/royalties/statements/${items[0].id}`)).json();
  assert.equal(statement.inputHash, done.inputHash);
  assert.equal(statement.period.zone, 'UTC');
  assert.equal(statement.linesOmitted, 0);
  assert.deepEqual(statement.lines, [
    {
      recordingId: recordings[0],
      title: 'Amahoro, "live"',
      artistName: 'Umuhanzi',
      isrc: 'RWA012600001',
      eligiblePlays: 6,
      playedMs: 360_000,
      amountMinor: 600,
    },
    {
      recordingId: recordings[1],
      title: '-Bibi',
      artistName: 'Umuhanzi',
      isrc: null,
      eligiblePlays: 4,
      playedMs: 360_000,
      amountMinor: 100,
    },
  ]);
});

test('a statement is read by the user of its party and by who reads runs; for anybody else it is not there', async () => {
  const url = `/api/v1/royalties/statements/${items[0].id}`;
  for (const path of [url, `${url}.csv`]) {
    assert.equal((await get(path, alice)).status, 200);
    assert.equal((await get(path, clerk)).status, 200);
    assert.equal((await get(path, bruno)).status, 404);
    assert.equal((await get(path, newId<'user'>())).status, 404);
    assert.equal((await get(path, null)).status, 401);
  }
  const suspense = items.find((item: { name: string }) => item.name === 'suspense');
  assert.equal((await get(`/api/v1/royalties/statements/${suspense.id}`, alice)).status, 404);
  assert.equal((await get(`/api/v1/royalties/statements/${newId()}`)).status, 404);
});

test('runs and the trial balance are not for artists', async () => {
  assert.equal((await post(body, {}, alice)).status, 403);
  for (const path of [
    '/api/v1/royalties/runs',
    `/api/v1/royalties/runs/${done.id}`,
    `/api/v1/royalties/runs/${done.id}/statements`,
    `/api/v1/royalties/runs/${done.id}/statements.csv`,
    '/api/v1/ledger/trial-balance',
  ]) {
    assert.equal((await get(path, alice)).status, 403, path);
    assert.equal((await get(path, null)).status, 401, path);
    assert.equal((await get(path)).status, 200, path);
  }
});

test('my statements are those of my parties, also of one that was merged into mine', async () => {
  const mine = (await get('/api/v1/royalties/statements', bruno)).json();
  assert.deepEqual(
    mine.items.map((item: { partyId: string }) => item.partyId),
    [parties[1]],
  );
  const heir = newId<'user'>();
  const kept = await addParty(db, 'Heir', heir);
  await db.pool.query('update catalog.party set merged_into = $1, user_id = null where id = $2', [
    kept,
    parties[1],
  ]);
  assert.deepEqual((await get('/api/v1/royalties/statements', heir)).json().items, mine.items);
  assert.deepEqual((await get('/api/v1/royalties/statements', bruno)).json().items, []);
  await db.pool.query('update catalog.party set merged_into = null, user_id = $1 where id = $2', [
    bruno,
    parties[1],
  ]);
});

test('lists are paged by cursor', async () => {
  await finishedRun({ ...body, pool: { amountMinor: 5, currency: 'RWF' } });
  const seen: string[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const page: { items: { id: string }[]; nextCursor: string | null } = (
      await get(`/api/v1/royalties/runs?limit=1${cursor && `&cursor=${cursor}`}`)
    ).json();
    assert.equal(page.items.length, 1);
    seen.push(page.items[0]!.id);
    cursor = page.nextCursor;
  }
  assert.equal(new Set(seen).size, seen.length);
  assert.ok(seen.includes(done.id) && seen.length >= 2);
  const first = (await get(`/api/v1/royalties/runs/${done.id}/statements?limit=2`)).json();
  const rest = (
    await get(`/api/v1/royalties/runs/${done.id}/statements?limit=2&cursor=${first.nextCursor}`)
  ).json();
  assert.deepEqual([...first.items, ...rest.items], items);
  assert.equal(rest.nextCursor, null);
  for (const bad of [
    '/api/v1/royalties/runs?cursor=x',
    `/api/v1/royalties/runs/${done.id}/statements?cursor=x`,
    '/api/v1/royalties/statements?cursor=x',
    '/api/v1/royalties/runs?limit=201',
  ]) {
    assert.equal((await get(bad)).json().error.code, 'VALIDATION_FAILED', bad);
  }
});

test('the CSV of a run opens in Excel, cannot run a formula and sums to the pool', async () => {
  const file = await get(`/api/v1/royalties/runs/${done.id}/statements.csv`);
  assert.equal(file.headers['content-type'], 'text/csv; charset=utf-8');
  assert.equal(
    file.headers['content-disposition'],
    `attachment; filename="ngoma-statements-2026-10-01--2026-11-01-RWF-pro-rata-${done.inputHash.slice(0, 8)}.csv"`,
  );
  const about = `RWF,2026-10-01T00:00:00.000Z,2026-11-01T00:00:00.000Z,UTC,pro-rata 1,counted,${done.inputHash}`;
  assert.equal(
    file.text,
    [
      '\uFEFFpartyId,name,amountMinor,amount,eligiblePlays,currency,periodFrom,periodTo,zone,policy,provenance,inputHash',
      `${parties[0]},Alice,700,700,10,${about}`,
      `${parties[1]},"'=Bruno, ""B""",200,200,4,${about}`,
      `,suspense,100,100,4,${about}`,
      '',
    ].join('\r\n'),
  );
});

test('the CSV of a statement has a record for every recording', async () => {
  const file = await get(`/api/v1/royalties/statements/${items[0].id}.csv`);
  const lines = file.text.split('\r\n');
  assert.equal(lines.length, 4);
  assert.ok(
    lines[1]!.startsWith(
      `${recordings[0]},"Amahoro, ""live""",Umuhanzi,RWA012600001,6,360000,600,600,${parties[0]},Alice,`,
    ),
  );
  assert.ok(lines[2]!.startsWith(`${recordings[1]},'-Bibi,Umuhanzi,,4,360000,100,100,`));
});

test('asked for again, a run says which run it is and has no statements of its own', async () => {
  const again = await finishedRun();
  assert.deepEqual([again.status, again.sameAs, again.lines], ['repeat', done.id, []]);
  const file = await get(`/api/v1/royalties/runs/${again.id}/statements.csv`);
  assert.equal(JSON.parse(file.text).error.code, 'RUN_NOT_DONE');
});

test('an overlap that nobody confirmed is refused with the run it overlaps', async () => {
  const refused = await post({ ...body, confirmOverlap: undefined });
  assert.deepEqual([refused.status, refused.json.error.code], [409, 'RUN_OVERLAPS']);
  assert.equal(refused.json.field, 'confirmOverlap');
  assert.ok(JSON.stringify(refused.json).includes('2026-10-01--2026-11-01'));
});

test('who reads runs may have one done again; nobody else', async () => {
  const check = async (id: string, user: UserId) =>
    app.inject({
      method: 'POST',
      url: `/api/v1/royalties/runs/${id}/check`,
      headers: { 'x-test-user': user },
    });
  assert.equal((await check(done.id, alice)).statusCode, 403);
  assert.equal((await check(newId(), clerk)).statusCode, 404);
  assert.equal((await check(done.id, clerk)).statusCode, 202);
  for (let i = 0; i < 200; i++) {
    const run = (await get(`/api/v1/royalties/runs/${done.id}`)).json();
    if (run.check !== null) return assert.deepEqual(run.check.problems, []);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.fail('the check did not end');
});

test('a run that failed has no file of statements', async () => {
  const failed = await finishedRun({ ...body, period: { from: '2026-09-01', to: '2026-09-02' } });
  assert.equal(failed.status, 'failed');
  const refused = await get(`/api/v1/royalties/runs/${failed.id}/statements.csv`);
  assert.equal(refused.status, 409);
  assert.equal(JSON.parse(refused.text).error.code, 'RUN_NOT_DONE');
});

test('an Idempotency-Key answers a retry with the same run and refuses another request', async () => {
  const key = { 'idempotency-key': 'october' };
  const [first, racing] = await Promise.all([post(body, key), post(body, key)]);
  const again = await post({ ...body, minPlayMs: 30_000, scope: {} }, key);
  assert.equal(first.status, 202);
  assert.equal(racing.json.id, first.json.id);
  assert.equal(again.json.id, first.json.id);
  const other = await post({ ...body, minPlayMs: 1 }, key);
  assert.equal(other.status, 409);
  assert.equal(other.json.error.code, 'CONFLICT');
  assert.notEqual((await post(body)).json.id, (await post(body)).json.id);
});

test('a request that cannot be exact is refused with the name of its field', async () => {
  for (const [wrong, field] of [
    [{ ...body, pool: { amountMinor: 2 ** 53, currency: 'RWF' } }, 'pool.amountMinor'],
    [{ ...body, pool: { amountMinor: 0, currency: 'RWF' } }, 'pool.amountMinor'],
    [{ ...body, pool: { amountMinor: 10.5, currency: 'RWF' } }, 'pool.amountMinor'],
    [{ ...body, pool: { amountMinor: '10', currency: 'RWF' } }, 'pool.amountMinor'],
    [{ ...body, pool: { amountMinor: 10, currency: 'XXX' } }, 'pool.currency'],
    [{ ...body, period: { from: '2026-10-01T00:00:00', to: '2026-11-01' } }, 'period.from'],
    [{ ...body, period: { from: '2026-02-30', to: '2026-11-01' } }, 'period.from'],
    [{ ...body, period: { from: '2026-10-01', to: '2026-10-01' } }, 'period.to'],
    [{ ...body, policy: 'artist-centric' }, 'policy'],
    [{ ...body, minPlayMs: -1 }, 'minPlayMs'],
    [{ ...body, minPlayMS: 1 }, 'minPlayMS'],
    [{ ...body, scope: { territory: 'Rwanda' } }, 'scope.territory'],
  ] as const) {
    const refused = await post(wrong);
    assert.equal(refused.status, 400, JSON.stringify(wrong));
    assert.equal(refused.json.error.code, 'VALIDATION_FAILED');
    assert.equal(refused.json.field, field);
  }
});

test('a run whose job is cancelled or dead says so instead of running for ever', async () => {
  const waiting = newId<'job'>();
  const runId = newId<'run'>();
  await db.pool.query(
    "insert into platform.job (id, task, payload, attempts_max, status) values ($1, 'x', '{}', 1, 'cancelled')",
    [waiting],
  );
  await db.pool.query(
    `insert into royalties.run (id, status, policy, policy_version, period_from, period_to, pool_minor, currency, min_play_ms, scope, job_id)
     values ($1, 'running', 'pro-rata', 1, '2026-10-01', '2026-11-01', 1, 'RWF', 0, '{}', $2)`,
    [runId, waiting],
  );
  const cancelled = (await get(`/api/v1/royalties/runs/${runId}`)).json();
  assert.deepEqual(
    [cancelled.status, cancelled.error],
    ['failed', 'The run was cancelled. Nothing was posted.'],
  );
  await db.pool.query(
    "update platform.job set status = 'failed', error = 'disk full' where id = $1",
    [waiting],
  );
  assert.match(
    (await get(`/api/v1/royalties/runs/${runId}`)).json().error,
    /broke off \(disk full\)/,
  );
});

test('the trial balance shows what each party is owed and balances', async () => {
  const page = (await get('/api/v1/ledger/trial-balance?limit=200&currency=RWF')).json();
  assert.ok(
    page.items.some(
      (item: { name: string; creditMinor: number }) =>
        item.name === `payable:${parties[0]}` && item.creditMinor >= 700,
    ),
  );
  assert.equal(page.totals[0].debitMinor, page.totals[0].creditMinor);
  const first = (await get('/api/v1/ledger/trial-balance?limit=1')).json();
  const second = (
    await get(`/api/v1/ledger/trial-balance?limit=1&cursor=${encodeURIComponent(first.nextCursor)}`)
  ).json();
  assert.notEqual(first.items[0].name, second.items[0].name);
  assert.equal((await get('/api/v1/ledger/trial-balance?currency=ZZZ')).status, 400);
});

test('a balance of 2^53 minor units or more is refused, because a JSON number would round it', async () => {
  const line = (name: string, amountMinor: bigint) => ({
    account: { name, currency: 'GHS' as const, kind: 'liability' as const },
    amountMinor,
  });
  await postJournal(db, {
    idempotencyKey: 'very large',
    code: 'test.large',
    description: 'more than a double holds',
    effectiveAt: Date.UTC(2026, 10, 2) as Instant,
    actor: null,
    lines: [line('test:owed', 2n ** 53n), line('test:owing', -(2n ** 53n))],
  });
  const reply = await get('/api/v1/ledger/trial-balance?currency=GHS');
  assert.deepEqual([reply.status, reply.json().error.code], [409, 'AMOUNT_TOO_LARGE']);
  assert.equal((await get('/api/v1/ledger/trial-balance?currency=RWF')).status, 200);
});
