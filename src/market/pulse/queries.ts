import type { Id } from '#foundation/kernel/ids.ts';
import type { Provenance } from '#foundation/kernel/counting.ts';
import { column, command, query, sql } from '#foundation/platform/postgres.ts';
import type { Category, Parts, Tier } from './judge-news.ts';

export type FeedId = Id<'feed'>;
export type ItemId = Id<'item'>;
export type ItemKind = 'news' | 'gear' | 'release';
export type TierParts = Readonly<Record<Tier, Parts>>;

const id = '00000000-0000-7000-8000-000000000000';
const when = new Date(0);

export const feeds = query({
  name: 'pulse.feeds',
  columns: {
    id: column.uuid<FeedId>(),
    name: column.text,
    url: column.text,
    kind: column.oneOf<'news' | 'gear'>(),
    trust: column.float8,
    isOn: column.bool,
    etag: column.nullable(column.text),
    lastRunAt: column.nullable(column.instant),
    lastGoodAt: column.nullable(column.instant),
    problem: column.nullable(column.text),
  },
  sample: { demo: true },
  text: (p: { demo: boolean }) => sql`
    select id, name, url, kind, trust, is_on, etag, last_run_at, last_good_at, problem
    from pulse.feed
    where ${p.demo} or provenance <> 'demo'
    order by name
    limit 1000`,
});

export const putFeed = query({
  name: 'pulse.putFeed',
  columns: { id: column.uuid<FeedId>() },
  sample: { id, name: 'x', url: 'x', kind: 'news', trust: 0.5, isOn: false, provenance: 'import' },
  text: (p: {
    id: string;
    name: string;
    url: string;
    kind: 'news' | 'gear';
    trust: number;
    isOn: boolean;
    provenance: Provenance;
  }) => sql`
    insert into pulse.feed (id, name, url, kind, trust, is_on, provenance)
    values (${p.id}, ${p.name}, ${p.url}, ${p.kind}, ${p.trust}, ${p.isOn}, ${p.provenance})
    on conflict (url) do update set name = excluded.name, is_on = excluded.is_on, trust = excluded.trust
    returning id`,
});

export const noteFeedRun = command({
  name: 'pulse.noteFeedRun',
  sample: { id, now: when, etag: null, problem: null },
  text: (p: { id: string; now: Date; etag: string | null; problem: string | null }) => sql`
    update pulse.feed
    set last_run_at = ${p.now}, problem = ${p.problem}, etag = coalesce(${p.etag}, etag),
      last_good_at = case when ${p.problem}::text is null then ${p.now} else last_good_at end
    where id = ${p.id}`,
});

export const insertItem = query({
  name: 'pulse.insertItem',
  columns: { id: column.uuid<ItemId>() },
  sample: {
    id,
    feedId: id,
    kind: 'news',
    guid: 'x',
    url: null,
    title: 'x',
    text: 'x',
    summary: 'x',
    category: 'other',
    publishedAt: when,
    dayIsOurs: false,
    clusterId: id,
    parts: '{}',
    artist: null,
    provenance: 'import',
  },
  text: (p: {
    id: string;
    feedId: string;
    kind: ItemKind;
    guid: string;
    url: string | null;
    title: string;
    text: string;
    summary: string;
    category: Category;
    publishedAt: Date;
    dayIsOurs: boolean;
    clusterId: string;
    parts: string;
    artist: string | null;
    provenance: Provenance;
  }) => sql`
    insert into pulse.item (id, feed_id, kind, guid, url, title, text, summary, category, published_at, day_is_ours, cluster_id,
      parts, artist, provenance)
    values (${p.id}, ${p.feedId}, ${p.kind}, ${p.guid}, ${p.url}, ${p.title}, ${p.text}, ${p.summary}, ${p.category},
      ${p.publishedAt}, ${p.dayIsOurs}, ${p.clusterId}, ${p.parts}::jsonb, ${p.artist}, ${p.provenance})
    on conflict (feed_id, guid) do nothing
    returning id`,
});

