import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { newId } from '#foundation/kernel/ids.ts';
import { startDatabase } from '#foundation/platform/launcher.ts';
import { migrate } from '#foundation/platform/migrate.ts';
import { openDatabase, type Database } from '#foundation/platform/postgres.ts';
import { postJournal, verifyLedger, type JournalLine } from '#money/ledger/index.ts';
import { createRun, readRun, verifyRun, type NewRun } from '#money/royalties/index.ts';
import { distributePool } from '#money/royalties/distribute-pool.ts';

const method = `A fresh durable database (fsync on) on the same machine; 1,000,000 eligible plays of one month by 20,000
listeners of 60,000 recordings, both with a heavy tail; 10,000 parties, two a recording, one recording in twenty
with a part that nobody owns. Each policy runs three times; the table shows the median run, its steps in seconds, and
the time to verify it. Then one journal of 100,001 lines is posted to new and to existing accounts.`;

const plays = 1_000_000;
const listeners = 20_000;
const recordings = 60_000;
const parties = 10_000;
const runsPerPolicy = 3;

const home = await mkdtemp(path.join(os.tmpdir(), 'ngoma-bench-'));
const server = await startDatabase({ home, say: () => {} });
try {
  await migrate(server.url);
  const db = openDatabase(server.url);
  await fill(db);
  console.log(`${method}\n`);
  console.log(
    '| policy | seconds | freeze | read and weigh | allocate and write | post | statements | lines | verify |',
  );
  console.log('| --- | --- | --- | --- | --- | --- | --- | --- | --- |');
  for (const policy of ['pro-rata', 'user-centric'] as const) await measurePolicy(db, policy);
  console.log('\n| journal of 100,001 lines | seconds | lines/s |\n| --- | --- | --- |');
  await measureJournal(db, 'new accounts', 1);
  await measureJournal(db, 'existing accounts', 2);
  const begun = performance.now();
  const ledger = await verifyLedger(db);
  if (ledger.problems.length > 0) throw new Error(ledger.problems.join('\n'));
  console.log(`\nledger verified: ${ledger.entries} entries in ${seconds(begun)} s`);
  await db.close();
} finally {
  await server.stop();
  await rm(home, { recursive: true, force: true });
}

async function fill(db: Database): Promise<void> {
  const id = (prefix: string, n: string) =>
    `('${prefix}000000-0000-7000-8000-' || lpad((${n})::text, 12, '0'))::uuid`;
  const steps = [
    `select setseed(0.5)`,
    `select plays.make_month('2026-10-01')`,
    `insert into catalog.party (id, name, match_name, kind, provenance)
     select ${id('0a', 'n')}, 'Party ' || n, 'party ' || n, 'person', 'import' from generate_series(0, ${parties - 1}) n`,
    `insert into catalog.recording (id, title, artist_name, match_title, match_artist, provenance)
     select ${id('0b', 'n')}, 'Song ' || n, 'Artist', n::text, 'artist', 'import' from generate_series(0, ${recordings - 1}) n`,
    `insert into catalog.split (id, recording_id, "right", valid_from, version, provenance)
     select ${id('0c', 'n')}, ${id('0b', 'n')}, 'master', '2020-01-01', 1, 'import' from generate_series(0, ${recordings - 1}) n`,
    `insert into catalog.split_share (split_id, party_id, basis_points)
     select ${id('0c', 'n')}, ${id('0a', `n % ${parties}`)}, case when n % 20 = 0 then 6000 else 7000 end from generate_series(0, ${recordings - 1}) n
     union all
     select ${id('0c', 'n')}, ${id('0a', `(n * 7 + 1) % ${parties}`)}, 3000 from generate_series(0, ${recordings - 1}) n where (n * 7 + 1) % ${parties} <> n % ${parties}`,
    `insert into plays.play (device_id, key, started_at, recording_id, played_ms, source, state, provenance, territory, received_at)
     select ${id('0d', `floor(${listeners} * power(random(), 2))::int`)}, gen_random_uuid(),
       timestamptz '2026-10-01 00:00:00+00' + random() * interval '31 days', ${id('0b', `floor(${recordings} * power(random(), 3))::int`)},
       30000 + (random() * 200000)::int, floor(random() * 3)::int, 0, 3, (array['RW', 'NG', 'CD'])[1 + floor(random() * 3)::int], now()
     from generate_series(1, ${plays})`,
    `vacuum analyze`,
  ];
  for (const step of steps) await db.pool.query(step);
}

