import { Type, type Static } from 'typebox';
import {
  anyone,
  DayText,
  endpoint,
  InstantOut,
  may,
  Nothing,
  nullable,
  pageByIdQuery,
  pageOf,
} from '#foundation/kernel/endpoint.ts';
import { idShape } from '#foundation/kernel/ids.ts';
import { lineText, nameText } from '#foundation/kernel/text.ts';
import { ArtistMetricsOut } from '#market/analytics/contract.ts';

export const shareDaysMax = 90;

const Period = Type.Union(
  [
    Type.Object({ from: DayText, to: DayText }),
    Type.Object({
      named: Type.Union([
        Type.Literal('last week'),
        Type.Literal('last month'),
        Type.Literal('last 90 days'),
        Type.Literal('last 12 months'),
      ]),
    }),
  ],
  { description: 'two days, or a name that is read anew each time it is asked' },
);

const Filters = Type.Object({
  artist: nameText(800, { description: 'ids of artists, with commas' }),
  period: Period,
  platforms: Type.Optional(lineText(400, { description: 'names with commas; none: all' })),
  country: Type.Optional(Type.String({ pattern: '^([A-Z]{2})?$' })),
});
export type KeptFilters = Static<typeof Filters>;

const Every = Type.Union([Type.Literal('week'), Type.Literal('month')]);
const QueryId = idShape('query');
const queryParams = Type.Object({ queryId: QueryId });

const QueryOut = Type.Object({
  queryId: QueryId,
  name: Type.String(),
  filters: Filters,
  every: nullable(Every),
  nextAt: nullable(InstantOut),
  createdAt: InstantOut,
  shares: Type.Array(
    Type.Object({ shareId: idShape('share'), createdAt: InstantOut, expiresAt: InstantOut }),
  ),
});
export type QueryOutput = Static<typeof QueryOut>;

export const keepQuery = endpoint(
  'POST',
  '/api/v1/analytics/queries',
  { access: may('analytics.read'), summary: 'Keep a question by a name', status: 201 },
  {
    body: Type.Object({ name: nameText(120), filters: Filters }),
    reply: Type.Object({ queryId: QueryId }),
  },
);

export const listQueries = endpoint(
  'GET',
  '/api/v1/analytics/queries',
  { access: may('analytics.read'), summary: 'Your kept questions, the latest first' },
  { query: Type.Object(pageByIdQuery), reply: pageOf(QueryOut) },
);

export const dropQuery = endpoint(
  'DELETE',
  '/api/v1/analytics/queries/{queryId}',
  {
    access: may('analytics.read'),
    summary: 'Forget a kept question with its links; reports that were made stay',
    status: 204,
  },
  { params: queryParams, reply: Nothing },
);

export const scheduleQuery = endpoint(
  'PUT',
  '/api/v1/analytics/queries/{queryId}/schedule',
  { access: may('analytics.read'), summary: 'Make a report of it every week or month, or no more' },
  {
    params: queryParams,
    body: Type.Object({ every: nullable(Every) }),
    reply: Type.Object({ every: nullable(Every), nextAt: nullable(InstantOut) }),
  },
);

export const shareQuery = endpoint(
  'POST',
  '/api/v1/analytics/queries/{queryId}/shares',
  {
    access: may('analytics.read'),
    summary: 'A link that shows its answer to whoever has it, for some days',
    status: 201,
  },
  {
    params: queryParams,
    body: Type.Object({ days: Type.Integer({ minimum: 1, maximum: shareDaysMax }) }),
    reply: Type.Object({
      shareId: idShape('share'),
      secret: Type.String({
        description: 'shown once; the link is /app/shared/{secret}',
      }),
      expiresAt: InstantOut,
    }),
  },
);

export const dropShare = endpoint(
  'DELETE',
  '/api/v1/analytics/shares/{shareId}',
  { access: may('analytics.read'), summary: 'End a link now', status: 204 },
  { params: Type.Object({ shareId: idShape('share') }), reply: Nothing },
);

export const readShared = endpoint(
  'GET',
  '/api/v1/analytics/shared/{secret}',
  { access: anyone, summary: 'What a link shows' },
  {
    params: Type.Object({ secret: Type.String({ pattern: '^[A-Za-z0-9_-]{43}$' }) }),
    reply: Type.Object({ name: Type.String(), expiresAt: InstantOut, metrics: ArtistMetricsOut }),
  },
);

const File = Type.Unsafe<string | Uint8Array | Blob>({ description: 'a file' });

export const exportQuery = endpoint(
  'GET',
  '/api/v1/analytics/export/{queryId}.xlsx',
  { access: may('analytics.read'), summary: 'The answer of a kept question as an Excel workbook' },
  { params: queryParams, reply: File },
);

export const exportQueryCsv = endpoint(
  'GET',
  '/api/v1/analytics/export/{queryId}.csv',
  { access: may('analytics.read'), summary: 'The answer of a kept question as CSV' },
  { params: queryParams, reply: File },
);

const ReportOut = Type.Object({
  reportId: idShape('report'),
  name: Type.String(),
  from: DayText,
  to: DayText,
  madeAt: InstantOut,
  problem: nullable(Type.String({ description: 'why there is no file' })),
  isRead: Type.Boolean(),
});
export type ReportOutput = Static<typeof ReportOut>;

export const listReports = endpoint(
  'GET',
  '/api/v1/analytics/reports',
  { access: may('analytics.read'), summary: 'Reports made for you, the latest first' },
  { query: Type.Object(pageByIdQuery), reply: pageOf(ReportOut) },
);

export const getReport = endpoint(
  'GET',
  '/api/v1/analytics/reports/{reportId}.xlsx',
  { access: may('analytics.read'), summary: 'One of them, as it was made' },
  { params: Type.Object({ reportId: idShape('report') }), reply: File },
);