export const recentTexts = query({
  name: 'pulse.recentTexts',
  columns: { clusterId: column.uuid<string>(), title: column.text, text: column.text },
  sample: { since: when, limit: 1 },
  text: (p: { since: Date; limit: number }) => sql`
    select cluster_id, title, text
    from pulse.item
    where published_at >= ${p.since}
    order by published_at desc
    limit ${p.limit}`,
});

/** The parts of a story grow when another source tells it. */
export const noteCorroboration = command({
  name: 'pulse.noteCorroboration',
  sample: { clusterId: id, points: 7 },
  text: (p: { clusterId: string; points: number }) => sql`
    update pulse.item
    set parts = jsonb_set(jsonb_set(jsonb_set(parts, '{creator,corroboration}', to_jsonb(${p.points}::int)),
      '{developer,corroboration}', to_jsonb(${p.points}::int)), '{monetizer,corroboration}', to_jsonb(${p.points}::int))
    where cluster_id = ${p.clusterId}`,
});

export const sourcesOfCluster = query({
  name: 'pulse.sourcesOfCluster',
  columns: { sources: column.int8 },
  sample: { clusterId: id },
  text: (p: { clusterId: string }) => sql`
    select count(distinct feed_id) as sources from pulse.item where cluster_id = ${p.clusterId}`,
});

/** Items of a kind, the first that told each story; with how many sources tell it. */
export const items = query({
  name: 'pulse.items',
  columns: {
    id: column.uuid<ItemId>(),
    kind: column.oneOf<ItemKind>(),
    source: column.text,
    url: column.nullable(column.text),
    title: column.text,
    summary: column.text,
    category: column.oneOf<Category>(),
    publishedAt: column.instant,
    dayIsOurs: column.bool,
    parts: column.json<TierParts>(),
    artist: column.nullable(column.text),
    provenance: column.oneOf<Provenance>(),
    sources: column.int8,
  },
  sample: { kind: 'news', category: null, since: when, until: when, demo: true, limit: 1 },
  text: (p: {
    kind: ItemKind;
    category: string | null;
    since: Date;
    until: Date;
    demo: boolean;
    limit: number;
  }) => sql`
    select * from (
      select distinct on (i.cluster_id) i.id, i.kind, f.name as source, i.url, i.title, i.summary, i.category, i.published_at, i.day_is_ours,
        i.parts, i.artist, i.provenance,
        (select count(distinct o.feed_id) from pulse.item o where o.cluster_id = i.cluster_id) as sources
      from pulse.item i
      join pulse.feed f on f.id = i.feed_id
      where i.kind = ${p.kind} and i.published_at >= ${p.since} and i.published_at < ${p.until}
        and (${p.category}::text is null or i.category = ${p.category}) and (${p.demo} or i.provenance <> 'demo')
      order by i.cluster_id, f.trust desc, i.published_at) story
    order by published_at desc
    limit ${p.limit}`,
});

export const putDigest = command({
  name: 'pulse.putDigest',
  sample: { day: '2026-01-01', tier: 'creator', body: '{}', provenance: 'import' },
  text: (p: { day: string; tier: Tier; body: string; provenance: Provenance }) => sql`
    insert into pulse.digest (day, tier, body, provenance)
    values (${p.day}, ${p.tier}, ${p.body}::jsonb, ${p.provenance})
    on conflict (day, tier) do update set body = excluded.body, made_at = now(), provenance = excluded.provenance`,
});

export const findDigest = query({
  name: 'pulse.findDigest',
  columns: { body: column.json<unknown>(), madeAt: column.instant },
  sample: { day: '2026-01-01', tier: 'creator' },
  text: (p: { day: string; tier: Tier }) => sql`
    select body, made_at from pulse.digest where day = ${p.day} and tier = ${p.tier}`,
});
