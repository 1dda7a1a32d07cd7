import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import pg from 'pg';
import { startDatabase } from '../launcher.ts';
import { copyBinaries, findBinaries, programOf } from './binaries.ts';
import { sharedBuffersMb } from './postmaster.ts';

const folder = await mkdtemp(path.join(os.tmpdir(), 'ngoma-launcher-'));
after(() => rm(folder, { recursive: true, force: true }));
const home = path.join(folder, 'a'.repeat(100), 'home'); // deeper than a socket path may be
const launch = (said: string[] = []) =>
  startDatabase({ home, say: (line) => said.push(line), durable: false });

test('the database is UTF-8 with ICU, speaks only to this machine, and wants its password', async () => {
  const database = await launch();
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  const { rows } = await client.query(`
    select pg_encoding_to_char(encoding) as encoding, datlocprovider as provider, datlocale as locale,
           current_setting('listen_addresses') as listens, current_setting('timezone') as zone
    from pg_database where datname = current_database()`);
  await client.end();
  assert.deepEqual(rows[0], {
    encoding: 'UTF8',
    provider: 'i',
    locale: 'en',
    listens: '127.0.0.1',
    zone: 'UTC',
  });
  const wrong = new pg.Client({ connectionString: database.url.replace(/:[^:@]+@/, ':wrong@') });
  await assert.rejects(wrong.connect(), /password authentication failed/);
  await database.stop();
});

test('a stored port that somebody else took is replaced', async () => {
  const stored = JSON.parse(await readFile(path.join(home, 'db.json'), 'utf8')) as { port: number };
  const squatter = createServer();
  await new Promise<void>((resolve) => squatter.listen(stored.port, '127.0.0.1', resolve));
  const database = await launch();
  assert.notEqual(Number(new URL(database.url).port), stored.port);
  await database.stop();
  squatter.close();
});

test('a pid file whose number now belongs to another program does not stop a start', async () => {
  const pidFile = path.join(home, 'db', 'postmaster.pid');
  await writeFile(pidFile, `${process.pid}\n${home}/db\n1\n5432\n\n127.0.0.1\n\nready\n`);
  const database = await launch();
  assert.equal(database.attached, false);
  await database.stop();
});

test('a server on our data that does not know our password is named, not attached to and not killed', async () => {
  const database = await launch();
  const file = path.join(home, 'db.json');
  const stored = await readFile(file, 'utf8');
  await writeFile(file, stored.replace(/"password":"[^"]+"/, '"password":"somebody-elses"'));
  await assert.rejects(
    launch(),
    new RegExp(`process ${database.pid}.*does not accept our password`),
  );
  assert.equal(database.isAlive(), true);
  await writeFile(file, stored);
  await database.stop();
  assert.equal(database.isAlive(), false);
});

test('two launches at once share one server', async () => {
  const [a, b] = await Promise.all([launch(), launch()]);
  assert.equal(a.pid, b.pid);
  assert.deepEqual(new Set([a.attached, b.attached]), new Set([false, true]));
  await a.stop();
});

test('a PostgreSQL that disappears is noticed', async () => {
  const database = await launch();
  const lost = new Promise<void>((resolve) => database.onLost(resolve));
  const waiting = setInterval(() => {}, 1_000); // the watch itself keeps no process alive
  process.kill(database.pid, 'SIGKILL');
  await lost;
  clearInterval(waiting);
  const again = await launch();
  await again.stop();
});

test('a copy of the binaries runs, with the library links an install script would have made', async () => {
  const copy = await copyBinaries(await findBinaries(), path.join(folder, 'copy'));
  const run = spawnSync(programOf(copy, 'postgres'), ['--version'], { encoding: 'utf8' });
  assert.match(run.stdout, /^postgres \(PostgreSQL\) 18/);
});

test('shared memory is a quarter of the machine, at most 512 MB under 4 GB and 1 GB above', () => {
  const gb = 1024 ** 3;
  assert.deepEqual(
    [0.1, 1, 3, 4, 64].map((size) => sharedBuffersMb(size * gb)),
    [32, 256, 512, 1024, 1024],
  );
});
