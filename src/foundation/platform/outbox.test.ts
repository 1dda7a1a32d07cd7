import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { declareSubscribers, startDelivering } from './deliver-events.ts';
import { createLog } from './log.ts';
import { migrate, migrationsDir, readMigrations } from './migrate.ts';
import { defineEvent, emit, subscriber, type Subscriber } from './outbox.ts';
import { openDatabase } from './postgres.ts';
import { testDatabase } from './testing.ts';

const log = createLog('silent');
const waitsMax = 400;
const waitMs = 25;

type Counted = { readonly n: number; readonly about?: string };
const happened = defineEvent<Counted>('test.happened', ({ about }) =>
  about === undefined ? [] : [about],
);

/** A database of its own with these subscribers, and events that are delivered until the test ends. */
async function house(t: TestContext, subscribers: readonly Subscriber[]) {
  const endings: (() => Promise<void>)[] = []; // last begun, first ended
  t.after(async () => {
    for (const end of endings.toReversed()) await end();
  });
  const { url, db } = await testDatabase({ after: (end) => void endings.push(end) });
  const ctx = { db, log };
  await declareSubscribers(ctx, subscribers);
  const start = async () => {
    const delivering = await startDelivering(ctx, subscribers);
    endings.push(() => delivering.stop());
  };
  const outstanding = async () => {
    const { rows } = await db.pool.query<{ who: string }>(
      `select d.subscriber || ' ' || (o.payload->>'n') as who
       from platform.delivery d join platform.outbox o on o.id = d.event_id order by d.event_id, d.subscriber`,
    );
    return rows.map(({ who }) => who);
  };
  return { db, url, ctx, endings, start, outstanding };
}

async function until(wanted: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (let i = 0; i < waitsMax; i++) {
    if (await wanted()) return;
    await sleep(waitMs);
  }
  assert.fail(`${what} never happened`);
}

test('an event exists for every subscriber exactly when its transaction commits', async (t) => {
  const heard: string[] = [];
  const hear = (name: string) =>
    subscriber(name, happened, async ({ n }) => heard.push(`${name} ${n}`));
  const { db, start, outstanding } = await house(t, [hear('plays'), hear('search')]);
  await db.tx(async (tx) => {
    for (const n of [1, 2]) await emit(tx, happened, { n });
  });
  await assert.rejects(
    db.tx(async (tx) => {
      await emit(tx, happened, { n: 99 });
      throw new Error('rolled back');
    }),
  );
  await emit(db, defineEvent<Counted>('test.unheard'), { n: 3 });
  assert.deepEqual(await outstanding(), ['plays 1', 'search 1', 'plays 2', 'search 2']);
  await start();
  await until(async () => (await outstanding()).length === 0, 'the last delivery');
  assert.deepEqual(heard.toSorted(), ['plays 1', 'plays 2', 'search 1', 'search 2']);
});

test('an event that has failed more often than numbers can be doubled delays no other', async (t) => {
  const heard: number[] = [];
  const { db, start, outstanding } = await house(t, [
    subscriber('plays', happened, async ({ n }) => {
      if (n === 1) throw new Error('poison');
      heard.push(n);
    }),
  ]);
  await emit(db, happened, { n: 1 });
  await db.pool.query('update platform.delivery set attempts = 1024');
  await emit(db, happened, { n: 2 });
  await start();
  await until(async () => (await outstanding()).length === 1, 'the delivery of the healthy event');
  await until(
    async () =>
      (await db.pool.query('select attempts from platform.delivery')).rows[0].attempts > 1024,
    'a counted attempt',
  );
  assert.deepEqual(heard, [2]);
  const { rows } = await db.pool.query(
    'select attempts, error, next_attempt_at > now() as later from platform.delivery',
  );
  assert.deepEqual(rows, [{ attempts: 1025, error: 'Error: poison', later: true }]);
});

test('a subscriber that fails is told again alone: the others hear an event once', async (t) => {
  const heard: string[] = [];
  let failures = 2;
  const { db, start, outstanding } = await house(t, [
    subscriber('fails', happened, async ({ n }) => {
      if (failures-- > 0) throw new Error('busy');
      heard.push(`fails ${n}`);
    }),
    subscriber('works', happened, async ({ n }) => heard.push(`works ${n}`)),
  ]);
  await emit(db, happened, { n: 1 });
  await start();
  await until(async () => (await outstanding()).length === 0, 'the last delivery');
  assert.deepEqual(heard, ['works 1', 'fails 1']);
});

test('a slow subscriber holds no transaction open and keeps nobody waiting', async (t) => {
  const heard: number[] = [];
  const { promise: patience, resolve: release } = Promise.withResolvers<void>();
  const { db, start, outstanding } = await house(t, [
    subscriber('slow', happened, () => patience),
    subscriber('quick', happened, async ({ n }) => heard.push(n)),
  ]);
  for (const n of [1, 2, 3]) await emit(db, happened, { n });
  await start();
  await until(() => heard.length === 3, 'the delivery to the quick one');
  const { rows } = await db.pool.query(
    `select count(*)::int as open from pg_stat_activity
     where datname = current_database() and state like 'idle in transaction%'`,
  );
  assert.equal(rows[0].open, 0);
  release();
  await until(async () => (await outstanding()).length === 0, 'the delivery to the slow one');
});

