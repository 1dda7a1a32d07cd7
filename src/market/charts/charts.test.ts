import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { after, test } from 'node:test';
import type { Day } from '#foundation/kernel/time.ts';
import { testDatabase } from '#foundation/platform/testing.ts';
import type { ChartEntryFact, ChartFact } from '#market/harvest/index.ts';
import type { ChartsContext } from './context.ts';
import { issueCsv } from './export-issue.ts';
import { findChart } from './queries.ts';
import { readChartFile } from './read-chart-file.ts';
import { openChart, readIssue } from './read-issue.ts';
import { readMovers } from './read-movers.ts';
import { storeIssue } from './store-issue.ts';
import { verifyChart } from './verify-charts.ts';

const { db } = await testDatabase({ after });
const ctx: ChartsContext = { db, now: () => Date.now(), demo: false };
const imported = { provenance: 'import', payloadId: null } as const;

type Row = readonly [title: string, artist: string, last?: number | null, weeks?: number];

function issue(key: string, day: string, rows: readonly Row[]): ChartFact {
  const entries: ChartEntryFact[] = rows.map(([title, artist, last = null, weeks], i) => ({
    rank: i + 1,
    title,
    artist,
    externalId: null,
    isrc: null,
    url: null,
    imageUrl: null,
    lastRank: last,
    peak: null,
    weeks: weeks ?? null,
    said: weeks === 1 && last === null ? 'new' : null,
    metric: null,
    flags: [],
  }));
  return {
    chart: { source: 'test', key, name: key, territory: 'RW', frequency: 'weekly', entity: 'song' },
    issueDay: day as Day,
    periodFrom: null,
    periodTo: null,
    entries,
    complete: true,
  };
}

async function keep(fact: ChartFact): Promise<void> {
  const stored = await storeIssue(ctx, fact, imported);
  assert.equal(stored.kind, 'stored');
}

async function read(key: string, day: string | null = null) {
  const chart = await openChart(ctx, 'test', key);
  assert.ok(chart);
  const found = await readIssue(ctx, chart, day);
  assert.ok(!('kind' in found));
  return found;
}

test('a song whose credit is spelled otherwise next week goes on, it is not new', async () => {
  await keep(
    issue('alias', '2026-01-02', [
      ['Amahoro', 'Uwase & Keza'],
      ['Ijoro', 'Kamanzi'],
    ]),
  );
  await keep(
    issue('alias', '2026-01-09', [
      ['Ijoro', 'Kamanzi'],
      ['AMAHORO', 'Keza X Uwase'],
    ]),
  );
  const { entries, dropped } = await read('alias');
  assert.deepEqual(
    entries.map((e) => [e.title, e.move, e.lastRank, e.weeks]),
    [
      ['Ijoro', 'up', 2, 2],
      ['AMAHORO', 'down', 1, 2],
    ],
  );
  assert.deepEqual(dropped, []);
});

test("the chart's own word joins what the rules keep apart, and parts what they would join", async () => {
  await keep(
    issue('word', '2026-01-02', [
      ['Inkuba', 'Kali'],
      ['Special', 'Lizo'],
    ]),
  );
  await keep(
    issue('word', '2026-01-09', [
      ['Inkuba', 'Kaliii', 1, 2],
      ['Special', 'Lizo Featuring Sza', null, 1],
    ]),
  );
  const { entries, dropped } = await read('word');
  assert.deepEqual(
    entries.map((e) => [e.title, e.move]),
    [
      ['Inkuba', 'same'],
      ['Special', 'new'],
    ],
  );
  assert.deepEqual(
    dropped.map((d) => d.artist),
    ['Lizo'],
  );
});

test('the same issue again replaces itself, and an empty one leaves the last good one as it was', async () => {
  await keep(
    issue('again', '2026-01-02', [
      ['A', 'X'],
      ['B', 'Y'],
    ]),
  );
  await keep(issue('again', '2026-01-02', [['B', 'Y']]));
  assert.deepEqual(
    (await read('again')).entries.map((e) => e.title),
    ['B'],
  );
  const empty = await storeIssue(ctx, issue('again', '2026-01-02', []), imported);
  assert.equal(empty.kind === 'refused' && empty.code, 'EMPTY_ISSUE');
  assert.equal((await read('again')).entries.length, 1);
});

test('a row of a demo cannot be kept in an installation that is none', async () => {
  const stored = await storeIssue(ctx, issue('demo', '2026-01-02', [['A', 'X']]), {
    provenance: 'demo',
    payloadId: null,
  });
  assert.equal(stored.kind, 'refused');
  assert.equal(await db.maybe(findChart, { source: 'test', key: 'demo' }), null);
});

