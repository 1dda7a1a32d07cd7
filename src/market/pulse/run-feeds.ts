import { newId } from '#foundation/kernel/ids.ts';
import { hourMs, minuteMs } from '#foundation/kernel/time.ts';
import { fetchOutside, type PinAddress } from '#market/harvest/index.ts';
import { feeds, noteFeedRun, putFeed, type FeedId } from './queries.ts';
import { readFeed } from './read-feed.ts';
import { storeNews, type PulseContext } from './store-news.ts';

/** Desks everybody knows; off until an operator switches them on, and others can be added. */
const known = [
  ['Music Business Worldwide', 'https://www.musicbusinessworldwide.com/feed/', 'news', 0.9],
  ['Billboard', 'https://www.billboard.com/feed/', 'news', 0.8],
  ['Variety Music', 'https://variety.com/v/music/feed/', 'news', 0.8],
  ['Rolling Stone', 'https://www.rollingstone.com/music/music-news/feed/', 'news', 0.7],
  ['KVR Audio', 'https://www.kvraudio.com/xml/rss_news.xml', 'gear', 0.7],
] as const;

export async function addKnownFeeds(ctx: PulseContext): Promise<void> {
  const there = new Set((await ctx.db.all(feeds, { demo: true })).map((feed) => feed.url));
  for (const [name, url, kind, trust] of known)
    if (!there.has(url))
      await ctx.db.one(putFeed, {
        id: newId(),
        name,
        url,
        kind,
        trust,
        isOn: false,
        provenance: 'import' as const,
      });
}

export type FeedRun = {
  readonly feed: string;
  readonly status: 'success' | 'failed' | 'unchanged';
  readonly added: number;
  readonly problem: string | null;
};

type Feed = {
  readonly id: FeedId;
  readonly name: string;
  readonly url: string;
  readonly kind: 'news' | 'gear';
  readonly trust: number;
  readonly etag: string | null;
};

/** One feed now. What it cannot read changes nothing that was kept. */
export async function runFeed(
  ctx: PulseContext,
  pinAddress: PinAddress,
  feed: Feed,
): Promise<FeedRun> {
  const fetched = await fetchOutside(feed.url, { pinAddress, trustedHost: null, etag: feed.etag });
  if (fetched.kind === 'not fetched') return ended(ctx, feed, null, fetched.problem, 0);
  if (fetched.status === 304)
    return { ...(await ended(ctx, feed, null, null, 0)), status: 'unchanged' };
  if (fetched.status >= 400)
    return ended(ctx, feed, null, `The desk answered ${fetched.status}.`, 0);
  const read = readFeed(fetched.body, feed.url, ctx.now());
  if (read.kind === 'unreadable') return ended(ctx, feed, null, read.problem, 0);
  const added = await storeNews(ctx, { feed, kind: feed.kind, provenance: 'scrape' }, read.items);
  return ended(ctx, feed, fetched.etag, null, added);
}

async function ended(
  ctx: PulseContext,
  feed: Feed,
  etag: string | null,
  problem: string | null,
  added: number,
): Promise<FeedRun> {
  await ctx.db.run(noteFeedRun, { id: feed.id, now: new Date(ctx.now()), etag, problem });
  return { feed: feed.name, status: problem === null ? 'success' : 'failed', added, problem };
}

const everyMs = 4 * hourMs;
const jitterMs = 5 * minuteMs;
const lookEveryMs = minuteMs;

/** Every feed that is on, every four hours and up to five minutes more, one after the other. */
export function startPulse(
  ctx: PulseContext,
  pinAddress: PinAddress,
  onError: (error: unknown) => void,
): { stop(): Promise<void> } {
  let current: Promise<void> = addKnownFeeds(ctx).catch(onError);
  let stopped = false;
  const timer = setInterval(() => {
    current = current
      .then(async () => {
        for (const feed of await ctx.db.all(feeds, { demo: ctx.demo })) {
          const due = (feed.lastRunAt ?? 0) + everyMs + Math.random() * jitterMs;
          if (feed.isOn && !stopped && ctx.now() >= due) await runFeed(ctx, pinAddress, feed);
        }
      })
      .catch(onError);
  }, lookEveryMs);
  return {
    async stop() {
      stopped = true;
      clearInterval(timer);
      await current;
    },
  };
}
