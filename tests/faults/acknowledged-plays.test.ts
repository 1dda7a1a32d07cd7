import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { newId } from '#foundation/kernel/ids.ts';
import { openDatabase } from '#foundation/platform/postgres.ts';
import { auditPlays } from '#counting/plays/index.ts';
import {
  databaseUrl,
  postmasterPid,
  startServer,
  temporaryHome,
  type ServerProcess,
} from '../lifecycle/server-process.ts';

// What was acknowledged is there after any crash, once, and the rollups agree with it; what was not acknowledged may be
// sent again and counts once either way.

const admin = { NGOMA_ADMIN_EMAIL: 'admin@example.org', NGOMA_ADMIN_PASSWORD: 'drum-machine-1' };
const batchSize = 100;

type Report = { readonly key: string; readonly startedAt: string };

test('every acknowledged play survives kill -9 of the server, of PostgreSQL, and of both, and counts once', async (t) => {
  const home = temporaryHome(t);
  const recordingId = newId<'recording'>();
  const acknowledged = new Set<string>();
  let unanswered: readonly Report[] = [];
  let device: { deviceId: string; deviceKey: string } | null = null;

  for (const victim of ['server', 'database', 'both', 'nobody'] as const) {
    const server = await startServer({ home, env: admin });
    await server.ready();
    device ??= await enrol(server, home, recordingId);
    if (unanswered.length > 0) {
      const again = await send(server, device, recordingId, unanswered);
      assert.equal(
        again.counted + again.duplicates,
        unanswered.length,
        'what was in flight is sent again and accepted',
      );
      for (const { key } of unanswered) acknowledged.add(key);
      unanswered = [];
    }
    const killing =
      victim === 'nobody' ? null : killAfter(200 + Math.random() * 400, server, home, victim);
    for (let n = 0; n < (victim === 'nobody' ? 5 : 10_000); n++) {
      const batch = Array.from({ length: batchSize }, (): Report => ({
        key: crypto.randomUUID(),
        startedAt: new Date(Date.now() - Math.random() * 86_400_000).toISOString(),
      }));
      try {
        const answer = await send(server, device, recordingId, batch);
        assert.equal(answer.counted, batchSize);
        for (const { key } of batch) acknowledged.add(key);
      } catch {
        unanswered = batch;
        break;
      }
    }
    await killing;
    if (victim === 'nobody') server.child.kill('SIGINT');
    await server.ended();
  }

  assert.ok(
    acknowledged.size >= 8 * batchSize,
    `only ${acknowledged.size} plays were acknowledged`,
  );
  const last = await startServer({ home, env: admin });
  await last.ready();
  const db = openDatabase(databaseUrl(home));
  const { rows } = await db.pool.query<{ key: string }>(
    'select key from plays.play where state = 0',
  );
  const stored = new Set(rows.map((row) => row.key));
  assert.deepEqual(
    [...acknowledged].filter((key) => !stored.has(key)),
    [],
    'acknowledged and lost',
  );
  assert.equal(rows.length, stored.size);
  const audit = await auditPlays(db);
  await db.close();
  assert.deepEqual(audit.differences, []);
  last.child.kill('SIGINT');
  assert.equal(await last.ended(), 0);
});

async function killAfter(
  ms: number,
  server: ServerProcess,
  home: string,
  victim: 'server' | 'database' | 'both',
): Promise<void> {
  await sleep(ms);
  if (victim !== 'server') process.kill(postmasterPid(home)!, 'SIGKILL');
  if (victim !== 'database') server.child.kill('SIGKILL');
}

async function enrol(
  server: ServerProcess,
  home: string,
  recordingId: string,
): Promise<{ deviceId: string; deviceKey: string }> {
  const db = openDatabase(databaseUrl(home));
  await db.pool.query(
    "insert into catalog.recording (id, title, artist_name, match_title, match_artist, provenance) values ($1, 'a', 'b', 'a', 'b', 'import')",
    [recordingId],
  );
  await db.close();
  const { accessToken } = (await post(server, '/api/v1/auth/login', {
    email: admin.NGOMA_ADMIN_EMAIL,
    password: admin.NGOMA_ADMIN_PASSWORD,
  })) as { accessToken: string };
  return (await post(
    server,
    '/api/v1/devices',
    { name: 'box', kind: 'venue' },
    `Bearer ${accessToken}`,
  )) as { deviceId: string; deviceKey: string };
}

function send(
  server: ServerProcess,
  device: { deviceId: string; deviceKey: string },
  recordingId: string,
  batch: readonly Report[],
): Promise<{ counted: number; duplicates: number }> {
  const plays = batch.map((report, seq) => ({
    ...report,
    seq,
    playedMs: 60_000,
    source: 'venue',
    recording: { id: recordingId },
  }));
  return post(
    server,
    '/api/v1/batch/plays',
    { sentAt: new Date().toISOString(), plays },
    `Device ${device.deviceId}:${device.deviceKey}`,
  ) as Promise<{ counted: number; duplicates: number }>;
}

async function post(
  server: ServerProcess,
  path: string,
  body: object,
  authorization?: string,
): Promise<unknown> {
  const reply = await fetch(`${server.address}${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(authorization !== undefined && { authorization }),
    },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(20_000),
  });
  if (!reply.ok) throw new Error(`${path}: ${reply.status} ${await reply.text()}`);
  return reply.json();
}
