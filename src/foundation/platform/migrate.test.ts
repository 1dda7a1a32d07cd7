import assert from 'node:assert/strict';
import { cp, mkdtemp, rm, writeFile, appendFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { migrate, migrationsDir, readMigrations } from './migrate.ts';
import { testDatabase } from './testing.ts';

const { url, db } = await testDatabase({ after });

async function copyOfMigrations(): Promise<string> {
  const dir = await mkdtemp(path.join(os.tmpdir(), 'ngoma-migrations-'));
  after(() => rm(dir, { recursive: true }));
  await cp(migrationsDir, dir, { recursive: true });
  return dir;
}

test('a second migration applies nothing, and two at once apply each file once', async () => {
  assert.deepEqual((await migrate(url)).applied, []);
  const dir = await copyOfMigrations();
  const next = String((await readMigrations(dir)).length + 1).padStart(4, '0');
  await writeFile(path.join(dir, `${next}_more.sql`), 'create table platform.more (id int);');
  const both = await Promise.all([migrate(url, dir), migrate(url, dir)]);
  assert.deepEqual(
    both.flatMap((r) => r.applied),
    [`${next}_more.sql`],
  );
  await assert.rejects(migrate(url), /newer than this program/);
  await db.pool.query('delete from public.migration where number = $1', [Number(next)]);
});

test('an applied migration that was edited is refused by name, and a broken one leaves nothing behind', async () => {
  const edited = await copyOfMigrations();
  await appendFile(path.join(edited, '0001_platform.sql'), '\n-- edited\n');
  await assert.rejects(migrate(url, edited), /0001_platform\.sql was applied and has changed/);

  const broken = await copyOfMigrations();
  const next = String((await readMigrations(broken)).length + 1).padStart(4, '0');
  await writeFile(
    path.join(broken, `${next}_broken.sql`),
    'create table platform.half (id int); select nonsense();',
  );
  await assert.rejects(migrate(url, broken), /_broken\.sql/);
  const { rows } = await db.pool.query("select to_regclass('platform.half') as half");
  assert.equal(rows[0].half, null);
});

test('a gap in the sequence is refused', async () => {
  const dir = await copyOfMigrations();
  await rm(path.join(dir, '0002_accounts.sql'));
  await assert.rejects(readMigrations(dir), /numbered without gaps/);
});
