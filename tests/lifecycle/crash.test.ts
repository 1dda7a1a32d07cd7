import assert from 'node:assert/strict';
import { test } from 'node:test';
import pg from 'pg';
import {
  databaseUrl,
  postmasterPid,
  startServer,
  temporaryHome,
  type ServerProcess,
} from './server-process.ts';

test('kill -9 of the server: the next start takes the database over and has every committed row', async (t) => {
  const home = temporaryHome(t);
  const first = await started(home);
  const written = await writeUntil(home, () => first.child.kill('SIGKILL'));
  assert.equal(await first.ended(), 'SIGKILL');
  const second = await started(home);
  assert.match(second.output(), /Attached to the PostgreSQL/);
  await assertKept(home, written);
  await stop(second);
});

test('kill -9 of PostgreSQL: the server says so and ends, the next start recovers', async (t) => {
  const home = temporaryHome(t);
  const first = await started(home);
  const written = await writeUntil(home, () => process.kill(postmasterPid(home)!, 'SIGKILL'));
  assert.equal(await first.ended(), 1);
  assert.match(first.output(), /PostgreSQL is gone; nothing acknowledged is lost/);
  const second = await started(home);
  await assertKept(home, written);
  await stop(second);
});

test('kill -9 of both at once: the next start recovers', async (t) => {
  const home = temporaryHome(t);
  const first = await started(home);
  const written = await writeUntil(home, () => {
    process.kill(postmasterPid(home)!, 'SIGKILL');
    first.child.kill('SIGKILL');
  });
  await first.ended();
  const second = await started(home);
  await assertKept(home, written);
  await stop(second);
});

test('kill -9 at any moment of the very first start is followed by a start that works', async (t) => {
  const home = temporaryHome(t);
  for (const afterMs of [150, 400, 700, 1_000, 1_500]) {
    const half = await startServer({ home });
    await new Promise((resolve) => setTimeout(resolve, afterMs));
    half.child.kill('SIGKILL');
    await half.ended();
  }
  await stop(await started(home));
});

async function started(home: string): Promise<ServerProcess> {
  const server = await startServer({ home });
  await server.ready();
  return server;
}

async function stop(server: ServerProcess): Promise<void> {
  server.child.kill('SIGINT');
  assert.equal(await server.ended(), 0, server.output());
}

const rowsBeforeCrash = 200;

/** Commits rows one by one over two connections, crashes in the middle, answers those that were acknowledged. */
async function writeUntil(home: string, crash: () => void): Promise<readonly number[]> {
  const acknowledged: number[] = [];
  const setup = await connect(home);
  await setup.query('create table if not exists public.mark (n int primary key)');
  await setup.end();
  let crashed = false;
  async function write(first: number): Promise<void> {
    const client = await connect(home);
    try {
      for (let n = first; n < first + 2 * rowsBeforeCrash; n++) {
        await client.query('insert into public.mark values ($1)', [n]);
        acknowledged.push(n);
        if (acknowledged.length >= rowsBeforeCrash && !crashed) {
          crashed = true;
          crash();
        }
      }
    } catch (error) {
      assert.ok(crashed, String(error)); // after the crash an error is what is expected
    } finally {
      await client.end().catch(() => {});
    }
  }
  await Promise.all([write(0), write(1_000_000)]);
  assert.ok(acknowledged.length >= rowsBeforeCrash);
  return acknowledged;
}

async function assertKept(home: string, written: readonly number[]): Promise<void> {
  const client = await connect(home);
  try {
    const { rows } = await client.query<{ n: number }>('select n from public.mark');
    const kept = new Set(rows.map((row) => row.n));
    assert.deepEqual(
      written.filter((n) => !kept.has(n)),
      [],
    );
  } finally {
    await client.end();
  }
}

async function connect(home: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: databaseUrl(home) });
  client.on('error', () => {}); // the statement under way reports it
  await client.connect();
  return client;
}
