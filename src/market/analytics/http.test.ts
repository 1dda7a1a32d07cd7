import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { newId, type UserId } from '#foundation/kernel/ids.ts';
import type { Caller, Gatekeeper } from '#foundation/platform/http.ts';
import { createLog } from '#foundation/platform/log.ts';
import { createMetrics } from '#foundation/platform/metrics.ts';
import { testDatabase } from '#foundation/platform/testing.ts';
import { createWebServer } from '#foundation/platform/web-server.ts';
import { storeFacts } from '#market/audience/index.ts';
import { readSoundcharts } from '#market/harvest/index.ts';
import { serveAnalytics } from './http.ts';

const { db } = await testDatabase({ after });
const gatekeeper: Gatekeeper = {
  async identify(request) {
    const role = request.headers['x-test-role'];
    if (typeof role !== 'string') return { kind: 'anonymous' } satisfies Caller;
    return {
      kind: 'user',
      userId: newId<'user'>() as UserId,
      roles: [role as 'analyst'],
      sessionId: null,
    };
  },
  permits: (caller) => caller.roles.includes('analyst'),
};
const app = await createWebServer({
  log: createLog('silent'),
  metrics: createMetrics('test'),
  corsOrigins: [],
  trustProxy: null,
  https: null,
  version: 'test',
});
serveAnalytics({ app, gatekeeper }, { db, demo: false, now: () => Date.UTC(2026, 8, 1) });
after(() => app.close());

function songBody(
  values: readonly number[],
  extra: Readonly<Record<string, unknown>> = {},
): string {
  const items = values.map((value, i) => ({
    date: new Date(Date.UTC(2026, 5, 30 + i))
      .toISOString()
      .replace('T00:00:00.000Z', 'T00:00:00+02:00'),
    value,
  }));
  return JSON.stringify({
    related: { uuid: 'song-1', name: 'Amahoro', creditName: 'Uwase & Keza' },
    items: items.toReversed(),
    ...extra,
  });
}

async function keep(body: string, metric: string | null = null, platform = 'spotify') {
  const read = readSoundcharts(body, { metric, platform });
  assert.ok(read.kind === 'facts', JSON.stringify(read));
  const stored = await storeFacts({ db, demo: false }, read.facts, {
    provenance: 'import',
    payloadId: null,
  });
  assert.ok(stored.kind === 'stored');
  return stored;
}

async function ask(query: string, role = 'analyst') {
  const reply = await app.inject({
    url: `/api/v1/analytics/artist-metrics?${query}`,
    headers: { 'x-test-role': role },
  });
  return { status: reply.statusCode, body: reply.json() };
}

const july = 'from=2026-07-01&to=2026-07-31';
// 30 June to 31 July: 108 a day, halved on the 16th, then 56 a day.
const values = Array.from({ length: 32 }, (_, i) => (i < 16 ? 100_000 + 108 * i : 50_000 + 56 * i));

test('a month whose counter halves is answered with the measured part, the day nobody knows, and never a sum of levels', async () => {
  const { artists } = await keep(songBody(values));
  assert.equal(artists.length, 2);
  const { status, body } = await ask(`artist=${artists[0]}&${july}&groupBy=date`);
  assert.equal(status, 200);
  const [line] = body.summary;
  assert.equal(line.kind, 'counter');
  assert.equal(line.total, 15 * 108 + 15 * 56);
  assert.equal(line.unknownDays, 1);
  assert.deepEqual(line.unknown, [{ from: '2026-07-16', to: '2026-07-16' }]);
  assert.deepEqual([line.interval.low, line.interval.high], [line.total + 56, line.total + 108]);
  assert.deepEqual([line.resets.length, line.resets[0].track], [1, 'Amahoro']);
  assert.deepEqual(line.provenance, ['import']);
  assert.equal(body.dates.find((d: { day: string }) => d.day === '2026-07-16').value, null);
  assert.equal(body.availability.coverage, 100);
});

