import { Type } from 'typebox';
import { DayText, endpoint, may, nullable } from '#foundation/kernel/endpoint.ts';
import { idShape } from '#foundation/kernel/ids.ts';
import { lineText, nameText } from '#foundation/kernel/text.ts';

export const artistsShownMax = 50;
const idsMax = 20;

const Kind = Type.Union([
  Type.Literal('counter'),
  Type.Literal('gauge'),
  Type.Literal('flow'),
  Type.Literal('rolling'),
  Type.Literal('rank'),
  Type.Literal('score'),
]);
const DayValue = Type.Object({ day: DayText, value: Type.Number() });

const line = {
  platform: Type.String(),
  metric: Type.String(),
  unit: Type.String(),
  kind: Kind,
  territory: nullable(Type.String({ description: 'null: figures of the world' })),
  total: nullable(
    Type.Number({
      description:
        'counter: the measured increase; flow: the sum of known days; else null, because levels do not add up',
    }),
  ),
  interval: nullable(
    Type.Object(
      { low: Type.Number(), high: Type.Number() },
      { description: 'the total with the unknown days bounded by the days around them' },
    ),
  ),
  first: nullable(DayValue),
  last: nullable(DayValue),
  delta: nullable(Type.Number({ description: 'last minus first, for levels' })),
  avgDaily: nullable(Type.Number({ description: 'mean of the known days, or of the levels' })),
  peak: nullable(Type.Number()),
  daysTracked: Type.Integer({ description: 'days with an observation' }),
  daysStale: Type.Integer({ description: 'of them, days that repeat the value of the day before' }),
  unknownDays: Type.Integer(),
  unknown: Type.Array(Type.Object({ from: DayText, to: DayText })),
  resets: Type.Array(
    Type.Object({
      day: DayText,
      before: Type.Number(),
      after: Type.Number(),
      track: nullable(Type.String()),
    }),
  ),
  provenance: Type.Array(Type.String()),
};

const ArtistOut = Type.Object({
  id: idShape('artist with figures'),
  name: Type.String(),
  catalogId: nullable(Type.String()),
});

export const ArtistMetricsOut = Type.Object({
  artists: Type.Array(ArtistOut),
  from: DayText,
  to: DayText,
  country: nullable(Type.String()),
  platforms: Type.Array(Type.String()),
  summary: Type.Array(Type.Object(line)),
  tracks: Type.Array(
    Type.Object({
      ...line,
      trackId: nullable(
        Type.String({ description: 'null: figures of the artist, not of a track' }),
      ),
      title: Type.String(),
      recordingId: nullable(Type.String()),
    }),
  ),
  dates: Type.Array(
    Type.Object({
      day: DayText,
      platform: Type.String(),
      metric: Type.String(),
      value: nullable(Type.Number()),
      state: Type.Union([
        Type.Literal('present'),
        Type.Literal('stale'),
        Type.Literal('partial'),
        Type.Literal('missing'),
      ]),
    }),
  ),
  availability: Type.Object({
    coverage: Type.Number({
      description: 'percent of the cells (series and day) with an observation',
    }),
    cells: Type.Integer(),
    present: Type.Integer(),
    stale: Type.Integer(),
    missingCells: Type.Integer(),
    notListed: Type.Integer(),
    missing: Type.Array(
      Type.Object({
        trackId: nullable(Type.String()),
        title: Type.String(),
        platform: Type.String(),
        metric: Type.String(),
        state: Type.Union([Type.Literal('missing'), Type.Literal('not listed')]),
        from: DayText,
        to: DayText,
        days: Type.Integer(),
      }),
    ),
  }),
  notes: Type.Array(Type.String()),
});

const metricsQuery = Type.Object({
  artist: nameText(idsMax * 40, {
    description:
      'ids of artists, with commas: ours, of the catalogue, or of the service the figures came from',
  }),
  from: DayText,
  to: DayText,
  platforms: Type.Optional(lineText(400, { description: 'names with commas; none: all' })),
  country: Type.Optional(Type.String({ pattern: '^([A-Z]{2})?$' })),
  groupBy: Type.Optional(
    Type.Union([Type.Literal('track'), Type.Literal('platform'), Type.Literal('date')]),
  ),
});

