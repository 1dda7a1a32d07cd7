import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { isPostgres } from '#foundation/platform/launcher/postmaster.ts';
import { postmasterPid, startServer, temporaryHome } from './server-process.ts';

const stopMsMax = 5_000;

test('Ctrl-C, which a terminal, npm and the bootstrap deliver several times, stops everything within 5 s', async (t) => {
  const home = temporaryHome(t);
  const server = await startServer({ home });
  await server.ready();
  const database = postmasterPid(home)!;
  const begun = Date.now();
  process.kill(-server.child.pid!, 'SIGINT');
  await sleep(30);
  process.kill(server.child.pid!, 'SIGINT');
  assert.equal(await server.ended(), 0, server.output());
  assert.ok(Date.now() - begun < stopMsMax);
  assert.equal(isPostgres(database), false);
  assert.equal(postmasterPid(home), null, 'PostgreSQL was stopped in order');
});

test('an open connection to the web server does not delay the stop', async (t) => {
  const home = temporaryHome(t);
  const server = await startServer({ home });
  await server.ready();
  const kept = await fetch(`${server.address}/health/live`, {
    headers: { connection: 'keep-alive' },
  });
  await kept.text();
  const begun = Date.now();
  server.child.kill('SIGTERM');
  assert.equal(await server.ended(), 0, server.output());
  assert.ok(Date.now() - begun < stopMsMax);
});

test('Ctrl-C while the first start makes its database leaves nothing running and nothing broken', async (t) => {
  const home = temporaryHome(t);
  for (const afterMs of [300, 600, 900, 1_300]) {
    const server = await startServer({ home });
    await sleep(afterMs);
    const begun = Date.now();
    assert.equal(server.child.exitCode, null, server.output());
    process.kill(-server.child.pid!, 'SIGINT');
    await server.ended();
    assert.ok(Date.now() - begun < stopMsMax, `${afterMs} ms: ${server.output()}`);
    const database = postmasterPid(home);
    assert.ok(
      database === null || !isPostgres(database),
      `after ${afterMs} ms PostgreSQL still ran`,
    );
  }
  const server = await startServer({ home });
  await server.ready();
  server.child.kill('SIGINT');
  assert.equal(await server.ended(), 0);
});
