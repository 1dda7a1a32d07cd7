import type { Provenance } from '#foundation/kernel/counting.ts';
import { dayMs } from '#foundation/kernel/time.ts';
import { freshness, impactOf, type Tier } from './judge-news.ts';
import { findDigest, items, putDigest, type TierParts } from './queries.ts';
import type { PulseContext } from './store-news.ts';

// The day's briefing for one tier: a line on top, the leads with why they matter, numbers, releases, gear. Made of what was kept,
// in the words of its sources, so that it needs no model and invents nothing.

export type Lead = {
  readonly title: string;
  readonly summary: string;
  readonly why: string;
  readonly category: string;
  readonly source: string;
  readonly sources: number;
  readonly url: string | null;
  readonly publishedAt: string;
  readonly impact: number;
};

export type Digest = {
  readonly date: string;
  readonly tier: Tier;
  readonly topLine: string;
  readonly leads: readonly Lead[];
  readonly numbers: readonly {
    readonly label: string;
    readonly value: string;
    readonly source: string;
  }[];
  readonly releases: readonly {
    readonly title: string;
    readonly artist: string | null;
    readonly url: string | null;
  }[];
  readonly gear: readonly {
    readonly title: string;
    readonly summary: string;
    readonly url: string | null;
  }[];
  readonly method: string;
  readonly provenance: readonly string[];
};

export type Numbers = (day: string) => Promise<Digest['numbers']>;

const leadsMax = 5;
const perCategoryMax = 2;
const listMax = 500;

/** The digest of a day; made once it is asked for, and kept. Today's is made anew when it is older than an hour. */
export async function readDigest(
  ctx: PulseContext,
  numbers: Numbers,
  day: string,
  tier: Tier,
): Promise<Digest> {
  const known = await ctx.db.maybe(findDigest, { day, tier });
  const isToday = day === new Date(ctx.now()).toISOString().slice(0, 10);
  const isFresh = known !== null && (!isToday || ctx.now() - known.madeAt < 3_600_000);
  if (isFresh) return known.body as Digest;
  const digest = await makeDigest(ctx, numbers, day, tier);
  const provenance: Provenance = ctx.demo ? 'demo' : 'import';
  await ctx.db.run(putDigest, { day, tier, body: JSON.stringify(digest), provenance });
  return digest;
}

export async function makeDigest(
  ctx: PulseContext,
  numbers: Numbers,
  day: string,
  tier: Tier,
): Promise<Digest> {
  const until = Math.min(Date.parse(`${day}T00:00:00Z`) + dayMs, ctx.now());
  const read = async (kind: 'news' | 'gear' | 'release', days: number) =>
    ctx.db.all(items, {
      kind,
      category: null,
      since: new Date(until - days * dayMs),
      until: new Date(until + 1),
      demo: ctx.demo,
      limit: listMax,
    });
  const news = await read('news', 2);
  const ranked = news
    .map((row) => ({ row, rank: impactOf(row.parts[tier]) * freshness(row.publishedAt, until) }))
    .toSorted((a, b) => b.rank - a.rank);
  const leads: Lead[] = [];
  const perCategory = new Map<string, number>();
  for (const { row } of ranked) {
    const used = perCategory.get(row.category) ?? 0;
    if (leads.length >= leadsMax) break;
    if (used >= perCategoryMax) continue;
    perCategory.set(row.category, used + 1);
    leads.push({
      title: row.title,
      summary: row.summary,
      why: whyOf(tier, row.parts, row.category, Number(row.sources)),
      category: row.category,
      source: row.source,
      sources: Number(row.sources),
      url: row.url,
      publishedAt: new Date(row.publishedAt).toISOString(),
      impact: impactOf(row.parts[tier]),
    });
  }
  const [releases, gear] = [await read('release', 7), await read('gear', 7)];
  return {
    date: day,
    tier,
    topLine:
      leads.length === 0
        ? 'No news was collected for this day.'
        : `${leads[0]!.title}${leads.length > 1 ? `, and ${leads.length - 1} more` : ''}.`,
    leads,
    numbers: await numbers(day),
    releases: releases.slice(0, 8).map(({ title, artist, url }) => ({ title, artist, url })),
    gear: gear.slice(0, 5).map(({ title, summary, url }) => ({ title, summary, url })),
    method:
      'Sentences are taken from the sources; the order is the sum of the parts shown with each item.',
    provenance: [...new Set([...news, ...releases, ...gear].map((row) => row.provenance))],
  };
}

const reasons: Readonly<Record<Tier, string>> = {
  creator: 'people who make music',
  developer: 'people who build for music',
  monetizer: 'people who earn with music',
};

function whyOf(tier: Tier, parts: TierParts, category: string, sources: number): string {
  const own = parts[tier];
  const said = [
    own.topic >= 25 ? `${category} matters most to ${reasons[tier]}` : null,
    own.home > 0 ? 'it names your market or its artists' : null,
    own.money > 0 ? 'an amount of money is at stake' : null,
    sources > 1 ? `${sources} sources tell it` : null,
  ].filter((reason) => reason !== null);
  return said.length === 0 ? `One of the newest in ${category}.` : `${capital(said.join(', '))}.`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
