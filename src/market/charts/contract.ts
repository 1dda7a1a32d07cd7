import { Type } from 'typebox';
import { anyone, DayText, endpoint, InstantOut, nullable } from '#foundation/kernel/endpoint.ts';
import { idShape } from '#foundation/kernel/ids.ts';

export const moversDaysMax = 365;
export const moversDaysDefault = 7;
const chartsMax = 500;

const Name = Type.String({ pattern: '^[a-z0-9][a-z0-9.-]{0,79}$' });
const chartParams = Type.Object({ source: Name, key: Name });
const moves = [
  Type.Literal('new'),
  Type.Literal('re'),
  Type.Literal('up'),
  Type.Literal('down'),
  Type.Literal('same'),
  Type.Literal('unknown'),
] as const;
const MoveShape = Type.Union([...moves], {
  description: '`unknown`: the issue before is missing, and the chart does not say',
});
const Provenance = Type.String({ description: 'api, scrape, import, counted, estimated or demo' });

export const ChartHead = Type.Object({
  source: Type.String(),
  key: Type.String(),
  name: Type.String(),
  territory: nullable(Type.String({ description: 'ISO 3166-1 alpha-2; null: not of one country' })),
  frequency: Type.Union([Type.Literal('daily'), Type.Literal('weekly')]),
  entity: Type.Union([Type.Literal('song'), Type.Literal('artist'), Type.Literal('album')]),
  provenance: Provenance,
});

export const EntryOut = Type.Object({
  rank: Type.Integer(),
  title: Type.String(),
  artist: Type.String(),
  subjectId: idShape('subject'),
  recordingId: nullable(idShape('recording')),
  move: MoveShape,
  lastRank: nullable(Type.Integer({ description: 'rank in the issue before' })),
  peak: Type.Integer({ description: 'best rank, this issue included' }),
  weeks: Type.Integer({ description: 'issues on the chart, this one included' }),
  streak: Type.Integer({ description: 'issues in a row' }),
  carried: Type.Boolean({
    description: 'peak and weeks hold history from before our issues, as the chart says it',
  }),
  metric: nullable(
    Type.Object(
      {
        name: Type.String(),
        value: Type.Integer(),
      },
      { description: 'as the chart publishes it; never an estimate' },
    ),
  ),
  url: nullable(Type.String()),
  flags: Type.Array(Type.String(), { description: 'contradictions within the source' }),
});

const IssueOut = Type.Object({
  chart: ChartHead,
  issueDay: DayText,
  previousDay: nullable(DayText),
  periodFrom: nullable(DayText),
  periodTo: nullable(DayText),
  complete: Type.Boolean(),
  entries: Type.Array(EntryOut),
  dropped: Type.Array(
    Type.Object({ title: Type.String(), artist: Type.String(), rank: Type.Integer() }),
    { description: 'on the issue before and not on this one' },
  ),
  provenance: Provenance,
  payloadId: nullable(idShape('payload')),
  receivedAt: InstantOut,
});

export const listCharts = endpoint(
  'GET',
  '/api/v1/charts',
  { access: anyone, summary: 'The charts we have, with how many issues and from when to when' },
  {
    query: Type.Object({ source: Type.Optional(Name) }),
    reply: Type.Object({
      items: Type.Array(
        Type.Object({
          ...ChartHead.properties,
          issues: Type.Integer(),
          firstDay: DayText,
          lastDay: DayText,
        }),
        { maxItems: chartsMax },
      ),
    }),
  },
);
export { chartsMax };

export const getIssue = endpoint(
  'GET',
  '/api/v1/charts/{source}/{key}',
  { access: anyone, summary: 'One issue of a chart: the latest, or that of a day' },
  {
    params: chartParams,
    query: Type.Object({ day: Type.Optional(DayText) }),
    reply: IssueOut,
  },
);

export const listIssues = endpoint(
  'GET',
  '/api/v1/charts/{source}/{key}/issues',
  { access: anyone, summary: 'The days of every issue we have of a chart' },
  {
    params: chartParams,
    reply: Type.Object({ days: Type.Array(DayText) }),
  },
);

export const downloadIssue = endpoint(
  'GET',
  '/api/v1/charts/{source}/{key}/download',
  { access: anyone, summary: 'One issue of a chart as CSV' },
  {
    params: chartParams,
    query: Type.Object({ day: Type.Optional(DayText) }),
    reply: Type.String({ description: 'text/csv, RFC 4180, UTF-8 with byte order mark' }),
  },
);

const MoverOut = Type.Object({
  title: Type.String(),
  artist: Type.String(),
  subjectId: idShape('subject'),
  rank: nullable(Type.Integer()),
  rankBefore: nullable(Type.Integer()),
  move: Type.Union([...moves, Type.Literal('out')]),
  places: nullable(Type.Integer()),
  velocity: nullable(Type.Number({ description: 'log2 of the rank before over the rank now' })),
});

export const getMovers = endpoint(
  'GET',
  '/api/v1/charts/{source}/{key}/movers',
  {
    access: anyone,
    summary: 'What moved between two published issues, with the days of both',
  },
  {
    params: chartParams,
    query: Type.Object({
      days: Type.Optional(
        Type.Integer({ minimum: 1, maximum: moversDaysMax, default: moversDaysDefault }),
      ),
    }),
    reply: Type.Object({
      chart: ChartHead,
      fromDay: DayText,
      toDay: DayText,
      movers: Type.Array(MoverOut),
    }),
  },
);

const TurntableTrack = Type.Object({
  rank: Type.Integer(),
  title: Type.String(),
  artist: Type.String(),
  estimated_streams: Type.Null({
    description: 'TurnTable publishes no streams, and a rank alone does not give any',
  }),
  last_position: nullable(Type.Integer()),
  weeks_on_chart: Type.Integer(),
});

export const getTurntable = endpoint(
  'GET',
  '/api/v1/charts/turntable',
  { access: anyone, summary: 'The Nigerian Top 100 by artist, as system 1 asks for it' },
  {
    reply: Type.Object({
      top_artists: Type.Array(
        Type.Object({
          artist_name: Type.String(),
          total_tracks: Type.Integer(),
          total_streams: Type.Null(),
          highest_rank: Type.Integer(),
          avg_rank: Type.Number(),
          estimated_revenue_usd: Type.Null(),
          tracks: Type.Array(TurntableTrack),
        }),
      ),
      full_chart: Type.Array(TurntableTrack),
      total_tracks: Type.Integer(),
      total_artists: Type.Integer(),
      last_updated: InstantOut,
      issue_day: DayText,
      provenance: Provenance,
      interval: Type.Null({ description: 'no figure here is an estimate' }),
      version: Type.String({ description: 'the issue and the body it was read from' }),
    }),
  },
);

export const downloadTurntable = endpoint(
  'GET',
  '/api/v1/charts/turntable/download',
  { access: anyone, summary: 'The Nigerian Top 100 as CSV: turntable_top100_YYYYMMDD.csv' },
  { reply: Type.String({ description: 'text/csv, RFC 4180, UTF-8 with byte order mark' }) },
);
