import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { newId } from '#foundation/kernel/ids.ts';
import { dayMs, hourMs, toIso, type Instant } from '#foundation/kernel/time.ts';
import { testDatabase } from '#foundation/platform/testing.ts';
import { aRecording, aShare, openPlaysHouse, playsContext, seenSoon, testNow } from './testing.ts';

// The wire as devices meet it. The people here are whoever the test says: `Bearer <userId>`.

const { db } = await testDatabase({ after });
const ctx = playsContext(db);
const app = await openPlaysHouse({ after }, ctx);

const owner = newId<'user'>();
const stranger = newId<'user'>();

async function call(
  method: 'GET' | 'POST' | 'DELETE',
  url: string,
  options: { as?: string; body?: unknown; raw?: Buffer; headers?: Record<string, string> } = {},
) {
  const reply = await app.inject({
    method,
    url,
    headers: {
      ...(options.as && { authorization: options.as }),
      ...(options.raw && { 'content-type': 'application/json' }),
      ...options.headers,
    },
    ...(options.raw
      ? { payload: options.raw }
      : options.body !== undefined && { payload: options.body as object }),
  });
  return {
    status: reply.statusCode,
    body: JSON.parse(reply.body) as Record<string, never> & { error: { code: string } },
  };
}

async function enrol(body: object = { name: 'box', kind: 'venue' }) {
  const { body: device } = await call('POST', '/api/v1/devices', { as: `Bearer ${owner}`, body });
  return {
    id: String(device['deviceId']),
    as: `Device ${String(device['deviceId'])}:${String(device['deviceKey'])}`,
  };
}

function play(recordingId: string, change: object = {}) {
  return {
    key: crypto.randomUUID(),
    seq: 1,
    startedAt: toIso((testNow - hourMs) as Instant),
    playedMs: 60_000,
    source: 'venue',
    recording: { id: recordingId },
    ...change,
  };
}

const sentAt = toIso(testNow);

test('a batch answers every play in order, plain or gzip', async () => {
  const device = await enrol();
  const id = await aRecording(db);
  const body = {
    sentAt,
    plays: [
      play(id),
      play(id, { playedMs: -5 }),
      play(id, { recording: { title: 'x', artist: 'y' } }),
    ],
  };
  const first = await call('POST', '/api/v1/batch/plays', { as: device.as, body });
  assert.equal(first.status, 200);
  const { results, ...counts } = first.body as unknown as {
    results: { outcome: string; field?: string }[];
  };
  assert.deepEqual(counts, { counted: 1, duplicates: 0, unmatched: 1, refused: 1 });
  assert.deepEqual(
    results.map((r) => [r.outcome, r.field]),
    [
      ['counted', undefined],
      ['refused', 'playedMs'],
      ['unmatched', undefined],
    ],
  );
  const again = await call('POST', '/api/v1/batch/plays', {
    as: device.as,
    raw: gzipSync(JSON.stringify(body)),
    headers: { 'content-encoding': 'gzip' },
  });
  assert.deepEqual(
    [again.body['counted'], again.body['duplicates'], again.body['refused']],
    [0, 2, 1],
  );
});

test('without a device key, with a wrong one, with a person’s token and after revoking, nothing is read', async () => {
  const device = await enrol();
  const body = { sentAt, plays: [] };
  const wrong = `Device ${device.id}:AAAA`;
  for (const as of [
    undefined,
    wrong,
    `Bearer ${owner}`,
    'Device x',
    'Device :',
    `Device ${newId()}:k`,
  ]) {
    const reply = await call('POST', '/api/v1/batch/plays', { ...(as && { as }), body });
    assert.deepEqual([reply.status, reply.body.error.code], [401, 'UNAUTHENTICATED'], as);
  }
  assert.equal(
    (await call('DELETE', `/api/v1/devices/${device.id}`, { as: `Bearer ${stranger}` })).status,
    404,
    'a stranger cannot revoke it',
  );
  assert.equal((await call('POST', '/api/v1/batch/plays', { as: device.as, body })).status, 200);
  assert.equal(
    (await call('DELETE', `/api/v1/devices/${device.id}`, { as: `Bearer ${owner}` })).status,
    200,
  );
  assert.equal((await call('POST', '/api/v1/batch/plays', { as: device.as, body })).status, 401);
});

