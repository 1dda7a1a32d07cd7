import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { newId, type UserId } from '#foundation/kernel/ids.ts';
import type { Gatekeeper } from '#foundation/platform/http.ts';
import { createLog } from '#foundation/platform/log.ts';
import { createMetrics } from '#foundation/platform/metrics.ts';
import { testDatabase } from '#foundation/platform/testing.ts';
import { createWebServer } from '#foundation/platform/web-server.ts';
import { storeFacts } from '#market/audience/index.ts';
import { serveReports } from './http.ts';
import { makeReports } from './make-reports.ts';
import { nextAfter, periodOf } from './period-of.ts';

const { db } = await testDatabase({ after });
const dayMs = 86_400_000;

let now = Date.UTC(2026, 8, 3, 12); // a Thursday
const people: Record<string, UserId> = { keza: newId<'user'>(), other: newId<'user'>() };
const disabled = new Set<UserId>();
const ctx = {
  db,
  now: () => now,
  demo: false,
  isActive: async (userId: UserId) => !disabled.has(userId),
};
const app = await createWebServer({
  log: createLog('silent'),
  metrics: createMetrics('test'),
  corsOrigins: [],
  trustProxy: null,
  https: null,
  version: 'test',
});
const gatekeeper: Gatekeeper = {
  async identify(request) {
    const userId = people[request.headers['x-test-person'] as string];
    return userId === undefined
      ? { kind: 'anonymous' }
      : { kind: 'user', userId, roles: ['analyst'], sessionId: null };
  },
  permits: () => true,
};
serveReports({ app, gatekeeper }, ctx);
after(() => app.close());

const stored = await storeFacts(
  ctx,
  [
    {
      platform: 'spotify',
      entity: {
        type: 'recording',
        source: 'soundcharts',
        externalId: 'song-1',
        name: 'Amahoro',
        artist: 'Uwase',
        isrc: null,
      },
      metric: 'streams',
      territory: null,
      identifier: null,
      points: Array.from({ length: 32 }, (_, i) => ({
        day: new Date(Date.UTC(2026, 6, 31 + i)).toISOString().slice(0, 10) as never,
        value: 1_000 + i * 10,
      })),
    },
  ],
  { provenance: 'import', payloadId: null },
);
assert.ok(stored.kind === 'stored');
const artist = stored.artists[0]!;
const lastMonth = { artist, period: { named: 'last month' } };

async function send(
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  path: string,
  person: string | null = 'keza',
  payload?: object,
) {
  const reply = await app.inject({
    method,
    url: `/api/v1/analytics${path}`,
    headers: person === null ? {} : { 'x-test-person': person },
    ...(payload && { payload }),
  });
  const isJson = /^application\/(problem\+)?json/.test(String(reply.headers['content-type']));
  return { status: reply.statusCode, body: isJson ? reply.json() : null, raw: reply.rawPayload };
}

async function keep(name = 'Uwase, last month', filters: object = lastMonth) {
  const kept = await send('POST', '/queries', 'keza', { name, filters });
  assert.equal(kept.status, 201, JSON.stringify(kept.body));
  return kept.body.queryId as string;
}

test('a kept question is exported as a workbook and as CSV by its id, with the answer of today', async () => {
  const queryId = await keep();
  const workbook = await send('GET', `/export/${queryId}.xlsx`);
  assert.equal(workbook.status, 200);
  assert.equal(workbook.raw.subarray(0, 2).toString(), 'PK');
  const csv = await send('GET', `/export/${queryId}.csv`);
  assert.match(csv.raw.toString(), /Amahoro/);
  // August grew by 31 steps of 10 from the value of 31 July.
  assert.match(csv.raw.toString(), /streams,counter,world,310,/);
});

test('a question belongs to one person: to another it is not there, in any of its ways', async () => {
  const queryId = await keep();
  for (const [method, path, payload] of [
    ['GET', `/export/${queryId}.xlsx`],
    ['GET', `/export/${queryId}.csv`],
    ['PUT', `/queries/${queryId}/schedule`, { every: 'week' }],
    ['POST', `/queries/${queryId}/shares`, { days: 1 }],
    ['DELETE', `/queries/${queryId}`],
  ] as const)
    assert.equal((await send(method, path, 'other', payload)).status, 404, path);
  const others = await send('GET', '/queries', 'other');
  assert.deepEqual(others.body.items, []);
  const own: readonly { queryId: string }[] = (await send('GET', '/queries')).body.items;
  assert.ok(own.some((one) => one.queryId === queryId));
});

