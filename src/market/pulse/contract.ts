import { Type } from 'typebox';
import {
  anyone,
  DayText,
  endpoint,
  InstantOut,
  may,
  nullable,
} from '#foundation/kernel/endpoint.ts';
import { idShape } from '#foundation/kernel/ids.ts';
import { lineText, nameText, webAddress } from '#foundation/kernel/text.ts';

export const newsDaysMax = 90;
export const newsMax = 200;

const Tier = Type.Union([
  Type.Literal('creator'),
  Type.Literal('developer'),
  Type.Literal('monetizer'),
]);
const Platform = Type.String({ pattern: '^[a-z0-9-]{1,40}$' });
const Parts = Type.Object(
  {
    topic: Type.Integer(),
    home: Type.Integer(),
    trust: Type.Integer(),
    money: Type.Integer(),
    corroboration: Type.Integer(),
  },
  { description: 'what the impact is the sum of' },
);
const Item = Type.Object({
  id: idShape('item'),
  title: Type.String(),
  summary: Type.String(),
  category: Type.String(),
  source: Type.String(),
  sources: Type.Integer({ description: 'desks that tell the same story' }),
  url: nullable(Type.String()),
  publishedAt: InstantOut,
  dayIsOurs: Type.Boolean({ description: 'the feed gave no day, or an impossible one' }),
  impact: Type.Integer({ description: '0 to 100 for the tier' }),
  parts: Parts,
  artist: nullable(Type.String()),
  provenance: Type.String(),
});
const days = Type.Optional(Type.Integer({ minimum: 1, maximum: newsDaysMax, default: 7 }));
const limitOf = (fallback: number) =>
  Type.Optional(Type.Integer({ minimum: 1, maximum: newsMax, default: fallback }));

export const getNews = endpoint(
  'GET',
  '/api/v1/industry-pulse/news',
  { access: anyone, summary: 'News by impact for a tier (system 3)' },
  {
    query: Type.Object({
      category: Type.Optional(Type.String({ pattern: '^[a-z]{0,20}$' })),
      days,
      user_tier: Type.Optional(Tier),
      limit: limitOf(20),
    }),
    reply: Type.Object({ items: Type.Array(Item), tier: Tier }),
  },
);

export const getReleases = endpoint(
  'GET',
  '/api/v1/industry-pulse/releases',
  { access: anyone, summary: 'New releases (system 3)' },
  {
    query: Type.Object({
      genre: Type.Optional(lineText(60)),
      days,
      limit: limitOf(50),
    }),
    reply: Type.Object({ items: Type.Array(Item) }),
  },
);

export const getGear = endpoint(
  'GET',
  '/api/v1/industry-pulse/gear',
  { access: anyone, summary: 'New instruments, software and machines (system 3)' },
  {
    query: Type.Object({
      days: Type.Optional(Type.Integer({ minimum: 1, maximum: newsDaysMax, default: 30 })),
      limit: limitOf(50),
    }),
    reply: Type.Object({ items: Type.Array(Item) }),
  },
);

const DigestOut = Type.Object({
  date: DayText,
  tier: Tier,
  topLine: Type.String(),
  leads: Type.Array(
    Type.Object({
      title: Type.String(),
      summary: Type.String(),
      why: Type.String(),
      category: Type.String(),
      source: Type.String(),
      sources: Type.Integer(),
      url: nullable(Type.String()),
      publishedAt: InstantOut,
      impact: Type.Integer(),
    }),
  ),
  numbers: Type.Array(
    Type.Object({ label: Type.String(), value: Type.String(), source: Type.String() }),
  ),
  releases: Type.Array(
    Type.Object({
      title: Type.String(),
      artist: nullable(Type.String()),
      url: nullable(Type.String()),
    }),
  ),
  gear: Type.Array(
    Type.Object({ title: Type.String(), summary: Type.String(), url: nullable(Type.String()) }),
  ),
  method: Type.String(),
  provenance: Type.Array(Type.String()),
});

export const getDigest = endpoint(
  'GET',
  '/api/v1/industry-pulse/digest',
  { access: anyone, summary: "The day's briefing for a tier (system 3)" },
  {
    query: Type.Object({ date: Type.Optional(DayText), user_tier: Type.Optional(Tier) }),
    reply: DigestOut,
  },
);

const ChartRow = Type.Object({
  rank: nullable(Type.Integer()),
  title: Type.String(),
  artist: Type.String(),
  move: Type.String(),
  lastRank: nullable(Type.Integer()),
  peak: nullable(Type.Integer()),
  weeks: nullable(Type.Integer()),
});

export const getPulseCharts = endpoint(
  'GET',
  '/api/v1/industry-pulse/charts',
  { access: anyone, summary: 'The latest issue of a chart of a platform (system 3)' },
  {
    query: Type.Object({ platform: Type.Optional(Platform), limit: limitOf(50) }),
    reply: Type.Object({
      platform: Type.String(),
      chart: Type.String(),
      issueDay: DayText,
      provenance: Type.String(),
      entries: Type.Array(ChartRow),
    }),
  },
);

export const getPulseMovers = endpoint(
  'GET',
  '/api/v1/industry-pulse/charts/movers',
  { access: anyone, summary: 'What rose and fell most on a chart of a platform (system 3)' },
  {
    query: Type.Object({ platform: Type.Optional(Platform), days }),
    reply: Type.Object({
      platform: Type.String(),
      chart: Type.String(),
      fromDay: DayText,
      toDay: DayText,
      risers: Type.Array(Type.Object({ ...ChartRow.properties, places: nullable(Type.Integer()) })),
      fallers: Type.Array(
        Type.Object({ ...ChartRow.properties, places: nullable(Type.Integer()) }),
      ),
      entered: Type.Array(
        Type.Object({ ...ChartRow.properties, places: nullable(Type.Integer()) }),
      ),
    }),
  },
);

const FeedOut = Type.Object({
  id: idShape('feed'),
  name: Type.String(),
  url: Type.String(),
  kind: Type.Union([Type.Literal('news'), Type.Literal('gear')]),
  isOn: Type.Boolean(),
  lastGoodAt: nullable(InstantOut),
  problem: nullable(Type.String()),
});

export const listFeeds = endpoint(
  'GET',
  '/api/v1/pulse/feeds',
  { access: may('harvest.read'), summary: 'The desks news are collected from' },
  { reply: Type.Object({ items: Type.Array(FeedOut) }) },
);

export const putFeed = endpoint(
  'PUT',
  '/api/v1/pulse/feeds',
  { access: may('harvest.run'), summary: 'Add a desk by its address, or switch one on or off' },
  {
    body: Type.Object(
      {
        name: nameText(100),
        url: webAddress(1_000),
        kind: Type.Union([Type.Literal('news'), Type.Literal('gear')]),
        isOn: Type.Boolean(),
      },
      { additionalProperties: false },
    ),
    reply: Type.Object({ id: idShape('feed') }),
  },
);

export const runFeeds = endpoint(
  'POST',
  '/api/v1/pulse/run',
  { access: may('harvest.run'), summary: 'Collect from every desk that is on, now' },
  {
    reply: Type.Object({
      runs: Type.Array(
        Type.Object({
          feed: Type.String(),
          status: Type.String(),
          added: Type.Integer(),
          problem: nullable(Type.String()),
        }),
      ),
    }),
  },
);