test('a batch that is too long, too large, a bomb, damaged or not a batch is refused whole, and nothing of it is stored', async () => {
  const device = await enrol();
  const id = await aRecording(db);
  const before = await db.pool.query('select count(*) from plays.play');
  const refused = async (
    options: Parameters<typeof call>[2],
    status: number,
    code: string,
  ): Promise<void> => {
    const reply = await call('POST', '/api/v1/batch/plays', { as: device.as, ...options });
    assert.deepEqual([reply.status, reply.body.error.code], [status, code]);
  };
  await refused(
    { body: { sentAt, plays: Array.from({ length: 10_001 }, () => 0) } },
    413,
    'TOO_LARGE',
  );
  await refused({ raw: Buffer.alloc(8 * 1024 * 1024 + 1, 0x20) }, 413, 'TOO_LARGE');
  await refused(
    {
      raw: gzipSync(Buffer.alloc(64 * 1024 * 1024, 0x20)),
      headers: { 'content-encoding': 'gzip' },
    },
    413,
    'TOO_LARGE',
  );
  await refused(
    { raw: Buffer.from('not gzip'), headers: { 'content-encoding': 'gzip' } },
    400,
    'VALIDATION_FAILED',
  );
  await refused({ raw: Buffer.from('{') }, 400, 'VALIDATION_FAILED');
  await refused({ body: { sentAt: 'yesterday', plays: [play(id)] } }, 400, 'VALIDATION_FAILED');
  await refused({ body: { plays: [play(id)] } }, 400, 'VALIDATION_FAILED');
  await refused({ body: { sentAt, plays: 'all of them' } }, 400, 'VALIDATION_FAILED');
  assert.deepEqual((await db.pool.query('select count(*) from plays.play')).rows, before.rows);
});

test('one play at a time counts like a batch of one', async () => {
  const device = await enrol();
  const report = play(await aRecording(db));
  assert.equal(
    (await call('POST', '/api/v1/plays', { as: device.as, body: report })).body['outcome'],
    'counted',
  );
  assert.equal(
    (await call('POST', '/api/v1/plays', { as: device.as, body: report })).body['outcome'],
    'duplicate',
  );
});

test('an owner sees what the devices reported, page by page; a stranger sees nothing and logs nothing', async () => {
  const device = await enrol({ name: 'pager', kind: 'phone' });
  const id = await aRecording(db, { title: 'Imvura' });
  const plays = Array.from({ length: 7 }, (_, n) =>
    play(id, { startedAt: testNow - hourMs - n * 60_000 }),
  );
  await call('POST', '/api/v1/batch/plays', { as: device.as, body: { sentAt, plays } });
  const seen: string[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const page = await call(
      'GET',
      `/api/v1/plays?deviceId=${device.id}&limit=3${cursor && `&cursor=${cursor}`}`,
      { as: `Bearer ${owner}` },
    );
    const { items, nextCursor } = page.body as unknown as {
      items: { startedAt: string; title: string }[];
      nextCursor: string | null;
    };
    assert.ok(items.every((item) => item.title === 'Imvura'));
    seen.push(...items.map((item) => item.startedAt));
    cursor = nextCursor;
  }
  assert.deepEqual(
    seen,
    plays.map((p) => toIso(p.startedAt as unknown as Instant)),
  );
  assert.deepEqual(
    (await call('GET', '/api/v1/plays', { as: `Bearer ${stranger}` })).body['items'],
    [],
  );
  assert.deepEqual(
    (await call('GET', '/api/v1/devices', { as: `Bearer ${stranger}` })).body['items'],
    [],
  );
  const log = {
    deviceId: device.id,
    key: crypto.randomUUID(),
    recordingId: id,
    startedAt: sentAt,
    playedMs: 1_000,
  };
  assert.equal(
    (await call('POST', '/api/v1/plays/manual', { as: `Bearer ${stranger}`, body: log })).status,
    404,
  );
  const logged = await call('POST', '/api/v1/plays/manual', { as: `Bearer ${owner}`, body: log });
  assert.deepEqual([logged.status, logged.body['outcome']], [201, 'counted']);
});

test('a device that never sent a batch has reported once a play was logged for it', async () => {
  const device = await enrol({ name: 'kiosk', kind: 'venue' });
  const log = {
    deviceId: device.id,
    key: crypto.randomUUID(),
    recordingId: await aRecording(db),
    startedAt: sentAt,
    playedMs: 40_000,
  };
  const as = `Bearer ${owner}`;
  assert.equal((await call('POST', '/api/v1/plays/manual', { as, body: log })).status, 201);
  await seenSoon(db, device.id);
});

test('the plays of a recording are told by UTC day, source and territory, from inclusive, to exclusive', async () => {
  const device = await enrol({ name: 'counter', kind: 'venue', territory: 'RW' });
  const id = await aRecording(db);
  const at = (iso: string, change: object = {}) => play(id, { startedAt: iso, ...change });
  const plays = [
    at('2026-11-17T23:59:59Z'),
    at('2026-11-18T01:00:00+02:00'),
    at('2026-11-18T00:00:00Z', { source: 'deck' }),
    at('2026-11-19T00:00:00Z', { territory: 'CD' }),
  ];
  await call('POST', '/api/v1/batch/plays', { as: device.as, body: { sentAt, plays } });
  const by = async (query: string) =>
    (await call('GET', `/api/v1/recordings/${id}/plays?${query}`, { as: `Bearer ${owner}` })).body[
      'items'
    ];
  assert.deepEqual(await by('by=day'), [
    { key: '2026-11-17', plays: 2, playedMs: 120_000 },
    { key: '2026-11-18', plays: 1, playedMs: 60_000 },
    { key: '2026-11-19', plays: 1, playedMs: 60_000 },
  ]);
  assert.deepEqual(await by('by=day&from=2026-11-18&to=2026-11-19'), [
    { key: '2026-11-18', plays: 1, playedMs: 60_000 },
  ]);
  assert.deepEqual(await by('by=source'), [
    { key: 'venue', plays: 3, playedMs: 180_000 },
    { key: 'deck', plays: 1, playedMs: 60_000 },
  ]);
  assert.deepEqual(await by('by=territory'), [
    { key: 'RW', plays: 3, playedMs: 180_000 },
    { key: 'CD', plays: 1, playedMs: 60_000 },
  ]);
  assert.equal(
    (await call('GET', `/api/v1/recordings/${id}/plays?from=tomorrow`, { as: `Bearer ${owner}` }))
      .status,
    400,
  );
});