export const getArtistMetrics = endpoint(
  'GET',
  '/api/v1/analytics/artist-metrics',
  {
    access: may('analytics.read'),
    summary: 'What artists come to on every platform in a period, by the kind of each figure',
  },
  { query: metricsQuery, reply: ArtistMetricsOut },
);

export const downloadArtistMetrics = endpoint(
  'GET',
  '/api/v1/analytics/artist-metrics/download',
  {
    access: may('analytics.read'),
    summary: 'The same as an Excel workbook, or as CSV with a record for every track and metric',
  },
  {
    query: Type.Object({
      ...metricsQuery.properties,
      format: Type.Optional(Type.Union([Type.Literal('xlsx'), Type.Literal('csv')])),
    }),
    reply: Type.Unsafe<string | Uint8Array | Blob>({
      description: 'an .xlsx workbook, or text/csv',
    }),
  },
);

const DimensionName = Type.Union([
  Type.Literal('artist'),
  Type.Literal('recording'),
  Type.Literal('genre'),
  Type.Literal('territory'),
  Type.Literal('source'),
  Type.Literal('platform'),
]);
const GrainName = Type.Union([
  Type.Literal('total'),
  Type.Literal('day'),
  Type.Literal('week'),
  Type.Literal('month'),
]);

export const PlanShape = Type.Object(
  {
    metric: nameText(40),
    dimensions: Type.Array(DimensionName, { maxItems: 2 }),
    filters: Type.Object({
      from: DayText,
      to: DayText,
      artist: Type.Optional(nameText(100, { description: 'an id' })),
      recording: Type.Optional(nameText(100, { description: 'an id' })),
      genre: Type.Optional(nameText(100)),
      territory: Type.Optional(Type.String({ pattern: '^[A-Z]{2}$' })),
      source: Type.Optional(nameText(20)),
      platform: Type.Optional(nameText(40)),
    }),
    grain: GrainName,
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000 })),
  },
  { description: 'a question in the words of GET /api/v1/analytics/metrics' },
);

export const RowShape = Type.Object({
  labels: Type.Array(nullable(Type.String()), { description: 'in the order of the dimensions' }),
  at: nullable(Type.String({ description: 'the day a bucket begins' })),
  value: Type.Number(),
  interval: nullable(Type.Object({ low: Type.Number(), high: Type.Number() })),
});

export const listMetrics = endpoint(
  'GET',
  '/api/v1/analytics/metrics',
  {
    access: may('analytics.read'),
    summary: 'What can be asked, by what it can be cut, and whether it adds up',
  },
  {
    reply: Type.Object({
      items: Type.Array(
        Type.Object({
          name: Type.String(),
          kind: Type.String(),
          unit: Type.String(),
          meaning: Type.String(),
          owner: Type.String(),
          dimensions: Type.Array(Type.String()),
          filters: Type.Array(Type.String()),
          grains: Type.Array(Type.String()),
        }),
      ),
    }),
  },
);

export const queryMetrics = endpoint(
  'POST',
  '/api/v1/analytics/query',
  { access: may('analytics.read'), summary: 'The rows of a plan, with where they come from' },
  {
    body: PlanShape,
    reply: Type.Object({
      plan: PlanShape,
      unit: Type.String(),
      rows: Type.Array(RowShape),
      provenance: Type.Array(Type.String()),
      notes: Type.Array(Type.String()),
    }),
  },
);

export const listMetricArtists = endpoint(
  'GET',
  '/api/v1/analytics/artists',
  {
    access: may('analytics.read'),
    summary: 'Artists that have figures, by name',
  },
  {
    query: Type.Object({ q: Type.Optional(lineText(200)) }),
    reply: Type.Object({
      items: Type.Array(
        Type.Object({
          id: idShape('artist with figures'),
          name: Type.String(),
          catalogId: nullable(Type.String()),
          series: Type.Integer(),
        }),
        { maxItems: artistsShownMax },
      ),
    }),
  },
);
