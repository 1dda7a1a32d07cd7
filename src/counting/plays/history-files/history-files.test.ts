import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { newId, type UserId } from '#foundation/kernel/ids.ts';
import { dayMs } from '#foundation/kernel/time.ts';
import type { Gatekeeper } from '#foundation/platform/http.ts';
import { createLog } from '#foundation/platform/log.ts';
import { createMetrics } from '#foundation/platform/metrics.ts';
import { column, query, sql } from '#foundation/platform/postgres.ts';
import { testDatabase } from '#foundation/platform/testing.ts';
import { createWebServer } from '#foundation/platform/web-server.ts';
import { aDevice, aRecording, playsContext, seenSoon, testNow } from '../testing.ts';
import { deviceDirectory } from '../enrol-device.ts';
import { serveHistoryFiles } from './http.ts';
import { readHistory } from './read-history.ts';
import * as compose from './testing.ts';

const { db } = await testDatabase({ after });
const ctx = playsContext(db);
const gatekeeper: Gatekeeper = {
  identify: async ({ headers: { authorization } }) =>
    authorization === undefined
      ? { kind: 'anonymous' }
      : { kind: 'user', userId: authorization as UserId, roles: ['dj'], sessionId: null },
  permits: () => true,
};
const app = await createWebServer({
  log: createLog('silent'),
  metrics: createMetrics('test'),
  corsOrigins: [],
  trustProxy: null,
  https: null,
  version: 'test',
});
const devices = deviceDirectory(db, ctx.now, (error) => {
  throw error;
});
serveHistoryFiles({ app, gatekeeper }, { ...ctx, devices });
after(() => app.close());

const owner = newId<'user'>() as UserId;
const startS = Math.floor(testNow / 1_000) - 86_400;

async function deck(kind: 'deck' | 'venue' = 'deck'): Promise<string> {
  return (await aDevice(db, { kind, ownerId: owner })).deviceId;
}

async function send(
  deviceId: string,
  file: Buffer | string,
  about: Readonly<Record<string, string>> = {},
  as: string | null = owner,
) {
  const asked = new URLSearchParams({ deviceId, name: 'history', ...about });
  const reply = await app.inject({
    method: 'POST',
    url: `/api/v1/plays/history?${asked}`,
    headers: { 'content-type': 'application/octet-stream', ...(as && { authorization: as }) },
    payload: file,
  });
  return { status: reply.statusCode, body: reply.json<Body>() };
}
type Body = {
  readonly kind: string;
  readonly counted: number;
  readonly duplicates: number;
  readonly unmatched: number;
  readonly refused: number;
  readonly refusals: readonly { readonly where: string; readonly code: string }[];
  readonly error: { readonly code: string };
};

const evidenceOf = query({
  name: 'plays.testHistory',
  columns: {
    startedAt: column.instant,
    playedMs: column.int4,
    source: column.int4,
    confidence: column.nullable(column.float8),
    recordingId: column.nullable(column.uuid()),
  },
  sample: { deviceId: '' },
  text: (p: { deviceId: string }) => sql`
    select started_at, played_ms, source, confidence, recording_id
    from plays.play where device_id = ${p.deviceId} order by started_at`,
});
const evidence = (deviceId: string) => db.all(evidenceOf, { deviceId });

function session(count: number, firstS = startS, more: object = {}): Buffer {
  return compose.seratoSession(
    Array.from({ length: count }, (_, i) =>
      compose.seratoEntry({
        title: `Song ${i}`,
        artist: 'Kizito',
        startS: firstS + i * 200,
        ...more,
      }),
    ),
  );
}

test('a history counts as a deck, once, however often and in whatever parts it is sent', async () => {
  const recordingId = await aRecording(db, { title: 'Song 0', artist: 'Kizito' });
  const id = await deck();
  const first = await send(id, session(3, startS, { playedS: 150 }));
  assert.equal(first.status, 200, JSON.stringify(first.body));
  const { counted, unmatched, duplicates, refused } = first.body;
  assert.deepEqual([counted, unmatched, duplicates, refused], [1, 2, 0, 0]);
  await seenSoon(db, id);
  const longer = await send(id, session(5, startS, { playedS: 150 }));
  assert.deepEqual([longer.body.duplicates, longer.body.unmatched], [3, 2]);
  const plays = await evidence(id);
  assert.equal(plays.length, 5);
  assert.deepEqual(
    { ...plays[0] },
    { startedAt: startS * 1_000, playedMs: 150_000, source: 4, confidence: null, recordingId },
  );
});