test('a question that could not be asked is not kept', async () => {
  const period = { from: '2020-01-01', to: '2026-08-31' };
  const refused = await send('POST', '/queries', 'keza', {
    name: 'x',
    filters: { artist, period },
  });
  assert.equal(refused.body.error.code, 'VALIDATION_FAILED');
});

test('a link shows the answer without signing in, until it ends, its question goes or its owner is disabled', async () => {
  const queryId = await keep();
  const share = async (days: number) =>
    (await send('POST', `/queries/${queryId}/shares`, 'keza', { days })).body;
  const shown = async (secret: string) => (await send('GET', `/shared/${secret}`, null)).status;

  const week = await share(7);
  const answer = await send('GET', `/shared/${week.secret}`, null);
  assert.equal(answer.body.metrics.summary[0].total, 310);
  assert.equal(
    await shown(`${week.secret.slice(0, -1)}${week.secret.endsWith('A') ? 'B' : 'A'}`),
    404,
  );

  const ended = await share(7);
  assert.equal((await send('DELETE', `/shares/${ended.shareId}`, 'other')).status, 404);
  assert.equal((await send('DELETE', `/shares/${ended.shareId}`)).status, 204);
  assert.equal(await shown(ended.secret), 404);

  disabled.add(people['keza']!);
  assert.equal(await shown(week.secret), 404);
  disabled.clear();
  assert.equal(await shown(week.secret), 200);

  now += 8 * dayMs;
  assert.equal(await shown(week.secret), 404);
  now -= 8 * dayMs;
  assert.equal((await send('DELETE', `/queries/${queryId}`)).status, 204);
  assert.equal(await shown(week.secret), 404);
});

test('a schedule makes one report a period, also when it is looked at twice, and only its owner opens it', async () => {
  const queryId = await keep('Every month');
  const set = await send('PUT', `/queries/${queryId}/schedule`, 'keza', { every: 'month' });
  assert.equal(set.body.nextAt, '2026-10-01T06:00:00.000Z');
  const { signal } = new AbortController();
  assert.equal(await makeReports(ctx, signal), 0);
  const before = now;
  now = Date.UTC(2026, 9, 1, 6);
  assert.equal(await makeReports(ctx, signal), 1);
  assert.equal(await makeReports(ctx, signal), 0);
  const [report] = (await send('GET', '/reports')).body.items;
  assert.deepEqual(
    [report.name, report.from, report.to, report.isRead],
    ['Every month', '2026-09-01', '2026-09-30', false],
  );
  assert.equal((await send('GET', `/reports/${report.reportId}.xlsx`, 'other')).status, 404);
  const file = await send('GET', `/reports/${report.reportId}.xlsx`);
  assert.equal(file.raw.subarray(0, 2).toString(), 'PK');
  assert.equal((await send('GET', '/reports')).body.items[0].isRead, true);
  now = before;
});

test('a question whose artist is gone becomes a report that says why, and a disabled owner gets none', async () => {
  const gone = await keep('Gone', { artist: newId<'artist'>(), period: { named: 'last week' } });
  const own = await keep('Mine');
  await send('PUT', `/queries/${gone}/schedule`, 'keza', { every: 'week' });
  now += 7 * dayMs;
  await makeReports(ctx, new AbortController().signal);
  const [report] = (await send('GET', '/reports')).body.items;
  assert.equal(report.name, 'Gone');
  assert.match(report.problem, /No artist has the id/);

  await send('PUT', `/queries/${own}/schedule`, 'keza', { every: 'week' });
  disabled.add(people['keza']!);
  now += 7 * dayMs;
  assert.equal(await makeReports(ctx, new AbortController().signal), 0);
  disabled.clear();
});

test('a named period is whole days that are over, and the next time lies ahead', () => {
  const names = fc.constantFrom(
    'last week' as const,
    'last month' as const,
    'last 90 days' as const,
    'last 12 months' as const,
  );
  assert.deepEqual(periodOf('last week', Date.UTC(2026, 8, 3)), {
    from: '2026-08-24',
    to: '2026-08-30',
  });
  assert.deepEqual(periodOf('last month', Date.UTC(2027, 0, 1)), {
    from: '2026-12-01',
    to: '2026-12-31',
  });
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4e12 }), names, (at, name) => {
      const { from, to } = periodOf(name, at);
      assert.ok(from <= to && Date.parse(to) + dayMs <= at + 1);
      for (const every of ['week', 'month'] as const) {
        const next = nextAfter(every, at);
        assert.ok(next > at && next - at <= 31 * dayMs + 6 * 3_600_000);
      }
    }),
  );
});