test('both artists of a credit answer with the song, and the id of the service does too', async () => {
  await keep(
    JSON.stringify({
      related: { artist: { uuid: 'keza-uuid', name: 'Keza' }, platform: 'spotify' },
      items: [
        { date: '2026-07-01T00:00:00+00:00', value: 1_000 },
        { date: '2026-07-02T00:00:00+00:00', value: 1_200 },
      ],
    }),
    'followers',
  );
  const { body } = await ask(`artist=keza-uuid&${july}`);
  const followers = body.summary.find((l: { metric: string }) => l.metric === 'followers');
  assert.deepEqual([followers.total, followers.delta, followers.unknownDays], [null, 200, 29]);
  assert.ok(body.tracks.some((t: { title: string }) => t.title === 'Amahoro'));
});

test('several ids of one song on a platform are added once each, and the same body again changes nothing', async () => {
  const plots = JSON.stringify({
    related: { uuid: 'song-2', name: 'Ijoro', creditName: 'Mugisha' },
    items: ['2026-07-01', '2026-07-02'].map((day, i) => ({
      date: `${day}T00:00:00+00:00`,
      plots: [
        { identifier: 'a', value: 100 + 10 * i },
        { identifier: 'b', value: 5 + i },
      ],
    })),
  });
  const first = await keep(plots);
  const again = await keep(plots);
  assert.deepEqual([again.repeated, again.corrected], [4, 0]);
  const { body } = await ask(`artist=${first.artists[0]}&from=2026-07-02&to=2026-07-02`);
  assert.equal(body.summary[0].total, 11);
});

test('a period of more than a year, a future month and an unknown artist are refused with what to do', async () => {
  for (const [query, status, words] of [
    [`artist=x&${july}`, 404, /Search for the name/],
    ['artist=keza-uuid&from=2024-01-01&to=2026-01-31', 400, /at most twelve months/],
    ['artist=keza-uuid&from=2027-01-01&to=2027-01-31', 400, /future/],
    ['artist=keza-uuid&from=2026-07-31&to=2026-07-01', 400, /before it begins/],
  ] as const) {
    const reply = await ask(query);
    assert.equal(reply.status, status);
    assert.match(reply.body.detail, words);
  }
});

test('who may not read figures is refused, signed in or not', async () => {
  assert.equal((await ask(`artist=keza-uuid&${july}`, 'listener')).status, 403);
  const reply = await app.inject({
    url: `/api/v1/analytics/artist-metrics?artist=keza-uuid&${july}`,
  });
  assert.equal(reply.statusCode, 401);
});

test('the workbook is a real one with typed numbers, and the CSV leaves unknown figures empty', async () => {
  const address = `/api/v1/analytics/artist-metrics/download?artist=keza-uuid&${july}`;
  const headers = { 'x-test-role': 'analyst' };
  const xlsx = await app.inject({ url: address, headers });
  assert.equal(xlsx.statusCode, 200);
  assert.equal(xlsx.rawPayload.subarray(0, 2).toString(), 'PK');
  const csv = await app.inject({ url: `${address}&format=csv`, headers });
  assert.match(csv.body, /^\uFEFFtrack,platform,metric,kind/);
  assert.match(csv.body, /\r\nAmahoro,spotify,streams,counter,world,2460,2516,2568,/);
});

test('a body that is an error, HTML or empty is refused and nothing is kept', () => {
  const options = { metric: null, platform: null };
  for (const [text, words] of [
    ['{"errors":[{"key":"access","code":404,"message":"Not found."}]}', /Not found/],
    ['<html>captcha</html>', /no JSON/],
    ['{"items":[],"errors":[]}', /no items/],
    [songBody(values).slice(0, 200), /no JSON/],
    ['{"related":{"uuid":"a","name":"b"},"items":[{"date":"soon","value":1}]}', /no date/],
  ] as const) {
    const read = readSoundcharts(text, options);
    assert.ok(read.kind === 'refused');
    assert.match(read.detail ?? '', words);
  }
});