test('without a measured time a track lasts as long as it is, or until the next one; the mark says so', async () => {
  const id = await deck();
  const tracks = [
    { title: 'Cut short', artist: 'A', startS, lengthS: 300 },
    { title: 'Whole', artist: 'A', startS: startS + 200, lengthS: 100 },
    { title: 'Unknown', artist: 'A', startS: startS + 400 },
    { title: 'Last', artist: 'A', startS: startS + 2_000 },
  ];
  await send(id, compose.mixxxDatabase(tracks));
  assert.deepEqual(
    (await evidence(id)).map((play) => [play.playedMs, play.confidence]),
    [
      [200_000, 0.5],
      [100_000, 0.5],
      [600_000, 0.5],
      [30_000, 0.5],
    ],
  );
});

test('older than thirty days it counts as an import; from the future it is refused; the rest is kept', async () => {
  const id = await deck();
  const old = startS - (40 * dayMs) / 1_000;
  const file = compose.seratoSession(
    [old, startS, startS + 2 * 86_400].map((at, i) =>
      compose.seratoEntry({ title: `T${i}`, artist: 'A', startS: at, playedS: 60 }),
    ),
  );
  const { body } = await send(id, file);
  assert.deepEqual([body.unmatched, body.refused], [2, 1]);
  assert.deepEqual(
    body.refusals.map(({ where, code }) => [where, code]),
    [['entry 3', 'CLOCK_AHEAD']],
  );
  assert.deepEqual(
    (await evidence(id)).map((play) => play.source),
    [7, 4],
  );
});

test('a wall clock needs a zone, and an order without times needs a start; nothing is stored without', async () => {
  const id = await deck();
  const traktor = compose.traktorHistory([
    { title: 'x', artist: 'y', day: [2026, 11, 19], second: 75_845 },
  ]);
  assert.equal((await send(id, traktor)).body.error.code, 'TIME_ZONE_NEEDED');
  assert.equal((await send(id, traktor, { timeZone: 'Kigali' })).status, 400);
  assert.equal((await send(id, traktor, { timeZone: 'Africa/Kigali' })).body.unmatched, 1);
  const table = compose.rekordboxTable([
    { title: 'One', artist: 'A', lengthS: 100 },
    { title: 'Two', artist: 'A', lengthS: 200 },
  ]);
  const other = await deck();
  assert.equal((await send(other, table)).body.error.code, 'START_NEEDED');
  assert.equal((await send(other, table, { startedAt: 'yesterday' })).status, 400);
  await send(other, table, { startedAt: '2026-11-19T20:00:00Z' });
  assert.equal((await evidence(id))[0]!.startedAt, Date.UTC(2026, 10, 19, 19, 4, 5));
  const from = Date.UTC(2026, 10, 19, 20);
  assert.deepEqual(
    (await evidence(other)).map((play) => [play.startedAt - from, play.playedMs, play.confidence]),
    [
      [0, 100_000, 0.25],
      [100_000, 200_000, 0.25],
    ],
  );
});

test('only the owner of a deck sends its history', async () => {
  const id = await deck();
  assert.equal((await send(id, session(1), {}, null)).status, 401);
  assert.equal((await send(id, session(1), {}, newId<'user'>())).status, 404);
  assert.equal((await send(await deck('venue'), session(1))).status, 400);
  assert.equal((await evidence(id)).length, 0);
});

test('what cannot be read is refused in a sentence, and what is too large before it is read', async () => {
  const id = await deck();
  const broken = await send(id, 'no history at all');
  assert.deepEqual([broken.status, broken.body.error.code], [422, 'UNREADABLE_HISTORY']);
  assert.equal((await send(id, '')).status, 422);
  const large = await send(id, Buffer.alloc(64 * 1024 * 1024 + 1));
  assert.equal(large.status, 413);
});

test('a file that keeps its reader busy for ever costs an answer, and others are read meanwhile', async () => {
  const endless = compose.mixxxDatabase(
    [{ title: 'x', artist: 'y', startS }],
    `create table copy as with recursive n(i) as (select 1 union all select i + 1 from n where i < 30000) select i from n;
     drop table Playlists; create table Playlists (id integer, hidden integer);
     insert into Playlists select 1, 2 from copy;
     insert into PlaylistTracks select null, 1, 0, i, '2026-11-19 10:00:00' from copy;`,
  );
  const [stuck, other] = await Promise.all([
    readHistory(endless, 'endless', 3_000),
    send(await deck(), session(1)),
  ]);
  assert.equal(other.status, 200);
  assert.deepEqual(stuck, {
    kind: 'unreadable',
    reason: 'Reading the file took more time or memory than any history needs.',
  });
});