test('a registered place gives plays its position, and two devices that name it are in one place', async () => {
  const { body } = await call('POST', '/api/v1/places', {
    as: `Bearer ${owner}`,
    body: { name: 'Chez Lando', lat: -1.95, lon: 30.1 },
  });
  const place = { id: String(body['placeId']) };
  const box = await enrol({ name: 'box', kind: 'venue', place });
  const phone = await enrol({ name: 'phone', kind: 'phone' });
  const id = await aRecording(db);
  const send = async (as: string, report: object) =>
    (await call('POST', '/api/v1/plays', { as, body: report })).body['outcome'];
  assert.equal(await send(phone.as, play(id, { source: 'phone', place })), 'counted');
  assert.equal(await send(box.as, play(id)), 'duplicate');
  assert.equal(
    (
      (await call('GET', '/api/v1/places', { as: `Bearer ${owner}` })).body['items'] as unknown as {
        name: string;
      }[]
    )[0]?.name,
    'Chez Lando',
  );
  assert.deepEqual(
    (await call('GET', '/api/v1/places', { as: `Bearer ${stranger}` })).body['items'],
    [],
  );
});

test('an id we did not make names nothing, and a cursor we did not make is refused', async () => {
  const as = `Bearer ${owner}`;
  for (const id of ['x', '%00', crypto.randomUUID(), 'a'.repeat(200)]) {
    const reply = await call('GET', `/api/v1/recordings/${id}/plays`, { as });
    assert.deepEqual([reply.status, reply.body.error.code], [404, 'NOT_FOUND'], id);
  }
  for (const path of ['plays', 'devices', 'places']) {
    for (const cursor of ['x', '%00', '-1', '1_x']) {
      const reply = await call('GET', `/api/v1/${path}?cursor=${cursor}`, { as });
      assert.deepEqual([reply.status, reply.body.error.code], [400, 'VALIDATION_FAILED'], path);
      assert.equal((reply.body as unknown as { field: string }).field, 'cursor');
    }
  }
});

test('a period may be given in epoch milliseconds', async () => {
  const device = await enrol();
  const id = await aRecording(db);
  await call('POST', '/api/v1/batch/plays', { as: device.as, body: { sentAt, plays: [play(id)] } });
  const from = testNow - hourMs;
  const within = await call(
    'GET',
    `/api/v1/recordings/${id}/plays?from=${from}&to=${from + hourMs}`,
    { as: `Bearer ${owner}` },
  );
  assert.equal((within.body['items'] as unknown as { plays: number }[])[0]?.plays, 1);
});

test('what was heard of all my recordings is answered by day and by recording, and nobody else’s is in it', async () => {
  const device = await enrol();
  const [mine, alsoMine, other] = await Promise.all([1, 2, 3].map(() => aRecording(db)));
  const artist = newId<'user'>();
  await aShare(db, mine!, artist);
  await aShare(db, alsoMine!, artist);
  const plays = [mine, mine, alsoMine, other].map((id, n) =>
    play(id!, { seq: n + 1, startedAt: toIso((testNow - (n + 1) * hourMs) as Instant) }),
  );
  const body = { sentAt: toIso(testNow), plays };
  assert.equal((await call('POST', '/api/v1/batch/plays', { as: device.as, body })).status, 200);
  const day = (offset: number) => toIso((testNow + offset * dayMs) as Instant).slice(0, 10);
  const asked = async (by: string, as: string) =>
    (
      await call('GET', `/api/v1/plays/mine?from=${day(-1)}&to=${day(1)}&by=${by}`, {
        as: `Bearer ${as}`,
      })
    ).body['items'] as unknown as { key: string; plays: number }[];
  const sum = (items: readonly { plays: number }[]) =>
    items.reduce((total, { plays: count }) => total + count, 0);

  assert.deepEqual(
    (await asked('recording', artist)).map(({ key, plays: count }) => [key, count]),
    [
      [mine, 2],
      [alsoMine, 1],
    ],
  );
  const days = await asked('day', artist);
  assert.equal(sum(days), 3);
  assert.ok(days.every(({ key }) => key >= day(-1) && key <= day(0)));
  assert.deepEqual(await asked('day', stranger), []);
});
