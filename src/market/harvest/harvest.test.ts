import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { after, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { testDatabase } from '#foundation/platform/testing.ts';
import type { AudienceFact, ChartFact } from './facts.ts';
import type { PinAddress } from './fetch-outside.ts';
import { listRuns, payloadsOf } from './queries.ts';
import { runSource, type HarvestContext } from './run-source.ts';
import { appleMusic } from './sources/apple-music/source.ts';
import { deezer } from './sources/deezer/source.ts';
import { turntable } from './sources/turntable/source.ts';
import { youtube } from './sources/youtube/source.ts';
import type { Source } from './source.ts';

const { db } = await testDatabase({ after });

type Answer = (request: http.IncomingMessage, response: http.ServerResponse) => void;
let answer: Answer = (_request, response) => response.end();
const server = http.createServer((request, response) => answer(request, response));
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
after(() => {
  server.closeAllConnections();
  server.close();
});
const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

// Only this machine's own loopback is an address here, and it counts as inside: it may be reached because a setting names it.
const pinAddress: PinAddress = async (host, allowPrivate) =>
  host === '127.0.0.1' && allowPrivate ? { kind: 'address', address: host } : { kind: 'forbidden' };

const kept: { charts: ChartFact[]; audience: AudienceFact[] } = { charts: [], audience: [] };
const ctx: HarvestContext = {
  db,
  now: () => Date.UTC(2026, 9, 5, 8),
  pinAddress,
  baseUrlOf: () => address,
  keyOf: () => 'secret-key',
  territory: 'ng',
  keepChart: async (fact) => (kept.charts.push(fact), null),
  keepAudience: async (fact) => (kept.audience.push(fact), null),
};

async function run(source: Source, respond: Answer) {
  answer = respond;
  kept.charts = [];
  kept.audience = [];
  return runSource(ctx, { ...source, minIntervalMs: 0 }, { userId: null });
}

function json(body: unknown, status = 200): Answer {
  return (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  };
}

const chart = {
  dateCreated: '2026-09-28T00:00:00',
  chartItems: [
    {
      id: 1,
      rank: 1,
      title: 'Volume',
      artiste: 'Uwase',
      lastPosition: 0,
      highestPosition: 1,
      weeksOnChart: 1,
    },
    {
      id: 2,
      rank: 2,
      title: 'GTA ',
      artiste: 'Keza & Diane',
      lastPosition: 5,
      highestPosition: 2,
      weeksOnChart: 8,
    },
    {
      id: 3,
      rank: 3,
      title: 'Back',
      artiste: 'Mugisha',
      lastPosition: -1,
      highestPosition: 1,
      weeksOnChart: 20,
    },
  ],
};

test('a chart is read with its week from Friday to Thursday, NEW and RE, and its body is kept before it is read', async () => {
  const report = await run(turntable, json(chart));
  assert.deepEqual([report.status, report.entries], ['success', 3]);
  const [fact] = kept.charts;
  assert.deepEqual(
    [fact!.issueDay, fact!.periodFrom, fact!.periodTo],
    ['2026-09-28', '2026-09-18', '2026-09-24'],
  );
  assert.deepEqual(
    fact!.entries.map((e) => [e.title, e.lastRank, e.said]),
    [
      ['Volume', null, 'new'],
      ['GTA', 5, null],
      ['Back', null, 're'],
    ],
  );
  const [payload] = await db.all(payloadsOf, { runId: report.id });
  assert.deepEqual([payload!.status, payload!.problem], [200, null]);
});

test('where the JSON fails the page answers, and the row says which of them did', async () => {
  const page = `<html><script id="__NEXT_DATA__" type="application/json">${JSON.stringify({ props: { pageProps: { chartData: chart } } })}</script></html>`;
  const report = await run(turntable, (request, response) => {
    if (request.url!.startsWith('/api/')) response.writeHead(503).end('down');
    else response.end(page);
  });
  assert.equal(report.status, 'partial');
  assert.equal(kept.charts.length, 1);
  const [row] = await db.all(listRuns, { source: 'turntable', before: null, limit: 1 });
  assert.equal(row!.tier, 'page');
});

test('a key is sent and never kept, and views come as strings', async () => {
  let asked = '';
  const report = await run(youtube, (request, response) => {
    asked = request.url!;
    json({
      items: [
        {
          id: 'abc',
          snippet: { title: 'Uwase - Amahoro (Official Video)', channelTitle: 'UwaseVEVO' },
          statistics: { viewCount: '1200' },
        },
        { id: 'def', snippet: { title: 'Ijoro', channelTitle: 'Keza - Topic' } },
      ],
    })(request, response);
  });
  assert.match(asked, /key=secret-key/);
  assert.equal(report.status, 'success');
  const [payload] = await db.all(payloadsOf, { runId: report.id });
  assert.ok(!payload!.request.includes('secret-key'));
  assert.deepEqual(
    kept.charts[0]!.entries.map((e) => [e.title, e.artist, e.metric?.value ?? null]),
    [
      ['Amahoro (Official Video)', 'Uwase', 1_200],
      ['Ijoro', 'Keza', null],
    ],
  );
  assert.equal(kept.audience.length, 1);
});

const bad: readonly (readonly [string, Source, Answer, RegExp])[] = [
  [
    'cut in the middle',
    turntable,
    (_q, r) => r.end(JSON.stringify(chart).slice(0, 90)),
    /no JSON object/,
  ],
  [
    'a page instead of data',
    deezer,
    (_q, r) => r.end('<!doctype html><title>Just a moment</title>'),
    /a web page where data was asked/,
  ],
  ['an empty answer', appleMusic, (_q, r) => r.end(), /answered nothing/],
  [
    'an error with status 200',
    deezer,
    json({ error: { type: 'DataException', message: 'no data', code: 800 } }),
    /error 800: no data/,
  ],
  [
    'an empty list where the site had no chart',
    turntable,
    (_q, r) =>
      r.end('<script id="__NEXT_DATA__">{"props":{"pageProps":{"chartData":[]}}}</script>'),
    /had no chart|no JSON/,
  ],
  [
    'no entries',
    appleMusic,
    json({ feed: { updated: 'Sun, 26 Dec 2021 00:00:00 +0000', results: [] } }),
    /no entries/,
  ],
  [
    'wrong types everywhere',
    turntable,
    json({ dateCreated: 5, chartItems: [1, null, { rank: 'x' }] }),
    /of which day/,
  ],
  [
    'a redirect in a circle',
    deezer,
    (q, r) => r.writeHead(302, { location: q.url! }).end(),
    /redirected more than 5/,
  ],
  [
    'a redirect to a private address',
    deezer,
    (_q, r) => r.writeHead(302, { location: 'http://10.0.0.1/' }).end(),
    /inside this network/,
  ],
  [
    'a redirect to a file',
    deezer,
    (_q, r) => r.writeHead(302, { location: 'file:///etc/passwd' }).end(),
    /none of http/,
  ],
  [
    'a gzip bomb',
    deezer,
    (_q, r) =>
      r
        .writeHead(200, { 'content-encoding': 'gzip' })
        .end(gzipSync(Buffer.alloc(40 * 1024 * 1024))),
    /larger than 16 MiB/,
  ],
  [
    'an endless body',
    deezer,
    (_q, r) => {
      const more = (): void => {
        while (r.write(Buffer.alloc(1 << 20)));
        r.once('drain', more);
      };
      more();
    },
    /larger than 16 MiB/,
  ],
  ['a connection that breaks', deezer, (_q, r) => void r.socket!.destroy(), /connection failed/],
  [
    'no more calls today',
    youtube,
    json(
      {
        error: {
          code: 403,
          message: 'quota',
          errors: [{ reason: 'quotaExceeded', message: 'quota' }],
        },
      },
      403,
    ),
    /quotaExceeded/,
  ],
  [
    'patience asked for',
    deezer,
    (_q, r) => r.writeHead(429, { 'retry-after': '30' }).end('slow down'),
    /asks for patience \(429, 30 s\)/,
  ],
];

for (const [what, source, respond, words] of bad)
  test(`${what}: the run fails and says why, and no row appears`, async () => {
    const report = await run(source, respond);
    assert.equal(report.status, 'failed');
    assert.match(report.problem ?? '', words);
    assert.deepEqual([kept.charts.length, kept.audience.length], [0, 0]);
  });

test('a chart of which some rows are broken is partial: the others are kept', async () => {
  const report = await run(
    turntable,
    json({ ...chart, chartItems: [...chart.chartItems, { rank: 4, title: '' }] }),
  );
  assert.deepEqual([report.status, report.entries], ['partial', 3]);
  assert.match(report.problem ?? '', /1 of 4 entries/);
});

test('what has not changed since is success without a new body', async () => {
  const respond: Answer = (request, response) => {
    if (request.headers['if-none-match'] === '"v1"') response.writeHead(304).end();
    else
      response
        .writeHead(200, { etag: '"v1"' })
        .end(JSON.stringify({ data: [{ id: 1, title: 'A', artist: { name: 'B' }, position: 1 }] }));
  };
  assert.equal((await run(deezer, respond)).status, 'success');
  const again = await run(deezer, respond);
  assert.deepEqual(
    [again.status, again.problem],
    ['success', 'Nothing has changed since the last run.'],
  );
});

const recorded = path.resolve(import.meta.dirname, '../../../../shared/data/harvest');
const absent = !existsSync(recorded) && 'the recorded bodies (../shared/data/harvest) are not here';

test(
  'recorded bodies of TurnTable, Apple and Deezer are read whole',
  { skip: absent },
  async () => {
    const file = (name: string): string => readFileSync(path.join(recorded, name), 'utf8');
    const send =
      (text: string): Answer =>
      (_request, response) =>
        response.end(text);
    const top = await run(turntable, send(file('turntable/api_chart_1_reconstructed.json')));
    assert.deepEqual([top.status, top.entries], ['success', 100]);
    assert.equal(kept.charts[0]!.entries.filter((e) => e.said === 'new').length, 20);
    assert.equal(kept.charts[0]!.entries.filter((e) => e.said === 're').length, 1);
    const page = await run(turntable, (request, response) => {
      if (request.url!.startsWith('/api/')) response.writeHead(500).end('x');
      else response.end(file('turntable/charts_1_next_data_reconstructed.html'));
    });
    assert.equal(page.entries, 100);
    const apple = await run(
      appleMusic,
      send(file('apple/most_played_songs_us_2021-12-26_envelope_reconstructed.json')),
    );
    assert.deepEqual([apple.status, apple.entries], ['success', 50]);
    const cassette = file('deezer/TestClient.test_get_overall_tracks_chart.yaml');
    const body = /body: \{string: '(.*?)'\}\n/s
      .exec(cassette)![1]!
      .replaceAll(/\n\s+/g, ' ')
      .replaceAll("''", "'");
    const tracks = await run(deezer, send(body));
    assert.deepEqual([tracks.status, tracks.entries], ['success', 10]);
  },
);