async function measurePolicy(db: Database, policy: NewRun['policy']): Promise<void> {
  const results = [];
  for (let i = 0; i < runsPerPolicy; i++) results.push(await measureRun(db, policy, i));
  const { total, steps, verify, run } = results.sort((a, b) => a.total - b.total)[
    Math.floor(runsPerPolicy / 2)
  ]!;
  const { rows } = await db.pool.query<{ n: string }>(
    'select count(*) as n from royalties.statement_line l join royalties.statement s on s.id = l.statement_id where s.run_id = $1',
    [run.id],
  );
  const cells = [policy, total, ...steps, run.lines.length, rows[0]!.n, verify];
  console.log(
    `| ${cells.map((cell) => (typeof cell === 'number' && !Number.isInteger(cell) ? cell.toFixed(2) : cell)).join(' | ')} |`,
  );
}

/** Every round has a pool of its own: the same inputs and pool would be the same run, which posts nothing. */
async function measureRun(db: Database, policy: NewRun['policy'], round: number) {
  const ctx = { db, demo: false, now: () => Date.now() };
  const asked: NewRun = {
    period: { from: '2026-10-01', to: '2026-11-01' },
    pool: { amountMinor: 123_456_789 + round, currency: 'RWF' },
    policy,
    confirmOverlap: true,
  };
  const created = await createRun(ctx, newId<'user'>(), asked, null);
  if (!('id' in created)) throw new Error(created.detail);
  const marks = new Map<string, number>();
  const job = {
    jobId: newId<'job'>(),
    signal: new AbortController().signal,
    progress(_done: number, _total: number | null, note = '') {
      const step = note.split(' ')[0]!;
      if (!marks.has(step)) marks.set(step, performance.now());
    },
  };
  const begun = performance.now();
  await distributePool(ctx).run({ runId: created.id }, job);
  const total = Number(seconds(begun));
  const run = await readRun(db, created.id);
  if (!('lines' in run) || run.status !== 'done' || run.eligiblePlays !== plays)
    throw new Error(JSON.stringify(run).slice(0, 500));
  const at = [
    ...['Copying', 'Reading', 'Allocating', 'Posting'].map((step) => marks.get(step)!),
    begun + total * 1_000,
  ];
  const steps = at.slice(1).map((mark, i) => (mark - at[i]!) / 1_000);
  const verifying = performance.now();
  const report = await verifyRun(db, created.id);
  if (report.problems.length > 0) throw new Error(report.problems.join('\n'));
  return { total, steps, run, verify: Number(seconds(verifying)) };
}

async function measureJournal(db: Database, label: string, round: number): Promise<void> {
  const owed: JournalLine[] = Array.from({ length: 100_000 }, (_, i) => ({
    account: { name: `bench:payable:${i}`, currency: 'NGN', kind: 'liability' },
    amountMinor: -5n,
  }));
  const lines: JournalLine[] = [
    ...owed,
    { account: { name: 'bench:pool', currency: 'NGN', kind: 'liability' }, amountMinor: 500_000n },
  ];
  const begun = performance.now();
  await postJournal(db, {
    idempotencyKey: `bench:${round}`,
    code: 'bench',
    description: '',
    effectiveAt: 0 as never,
    actor: null,
    lines,
  });
  const took = Number(seconds(begun));
  console.log(`| ${label} | ${took} | ${Math.round(lines.length / took)} |`);
}

function seconds(since: number): string {
  return ((performance.now() - since) / 1_000).toFixed(2);
}
