import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { column, openPlainPool, query, sql } from './postgres.ts';
import { testDatabase } from './testing.ts';

const { db } = await testDatabase({ after });

const ownBackend = query({
  name: 'test.ownBackend',
  columns: { pid: column.int4 },
  sample: {},
  text: () => sql`select pg_backend_pid() as pid`,
});

test('a connection that breaks between two statements fails its transaction and nothing else', async () => {
  await assert.rejects(
    db.tx(async (tx) => {
      const { pid } = await tx.one(ownBackend, {});
      await db.pool.query('select pg_terminate_backend($1)', [pid]);
      await until(async () => !(await isAlive(pid)));
      return tx.one(ownBackend, {});
    }),
  );
  assert.ok((await db.one(ownBackend, {})).pid > 0);
});

test('what is noted of a broken connection does not carry the connection', async () => {
  const noted: Error[] = [];
  const pool = openPlainPool(db.url, 1, (error) => noted.push(error));
  const { rows } = await pool.query('select pg_backend_pid() as pid');
  await db.pool.query('select pg_terminate_backend($1)', [rows[0].pid]);
  await until(async () => noted.length > 0);
  await pool.end();
  assert.ok(noted.length > 0);
  assert.ok(noted.every((error) => !('client' in error)));
});

async function isAlive(pid: number): Promise<boolean> {
  const { rows } = await db.pool.query('select from pg_stat_activity where pid = $1', [pid]);
  return rows.length > 0;
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error('it did not happen in time');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