test('of what is about one thing a subscriber hears in order, also after a failure; the rest goes on', async (t) => {
  const heard: number[] = [];
  let failures = 2;
  const merged = defineEvent<{ n: number; from: string; into: string }>(
    'test.merged',
    ({ from, into }) => [from, into],
  );
  const { db, start, outstanding } = await house(t, [
    subscriber('plays', merged, async ({ n }) => {
      if (n === 1 && failures-- > 0) throw new Error('busy');
      heard.push(n);
    }),
  ]);
  // A chain of merges: a into b, b into c, c into d. Nobody's key is in all of them.
  await emit(db, merged, { n: 1, from: 'a', into: 'b' });
  await emit(db, merged, { n: 2, from: 'b', into: 'c' });
  await emit(db, merged, { n: 3, from: 'c', into: 'd' });
  await emit(db, merged, { n: 4, from: 'x', into: 'y' });
  await start();
  await until(async () => (await outstanding()).length === 0, 'the last delivery');
  assert.deepEqual(heard, [4, 1, 2, 3]);
});

test('events of one transaction are heard in the order they were told', async (t) => {
  const heard: number[] = [];
  const { db, start, outstanding } = await house(t, [
    subscriber('plays', happened, async ({ n }) => heard.push(n)),
  ]);
  const numbers = Array.from({ length: 30 }, (_, n) => n);
  await db.tx(async (tx) => {
    for (const n of numbers) await emit(tx, happened, { n, about: 'one' });
  });
  await start();
  await until(async () => (await outstanding()).length === 0, 'the last delivery');
  assert.deepEqual(heard, numbers);
});

test('what was outstanding when the program ended is delivered after the next start', async (t) => {
  const heard: number[] = [];
  const { db, start, outstanding } = await house(t, [
    subscriber('plays', happened, async ({ n }) => heard.push(n)),
  ]);
  await emit(db, happened, { n: 1 });
  await db.pool.query('delete from graphile_worker._private_jobs');
  await start();
  await until(async () => (await outstanding()).length === 0, 'the delivery');
  assert.deepEqual(heard, [1]);
});

test('a subscriber that is no longer declared is told nothing and keeps nothing waiting', async (t) => {
  const keeps = subscriber('keeps', happened, async () => {});
  const leaves = subscriber('leaves', happened, async () => {});
  const { db, ctx, outstanding } = await house(t, [keeps, leaves]);
  await emit(db, happened, { n: 1 });
  await declareSubscribers(ctx, [keeps]);
  await emit(db, happened, { n: 2 });
  assert.deepEqual(await outstanding(), ['keeps 1', 'keeps 2']);
});

test('events that nobody had taken when deliveries were made one by one go on to everybody', async (t) => {
  const { db, url, endings } = await house(t, []);
  const older = await mkdtemp(path.join(os.tmpdir(), 'ngoma-older-'));
  t.after(() => rm(older, { recursive: true }));
  const all = await readMigrations(migrationsDir);
  const here = all.findIndex(({ name }) => name.endsWith('_deliveries.sql'));
  for (const { name, text } of all.slice(0, here)) await writeFile(path.join(older, name), text);
  const fresh = `${new URL(url).pathname.slice(1)}_older`;
  await db.pool.query(`create database ${fresh}`);
  endings.push(async () => void (await db.pool.query(`drop database ${fresh}`)));
  const address = new URL(url);
  address.pathname = `/${fresh}`;
  await migrate(address.href, older);
  const old = openDatabase(address.href);
  await old.pool.query(`
    insert into platform.outbox (topic, payload, attempts, delivered_at)
    values ('catalog.recordingsMerged', '{"fromId": "a", "intoId": "b"}', 1024, null),
      ('catalog.recordingsLearned', '{"recordingIds": ["b"]}', 0, null),
      ('catalog.recordingsLearned', '{"recordingIds": ["c"]}', 0, now())`);
  await migrate(address.href);
  const { rows } = await old.pool.query(`
    select o.topic, string_agg(d.subscriber, ' ' order by d.subscriber) as who, min(d.keys) as keys, max(d.attempts) as attempts
    from platform.delivery d join platform.outbox o on o.id = d.event_id group by 1 order by 1`);
  await old.close();
  assert.deepEqual(rows, [
    { topic: 'catalog.recordingsLearned', who: 'plays recognition', keys: [], attempts: 0 },
    {
      topic: 'catalog.recordingsMerged',
      who: 'findings media plays recognition',
      keys: ['a', 'b'],
      attempts: 0,
    },
  ]);
});
