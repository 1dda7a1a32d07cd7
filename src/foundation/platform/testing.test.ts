import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testDatabase } from './testing.ts';

test('two test databases are migrated and do not see each other', async (t) => {
  const [a, b] = await Promise.all([testDatabase(t), testDatabase(t)]);
  await a.db.pool.query('create table public.only_here (n int)');
  const seen =
    "select to_regclass('public.only_here') is not null as seen, (select count(*)::int from public.migration) as n";
  const [inA, inB] = await Promise.all([a.db.pool.query(seen), b.db.pool.query(seen)]);
  assert.equal(inA.rows[0].seen, true);
  assert.equal(inB.rows[0].seen, false);
  assert.ok(inB.rows[0].n > 0);
});