test('movers compare two published issues, say the days of both, and weigh 8 to 4 like 80 to 40', async () => {
  const rows = (n: number): Row[] => Array.from({ length: n }, (_, i) => [`T${i}`, `A${i}`]);
  const first = rows(90);
  await keep(issue('movers', '2026-01-02', first));
  const second = [...first];
  [second[3], second[7]] = [second[7]!, second[3]!];
  second[89] = ['Fresh', 'New One'];
  await keep(issue('movers', '2026-01-16', second));
  const chart = (await openChart(ctx, 'test', 'movers'))!;
  const movers = await readMovers(ctx, chart, 7);
  assert.ok(!('kind' in movers));
  assert.deepEqual([movers.fromDay, movers.toDay], ['2026-01-02', '2026-01-16']);
  const top = movers.movers[0]!;
  assert.deepEqual([top.title, top.rankBefore, top.rank, top.velocity], ['T7', 8, 4, 1]);
  assert.deepEqual(
    movers.movers.filter((m) => m.velocity === null).map((m) => [m.title, m.move]),
    [
      ['Fresh', 'new'],
      ['T89', 'out'],
    ],
  );
});

test('a chart file is read with other separators, Latin-1 and quotes inside quotes; a row without a rank is named', () => {
  const options = {
    kind: 'billboard',
    key: 'hot-100',
    name: 'Hot',
    territory: null,
    day: null,
  } as const;
  const semicolons = Buffer.from(
    'chart_week;current_week;title;performer;last_week;peak_pos;wks_on_chart\r\n2026-01-03;1;Caf\xe9;Ren\xe9;-;1;1\r\n',
    'latin1',
  );
  const facts = readChartFile(semicolons, options);
  assert.ok(!('kind' in facts));
  assert.deepEqual(
    facts[0]!.entries.map((e) => [e.title, e.artist, e.lastRank, e.said]),
    [['Café', 'René', null, 'new']],
  );
  const quotes = Buffer.from(
    '\uFEFFdate,title,artist,current,previous,peak,weeks,new\n1967-12-30,"And "Live!"","The Lettermen",1,77,1,6,False\n',
  );
  const loose = readChartFile(quotes, options);
  assert.ok(!('kind' in loose));
  assert.equal(loose[0]!.entries[0]!.title, 'And "Live!"');
  const broken = readChartFile(
    Buffer.from('chart_week,current_week,title,performer\n2026-01-03,x,A,B\n'),
    options,
  );
  assert.ok('kind' in broken);
  assert.match(broken.detail ?? '', /^Row 2 lacks a rank/);
});

test('a CSV of an issue defuses formulas and leaves unpublished figures empty', async () => {
  await keep(issue('csv', '2026-01-02', [['=1+1', 'X']]));
  const csv = issueCsv(await read('csv'));
  assert.match(csv, /\r\n1,'=1\+1,X,/);
  assert.match(csv, /,,,2026-01-02,import\r\n$/);
});

test('recomputed last rank, peak and weeks agree with what a composed chart says of itself, across a changed spelling', async () => {
  const file = [
    'chart_week,current_week,title,performer,last_week,peak_pos,wks_on_chart',
    '2026-01-03,1,Amahoro,Uwase,-,1,1',
    '2026-01-03,2,Ijoro,Kamanzi,5,2,9',
    '2026-01-10,1,Ijoro,Kamanzi,2,1,10',
    '2026-01-10,2,AMAHORO,"Uwase, Keza",1,1,2',
    '2026-01-17,1,Ijoro,Kamanzi,1,1,11',
    '2026-01-24,1,Amahoro,Uwase,-,1,3',
  ].join('\n');
  const facts = readChartFile(Buffer.from(file), {
    kind: 'billboard',
    key: 'twin',
    name: 'Twin',
    territory: 'US',
    day: null,
  });
  assert.ok(!('kind' in facts));
  for (const fact of facts) await keep(fact);
  const chart = (await openChart(ctx, 'billboard', 'twin'))!;
  const { disagreements, compared, carried, restated } = await verifyChart(db, chart);
  assert.deepEqual(disagreements, []);
  assert.deepEqual([compared, carried, restated.length], [5, 1, 0]);
  // It can fail: a wrong word of the chart is found.
  await keep({ ...facts[2]!, entries: [{ ...facts[2]!.entries[0]!, weeks: 12 }] });
  assert.deepEqual(
    (await verifyChart(db, chart)).disagreements.map((d) => [d.what, d.ours, d.theirs]),
    [['weeks', 11, 12]],
  );
});

const hot100 = path.resolve(import.meta.dirname, '../../../../shared/data/charts/hot-100');

test(
  "on half a year of the real Hot 100 every column agrees with Billboard's own",
  { skip: !existsSync(hot100) && 'the real charts (../shared/data/charts) are not here' },
  async () => {
    for (const file of globSync(path.join(hot100, '2025', '2025-0*.csv')).toSorted()) {
      const facts = readChartFile(readFileSync(file), {
        kind: 'billboard',
        key: 'hot-100',
        name: 'Hot 100',
        territory: 'US',
        day: null,
      });
      assert.ok(!('kind' in facts));
      for (const fact of facts) await keep(fact);
    }
    const chart = (await openChart(ctx, 'billboard', 'hot-100'))!;
    const { disagreements, compared, restated } = await verifyChart(db, chart);
    assert.deepEqual([disagreements, restated], [[], []]);
    assert.ok(compared > 3_000, `only ${compared} were compared`);
  },
);
