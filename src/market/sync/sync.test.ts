import assert from 'node:assert/strict';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, beforeEach, test } from 'node:test';
import { newId, type UserId } from '#foundation/kernel/ids.ts';
import type { Gatekeeper } from '#foundation/platform/http.ts';
import { createLog } from '#foundation/platform/log.ts';
import { createMetrics } from '#foundation/platform/metrics.ts';
import { command, sql } from '#foundation/platform/postgres.ts';
import { testDatabase } from '#foundation/platform/testing.ts';
import { createWebServer } from '#foundation/platform/web-server.ts';
import { readSeries, storeFacts, toDayNumber } from '#market/audience/index.ts';
import { openSoundcharts, readSoundcharts } from '#market/harvest/index.ts';
import type { SyncOutput } from './contract.ts';
import { serveSync } from './http.ts';
import { makeCalls } from './make-calls.ts';
import { dropRest } from './queries.ts';

const { db } = await testDatabase({ after });

/** A service that speaks as Soundcharts does: descending days, quota in a header, two kinds of 429. */
type Answer = (url: URL, response: http.ServerResponse) => void;
let answer: Answer;
let asked: URL[] = [];
const server = http.createServer((request, response) => {
  const url = new URL(request.url!, 'http://local');
  asked.push(url);
  assert.equal(request.headers['x-app-id'], 'app');
  assert.equal(request.headers['x-api-key'], 'key');
  answer(url, response);
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
after(() => {
  server.closeAllConnections();
  server.close();
});

let now = Date.UTC(2026, 8, 1);
const soundcharts = {
  ...openSoundcharts(
    {
      db,
      now: () => now,
      pinAddress: async (host) => ({ kind: 'address', address: host }),
      baseUrlOf: () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      keyOf: () => 'key',
      territory: 'ng',
      keepChart: async () => null,
      keepAudience: async () => null,
    },
    'app',
  ),
  minIntervalMs: 0,
};
const ctx = { db, now: () => now, demo: false, soundcharts };

const app = await createWebServer({
  log: createLog('silent'),
  metrics: createMetrics('test'),
  corsOrigins: [],
  trustProxy: null,
  https: null,
  version: 'test',
});
const people: Record<string, UserId> = { keza: newId<'user'>(), other: newId<'user'>() };
const gatekeeper: Gatekeeper = {
  identify: async (request) => ({
    kind: 'user',
    userId: people[request.headers['x-test-person'] as string]!,
    roles: ['analyst'],
    sessionId: null,
  }),
  permits: () => true,
};
serveSync({ app, gatekeeper }, ctx);
after(() => app.close());

const dayMs = 86_400_000;

function songItems(url: URL, value = 1_000) {
  const [from, to] = ['startDate', 'endDate'].map((name) =>
    Date.parse(url.searchParams.get(name)!),
  );
  const items: { date: string; value: number }[] = [];
  for (let at = to!; at >= from!; at -= dayMs)
    items.push({
      date: `${new Date(at).toISOString().slice(0, 10)}T00:00:00+02:00`,
      value: value + (at / dayMs) * 10,
    });
  return items;
}

const figures: Answer = (url, response) => {
  const [, , , type, id] = url.pathname.split('/');
  if (!response.hasHeader('x-quota-remaining')) response.setHeader('x-quota-remaining', '900');
  const related =
    type === 'song'
      ? { uuid: id, name: 'Amahoro', creditName: 'Uwase' }
      : { artist: { uuid: id, name: 'Uwase' }, platform: url.pathname.split('/')[6] };
  response.end(JSON.stringify({ related, items: songItems(url), errors: [] }));
};

let songs = 0;
/** An artist with a song of whom one day is known. */
async function knownArtist() {
  const n = ++songs;
  const facts = readSoundcharts(
    JSON.stringify({
      related: { uuid: `song-${n}`, name: `Amahoro ${n}`, creditName: `Uwase ${n}` },
      items: [{ date: '2026-07-10T00:00:00+02:00', value: 500 }],
    }),
    { metric: null, platform: 'spotify' },
  );
  assert.ok(facts.kind === 'facts');
  const stored = await storeFacts(ctx, facts.facts, { provenance: 'import', payloadId: null });
  assert.ok(stored.kind === 'stored');
  return { artist: stored.artists[0]!, song: stored.entityId };
}

async function send(
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  person = 'keza',
  payload?: object,
) {
  const reply = await app.inject({
    method,
    url: `/api/v1/analytics/sync${path}`,
    headers: { 'x-test-person': person },
    ...(payload && { payload }),
  });
  return { status: reply.statusCode, body: reply.json() };
}

const july = { from: '2026-07-01', to: '2026-07-31' };
const work = (signal = new AbortController().signal) => makeCalls(ctx, { signal, progress() {} });

const switchTo = (isOn: boolean) =>
  db.run(
    command({
      name: 'test.switch',
      sample: {},
      text: () => sql`
        insert into harvest.source (name, is_on)
        values ('soundcharts', ${isOn})
        on conflict (name) do update set is_on = excluded.is_on`,
    }),
    {},
  );

beforeEach(async () => {
  asked = [];
  answer = figures;
  now += 2 * dayMs; // answers of the test before are old
  await switchTo(true);
  await db.run(dropRest, {});
});

test('what is missing is planned, asked for and kept, and the task says so to whoever asked', async () => {
  const { artist, song } = await knownArtist();
  const started = await send('POST', '', 'keza', { artist, ...july });
  assert.equal(started.status, 202, JSON.stringify(started.body));
  const { taskId, cells, calls, estimatedSeconds } = started.body;
  // Of the song one day of 31 is known; of the artist Soundcharts has no id here.
  assert.deepEqual(
    { cells, calls, estimatedSeconds },
    { cells: 30, calls: 1, estimatedSeconds: 1 },
  );
  assert.equal((await send('GET', `/${taskId}`)).body.status, 'running');

  assert.deepEqual(await work(), { calls: 1, filledMeanwhile: 0, stopped: null });
  const { body } = await send('GET', `/${taskId}`);
  assert.deepEqual([body.status, body.callsDone, body.callsFailed], ['done', 1, 0]);
  const [series] = await readSeries(ctx, [song], toDayNumber(july.from), toDayNumber(july.to), '');
  // Imported and asked for: the same figure, once.
  assert.deepEqual(series!.provenances, ['api', 'import']);
  assert.equal(asked.length, 1);
  assert.equal(asked[0]!.searchParams.get('startDate'), '2026-07-01');
});

test('a question without a gap, without ids, or of a stranger is refused with what to do', async () => {
  const { artist } = await knownArtist();
  await send('POST', '', 'keza', { artist, ...july });
  await work();
  const again = await send('POST', '', 'keza', { artist, ...july, platforms: 'spotify' });
  assert.equal(again.body.error.code, 'NOTHING_TO_SYNC');
  const unknown = await send('POST', '', 'keza', { artist: newId<'artist'>(), ...july });
  assert.equal(unknown.status, 404);
  const year = await send('POST', '', 'keza', { artist, from: '2024-01-01', to: '2026-07-31' });
  assert.equal(year.body.error.code, 'VALIDATION_FAILED');
});

test('nothing is asked while the source is off, and the refusal says what it would take', async () => {
  const { artist } = await knownArtist();
  await switchTo(false);
  const refused = await send('POST', '', 'keza', { artist, ...july });
  assert.deepEqual([refused.status, refused.body.error.code], [409, 'SOURCE_OFF']);
  assert.match(refused.body.error.message, /switched off.*30 cells are missing; 1 calls/);
  assert.equal(asked.length, 0);
});

test('two people who miss the same share one call, and neither sees the task of the other', async () => {
  const { artist } = await knownArtist();
  const one = await send('POST', '', 'keza', { artist, ...july });
  const two = await send('POST', '', 'other', { artist, ...july });
  assert.notEqual(one.body.taskId, two.body.taskId);
  await work();
  assert.equal(asked.length, 1);
  for (const [person, { body }] of [
    ['keza', one],
    ['other', two],
  ] as const)
    assert.equal((await send('GET', `/${body.taskId}`, person)).body.status, 'done');
  assert.equal((await send('GET', `/${one.body.taskId}`, 'other')).status, 404);
  assert.equal((await send('DELETE', `/${one.body.taskId}`, 'other')).status, 404);
  const listed: SyncOutput[] = (await send('GET', '', 'other')).body.items;
  assert.deepEqual(
    listed.map(({ taskId }) => taskId),
    [two.body.taskId],
  );
});

test('asking stops before the last calls that were paid for, and goes on after the rest', async () => {
  const first = await knownArtist();
  const second = await knownArtist();
  answer = (url, response) => {
    response.setHeader('x-quota-remaining', '10');
    figures(url, response);
  };
  const { body } = await send('POST', '', 'keza', {
    artist: `${first.artist},${second.artist}`,
    ...july,
  });
  const made = await work();
  assert.deepEqual([made.calls, asked.length], [1, 1]);
  const paused: SyncOutput = (await send('GET', `/${body.taskId}`)).body;
  assert.deepEqual([paused.status, paused.callsDone, paused.calls], ['paused', 1, 2]);
  assert.match(paused.problem!, /10 calls left/);
  now += 2 * 3_600_000;
  answer = figures;
  await work();
  assert.equal((await send('GET', `/${body.taskId}`)).body.status, 'done');
});

test('429 for speed is waited out, 429 for quota stops, and no call is lost by either', async () => {
  const { artist } = await knownArtist();
  const { body } = await send('POST', '', 'keza', { artist, ...july });
  const errors = (message: string) =>
    JSON.stringify({ errors: [{ key: 'limit', code: 429, message }] });
  let turn = 0;
  answer = (url, response) => {
    turn += 1;
    if (turn === 1) {
      response.writeHead(429, { 'x-ratelimit-reset': '0' });
      return response.end(errors('You reached the maximum request count per minute'));
    }
    if (turn === 2) return response.writeHead(429).end(errors('Your quota is exceeded'));
    return figures(url, response);
  };
  const stopped = await work();
  assert.match(stopped.stopped!, /used up/);
  assert.equal((await send('GET', `/${body.taskId}`)).body.status, 'paused');
  await work();
  assert.equal((await send('GET', `/${body.taskId}`)).body.status, 'done');
});

test('a service that has nothing, breaks or answers about another keeps nothing and says why', async () => {
  const cases: readonly [string, Answer, string][] = [
    [
      '404',
      (_url, response) => response.writeHead(404).end('{"errors":[{"message":"no"}]}'),
      'done',
    ],
    ['HTML', (_url, response) => response.end('<html>captcha</html>'), 'failed'],
    ['500', (_url, response) => response.writeHead(500).end(), 'failed'],
    [
      'another',
      (url, response) =>
        response.end(
          JSON.stringify({
            related: { uuid: 'stranger', name: 'X', creditName: 'Y' },
            items: songItems(url),
          }),
        ),
      'failed',
    ],
  ];
  for (const [name, reply, status] of cases) {
    const { artist, song } = await knownArtist();
    const { body } = await send('POST', '', 'keza', { artist, ...july });
    answer = reply;
    await work();
    const told: SyncOutput = (await send('GET', `/${body.taskId}`)).body;
    assert.equal(told.status, status, name);
    if (status === 'failed') assert.ok(told.problem, name);
    const series = await readSeries(ctx, [song], 0, 40_000, '');
    assert.deepEqual(
      series.map(({ provenances }) => provenances),
      [['import']],
      name,
    );
  }
});

test('a program that ends between the figures and the mark asks once more and counts nothing twice', async () => {
  const { artist, song } = await knownArtist();
  const { body } = await send('POST', '', 'keza', { artist, ...july });
  const ending = new AbortController();
  answer = (url, response) => {
    figures(url, response);
    ending.abort();
  };
  await work(ending.signal);
  answer = figures;
  await work();
  assert.equal((await send('GET', `/${body.taskId}`)).body.status, 'done');
  const [series, ...more] = await readSeries(ctx, [song], 0, 40_000, '');
  assert.deepEqual([series!.provenances, more.length], [['api', 'import'], 0]);
});

test('a cancelled task asks nothing more', async () => {
  const { artist } = await knownArtist();
  const { body } = await send('POST', '', 'keza', { artist, ...july });
  assert.equal((await send('DELETE', `/${body.taskId}`)).body.status, 'cancelled');
  assert.deepEqual(await work(), { calls: 0, filledMeanwhile: 0, stopped: null });
  assert.equal(asked.length, 0);
});
