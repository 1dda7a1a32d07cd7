import { Type } from 'typebox';
import { anyone, endpoint, InstantOut, may, nullable } from '#foundation/kernel/endpoint.ts';
import { nameText, proseText } from '#foundation/kernel/text.ts';

const Figure = Type.Object({ p10: Type.Number(), p50: Type.Number(), p90: Type.Number() });
const Intervals = nullable(
  Type.Object(
    {
      total_revenue_usd: Figure,
      gdp_contribution_usd: Figure,
      jobs_supported: Figure,
      export_value_usd: Figure,
    },
    { description: '10th, 50th and 90th percentile of 10,000 seeded draws of the assumptions' },
  ),
);
const PresetName = Type.Union([Type.Literal('ngoma-2026'), Type.Literal('nmas-1.0')]);
const presetQuery = Type.Object({ preset: Type.Optional(PresetName) });
const Provenance = Type.Array(Type.String(), {
  description: 'where the streams come from; the money is estimated',
});
const NoteList = Type.Array(Type.String());

export const getKpis = endpoint(
  'GET',
  '/api/kpis',
  {
    access: anyone,
    summary: 'Streams of the last full month, and what they mean for the country (system 1)',
  },
  {
    query: presetQuery,
    reply: Type.Object({
      total_streams: nullable(Type.Number()),
      total_revenue_usd: nullable(Type.Number()),
      gdp_contribution_usd: nullable(Type.Number()),
      jobs_supported: nullable(Type.Integer()),
      export_value_usd: nullable(Type.Number()),
      top_platform: nullable(Type.String()),
      last_updated: InstantOut,
      period: nullable(Type.String({ description: 'the month, YYYY-MM' })),
      provenance: Provenance,
      interval: Intervals,
      version: Type.String({ description: 'the preset and the hash of its assumptions' }),
      notes: NoteList,
    }),
  },
);

const Series = Type.Array(Type.Object({ date: Type.String(), value: Type.Number() }));

export const getTrends = endpoint(
  'GET',
  '/api/trends',
  { access: anyone, summary: 'Streams and estimated revenue by month (system 1)' },
  {
    query: Type.Object({
      ...presetQuery.properties,
      platform: Type.Optional(Type.String({ pattern: '^[a-z0-9-]{1,40}$' })),
    }),
    reply: Type.Object({
      revenue_over_time: Series,
      streams_over_time: Series,
      platform: Type.String(),
      provenance: Provenance,
      interval: Type.Object(
        {
          low: Series,
          high: Series,
        },
        { description: 'revenue with every assumption low, and high' },
      ),
      version: Type.String(),
    }),
  },
);

export const getPlatformShare = endpoint(
  'GET',
  '/api/platform-share',
  { access: anyone, summary: 'Streams of the last full month by platform (system 1)' },
  {
    reply: Type.Object({
      platforms: Type.Array(
        Type.Object({ name: Type.String(), percentage: Type.Number(), streams: Type.Number() }),
      ),
      period: nullable(Type.String()),
      provenance: Provenance,
      interval: Type.Null({ description: 'streams are measured, not estimated' }),
      version: Type.String(),
      notes: NoteList,
    }),
  },
);

const AssumptionOut = Type.Object({
  key: Type.String(),
  label: Type.String(),
  unit: Type.String(),
  low: Type.Number(),
  central: Type.Number(),
  high: Type.Number(),
  territory: nullable(Type.String()),
  period: Type.String(),
  source: Type.String(),
  confidence: Type.String(),
  version: Type.Integer(),
});
const ImpactOut = Type.Object({
  streams: Type.Number(),
  grossUsd: Type.Number(),
  retainedUsd: Type.Number(),
  directUsd: Type.Number(),
  indirectUsd: Type.Number(),
  inducedUsd: Type.Number(),
  gdpUsd: Type.Number(),
  jobs: Type.Number(),
  exportsUsd: Type.Number(),
  taxUsd: Type.Number(),
});
const Bars = Type.Array(
  Type.Object({
    key: Type.String(),
    label: Type.String(),
    low: Type.Number(),
    high: Type.Number(),
  }),
);

export const getEconomy = endpoint(
  'GET',
  '/api/v1/economy/impact',
  {
    access: anyone,
    summary: 'The whole chain from streams to jobs with scenarios, draws and a tornado',
  },
  {
    query: presetQuery,
    reply: Type.Object({
      preset: PresetName,
      version: Type.String(),
      period: nullable(Type.String()),
      assumptions: Type.Array(AssumptionOut),
      scenarios: nullable(Type.Object({ low: ImpactOut, central: ImpactOut, high: ImpactOut })),
      uncertainty: nullable(
        Type.Object({
          grossUsd: Figure,
          gdpUsd: Figure,
          jobs: Figure,
          exportsUsd: Figure,
          taxUsd: Figure,
        }),
      ),
      tornado: Bars,
      streams: Type.Array(Type.Object({ platform: Type.String(), streams: Type.Number() })),
      provenance: Provenance,
      notes: NoteList,
    }),
  },
);

const Change = {
  low: Type.Number({ minimum: 0 }),
  central: Type.Number({ minimum: 0 }),
  high: Type.Number({ minimum: 0 }),
};
const keyParams = Type.Object({ key: Type.String({ pattern: '^[a-z0-9.-]{1,80}$' }) });

export const previewAssumption = endpoint(
  'POST',
  '/api/v1/economy/assumptions/{key}/preview',
  {
    access: may('economy.edit'),
    summary: 'What the figures would be with another value; nothing is kept',
  },
  {
    params: keyParams,
    body: Type.Object(Change, { additionalProperties: false }),
    reply: Type.Object({
      before: nullable(ImpactOut),
      after: nullable(ImpactOut),
      version: Type.String(),
    }),
  },
);

export const putAssumption = endpoint(
  'PUT',
  '/api/v1/economy/assumptions/{key}',
  {
    access: may('economy.edit'),
    summary: 'Change an assumption; the value before is kept as history',
  },
  {
    params: keyParams,
    body: Type.Object(
      {
        ...Change,
        source: nameText(500, { minLength: 3 }),
        confidence: Type.Union([
          Type.Literal('high'),
          Type.Literal('medium'),
          Type.Literal('low'),
          Type.Literal('uncited'),
        ]),
        reason: proseText(500, { minLength: 3 }),
      },
      { additionalProperties: false },
    ),
    reply: Type.Object({ version: Type.String() }),
  },
);

export const getAssumptionHistory = endpoint(
  'GET',
  '/api/v1/economy/assumptions/{key}/history',
  { access: anyone, summary: 'Every value an assumption had, newest first' },
  {
    params: keyParams,
    reply: Type.Object({
      items: Type.Array(
        Type.Object({
          version: Type.Integer(),
          low: Type.Number(),
          central: Type.Number(),
          high: Type.Number(),
          source: Type.String(),
          confidence: Type.String(),
          reason: Type.String(),
          setAt: InstantOut,
        }),
      ),
    }),
  },
);
