import { newId } from '#foundation/kernel/ids.ts';
import type { Provenance } from '#foundation/kernel/counting.ts';
import { dayMs } from '#foundation/kernel/time.ts';
import type { Database, Db } from '#foundation/platform/postgres.ts';
import {
  bandsOf,
  categoryOf,
  isOneStory,
  partsOf,
  signatureOf,
  summarise,
  tiers,
} from './judge-news.ts';
import {
  insertItem,
  noteCorroboration,
  recentTexts,
  sourcesOfCluster,
  type FeedId,
  type ItemKind,
} from './queries.ts';
import type { FeedItem } from './read-feed.ts';

export type PulseContext = {
  readonly db: Database;
  readonly now: () => number;
  readonly demo: boolean;
  /** Names that make news matter more: the home market and its artists. */
  readonly homeNames: readonly string[];
};

/** Stories are looked for among what was told within three days. */
const storyMs = 3 * dayMs;
const recentMax = 5_000;

export type Told = {
  readonly feed: { readonly id: FeedId; readonly trust: number };
  readonly kind: ItemKind;
  readonly provenance: Provenance;
};

/** Keeps items of one feed; an item that was kept before changes nothing. Answers how many are new. */
export async function storeNews(
  ctx: PulseContext,
  told: Told,
  items: readonly FeedItem[],
): Promise<number> {
  return ctx.db.tx(async (db) => {
    const stories = await openStories(ctx, db);
    let added = 0;
    for (const item of items) {
      const text = `${item.title}. ${item.text}`;
      const signature = signatureOf(text);
      const clusterId = stories.find(signature) ?? newId<'cluster'>();
      const category = categoryOf(item.title, item.text);
      const judged = { category, trust: told.feed.trust, text, sources: 1 };
      const parts = Object.fromEntries(
        tiers.map((tier) => [tier, partsOf(tier, judged, ctx.homeNames)]),
      );
      const row = await db.maybe(insertItem, {
        id: newId<'item'>(),
        feedId: told.feed.id,
        kind: told.kind,
        guid: item.guid,
        url: item.url,
        title: item.title,
        text: item.text,
        summary: summarise(item.text, item.title),
        category,
        publishedAt: new Date(item.publishedAt),
        dayIsOurs: item.dayIsOurs,
        clusterId,
        parts: JSON.stringify(parts),
        artist: null,
        provenance: told.provenance,
      });
      if (row === null) continue;
      added += 1;
      stories.add(signature, clusterId);
      const { sources } = await db.one(sourcesOfCluster, { clusterId });
      if (sources > 1n) {
        const { corroboration } = partsOf('creator', { ...judged, sources: Number(sources) }, []);
        await db.run(noteCorroboration, { clusterId, points: corroboration });
      }
    }
    return added;
  });
}

async function openStories(ctx: PulseContext, db: Db) {
  const byBand = new Map<
    string,
    { readonly signature: Uint32Array; readonly clusterId: string }[]
  >();
  function add(signature: Uint32Array, clusterId: string): void {
    for (const band of bandsOf(signature)) {
      const list = byBand.get(band);
      if (list === undefined) byBand.set(band, [{ signature, clusterId }]);
      else list.push({ signature, clusterId });
    }
  }
  const recent = await db.all(recentTexts, {
    since: new Date(ctx.now() - storyMs),
    limit: recentMax,
  });
  for (const row of recent) add(signatureOf(`${row.title}. ${row.text}`), row.clusterId);
  return {
    add,
    find(signature: Uint32Array): string | null {
      for (const band of bandsOf(signature))
        for (const other of byBand.get(band) ?? [])
          if (isOneStory(signature, other.signature)) return other.clusterId;
      return null;
    },
  };
}
