import { newId } from '#foundation/kernel/ids.ts';
import { refuse } from '#foundation/kernel/outcome.ts';
import { dayMs, toIso } from '#foundation/kernel/time.ts';
import { serving, type Kit } from '#foundation/platform/http.ts';
import { listCharts, openChart, readIssue, readMovers } from '#market/charts/index.ts';
import type { PinAddress } from '#market/harvest/index.ts';
import * as contract from './contract.ts';
import { freshness, impactOf, type Tier } from './judge-news.ts';
import { readDigest, type Digest } from './make-digest.ts';
import { feeds, items, putFeed, type ItemKind } from './queries.ts';
import { runFeed } from './run-feeds.ts';
import type { PulseContext } from './store-news.ts';

const rankedMax = 1_000;
const moversShown = 10;

export function servePulse(kit: Kit, ctx: PulseContext, pinAddress: PinAddress): void {
  const serve = serving(kit, {});

  async function list(kind: ItemKind, days: number, tier: Tier, category: string | null) {
    const rows = await ctx.db.all(items, {
      kind,
      category,
      since: new Date(ctx.now() - days * dayMs),
      until: new Date(ctx.now() + 1),
      demo: ctx.demo,
      limit: rankedMax,
    });
    return rows.map((row) => ({
      id: row.id,
      title: row.title,
      summary: row.summary,
      category: row.category,
      source: row.source,
      sources: Number(row.sources),
      url: row.url,
      publishedAt: toIso(row.publishedAt),
      dayIsOurs: row.dayIsOurs,
      impact: impactOf(row.parts[tier]),
      parts: row.parts[tier],
      artist: row.artist,
      provenance: row.provenance,
    }));
  }

  serve(contract.getNews, async ({ query }) => {
    const { days = 7, limit = 20, user_tier: tier = 'creator', category } = query;
    const found = await list('news', days, tier, category || null);
    const rank = (item: (typeof found)[number]): number =>
      item.impact * freshness(Date.parse(item.publishedAt), ctx.now());
    return { items: found.toSorted((a, b) => rank(b) - rank(a)).slice(0, limit), tier };
  });

  serve(contract.getReleases, async ({ query: { days = 7, limit = 50 } }) => ({
    items: (await list('release', days, 'creator', null)).slice(0, limit),
  }));

  serve(contract.getGear, async ({ query: { days = 30, limit = 50 } }) => ({
    items: (await list('gear', days, 'developer', null)).slice(0, limit),
  }));

  serve(contract.getDigest, async ({ query }) => {
    const today = new Date(ctx.now()).toISOString().slice(0, 10);
    const { date = today, user_tier: tier = 'creator' } = query;
    if (date > today) return refuse('VALIDATION_FAILED', `${date} lies in the future.`, 'date');
    return (await readDigest(ctx, () => numbersOf(ctx), date, tier)) as never;
  });

  async function chartOf(platform: string | undefined) {
    const [first] = await ctx.db.all(listCharts, {
      demo: ctx.demo,
      source: platform ?? null,
      limit: 1,
    });
    return first === undefined ? null : openChart(ctx, first.source, first.key);
  }

  serve(contract.getPulseCharts, async ({ query: { platform, limit = 50 } }) => {
    const chart = await chartOf(platform);
    if (chart === null) return noChart(platform);
    const issue = await readIssue(ctx, chart, null);
    if ('kind' in issue) return issue;
    return {
      platform: chart.source,
      chart: chart.name,
      issueDay: issue.issueDay,
      provenance: issue.about.provenance,
      entries: issue.entries
        .slice(0, limit)
        .map(({ rank, title, artist, move, lastRank, peak, weeks }) => ({
          rank,
          title,
          artist,
          move,
          lastRank,
          peak,
          weeks,
        })),
    };
  });

  serve(contract.getPulseMovers, async ({ query: { platform, days = 7 } }) => {
    const chart = await chartOf(platform);
    if (chart === null) return noChart(platform);
    const movers = await readMovers(ctx, chart, days);
    if ('kind' in movers) return movers;
    const rows = movers.movers.map((m) => ({
      rank: m.rank,
      title: m.title,
      artist: m.artist,
      move: m.move as string,
      lastRank: m.rankBefore,
      peak: null,
      weeks: null,
      places: m.places,
    }));
    return {
      platform: chart.source,
      chart: chart.name,
      fromDay: movers.fromDay,
      toDay: movers.toDay,
      risers: rows.filter((r) => r.move === 'up').slice(0, moversShown),
      fallers: rows
        .filter((r) => r.move === 'down')
        .slice(-moversShown)
        .toReversed(),
      entered: rows.filter((r) => r.move === 'new' || r.move === 're').slice(0, moversShown),
    };
  });

  serve(contract.listFeeds, async () => ({
    items: (await ctx.db.all(feeds, { demo: ctx.demo })).map((feed) => ({
      id: feed.id,
      name: feed.name,
      url: feed.url,
      kind: feed.kind,
      isOn: feed.isOn,
      lastGoodAt: feed.lastGoodAt === null ? null : toIso(feed.lastGoodAt),
      problem: feed.problem,
    })),
  }));

  serve(contract.putFeed, async ({ body }) => {
    const { id } = await ctx.db.one(putFeed, {
      id: newId(),
      ...body,
      trust: 0.6,
      provenance: 'import' as const,
    });
    return { id };
  });

  serve(contract.runFeeds, async () => {
    const runs = [];
    for (const feed of await ctx.db.all(feeds, { demo: ctx.demo }))
      if (feed.isOn) runs.push(await runFeed(ctx, pinAddress, feed));
    return { runs };
  });
}

/** Numbers of the day: what leads the charts that were collected, each with its source. */
export async function numbersOf(ctx: PulseContext): Promise<Digest['numbers']> {
  const numbers: { label: string; value: string; source: string }[] = [];
  for (const head of await ctx.db.all(listCharts, { demo: ctx.demo, source: null, limit: 3 })) {
    const chart = await openChart(ctx, head.source, head.key);
    const issue = chart === null ? null : await readIssue(ctx, chart, null);
    if (issue === null || 'kind' in issue) continue;
    const [first] = issue.entries;
    const entered = issue.entries.filter((entry) => entry.move === 'new').length;
    const source = `${chart!.name}, ${issue.issueDay}`;
    if (first !== undefined)
      numbers.push({
        label: 'Number one',
        value: `${first.title}, ${first.artist} (${first.weeks} on the chart)`,
        source,
      });
    numbers.push({ label: 'New entries', value: String(entered), source });
  }
  return numbers;
}

function noChart(platform: string | undefined) {
  return refuse(
    'NOT_FOUND',
    `No chart${platform === undefined ? '' : ` of ${platform}`} was collected or imported yet.`,
    'platform',
  );
}
