import { Type } from 'typebox';
import {
  endpoint,
  InstantOut,
  may,
  nullable,
  pageByIdQuery,
  pageOf,
} from '#foundation/kernel/endpoint.ts';
import { idShape } from '#foundation/kernel/ids.ts';

const SourceName = Type.String({ pattern: '^[a-z0-9-]{1,40}$' });
const Status = Type.Union([
  Type.Literal('running'),
  Type.Literal('success'),
  Type.Literal('partial'),
  Type.Literal('failed'),
  Type.Literal('cancelled'),
]);
const RunOut = Type.Object({
  id: idShape('harvestRun'),
  source: Type.String(),
  startedAt: InstantOut,
  endedAt: nullable(InstantOut),
  status: Status,
  tier: nullable(Type.String({ description: 'api or page: which of the source answered' })),
  requests: Type.Integer(),
  entries: Type.Integer(),
  problem: nullable(Type.String()),
});

/** System 1's way in: run these sources now, and say what came of it. */
export const runHarvest = endpoint(
  'POST',
  '/api/v1/harvest/run',
  {
    access: may('harvest.run'),
    summary: 'Collect from sources now (system 1); they must be switched on',
  },
  {
    body: Type.Object(
      {
        platforms: Type.Array(SourceName, {
          minItems: 1,
          maxItems: 50,
          description: 'names of sources, or all',
        }),
        limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
      },
      { additionalProperties: false },
    ),
    reply: Type.Object({
      status: Type.Union([
        Type.Literal('success'),
        Type.Literal('partial'),
        Type.Literal('failed'),
      ]),
      platforms_updated: Type.Array(Type.String()),
      tracks_collected: Type.Integer(),
      timestamp: InstantOut,
      runs: Type.Array(
        Type.Object({
          id: idShape('harvestRun'),
          source: Type.String(),
          status: Status,
          entries: Type.Integer(),
          problem: nullable(Type.String()),
        }),
      ),
    }),
  },
);

export const listSources = endpoint(
  'GET',
  '/api/v1/harvest/sources',
  {
    access: may('harvest.read'),
    summary: 'Sources: whether they are on, what they need, how the last run ended',
  },
  {
    reply: Type.Object({
      items: Type.Array(
        Type.Object({
          name: Type.String(),
          title: Type.String(),
          isOn: Type.Boolean(),
          isVerified: Type.Boolean({
            description: 'a body of the real service was recorded and is read in the tests',
          }),
          needsKey: Type.Boolean(),
          hasKey: Type.Boolean(),
          baseUrl: Type.String(),
          quotaPerDay: nullable(Type.Integer()),
          quotaUsed: Type.Integer(),
          restingUntil: nullable(InstantOut),
          lastGoodAt: nullable(InstantOut),
          lastRun: nullable(RunOut),
        }),
      ),
    }),
  },
);

export const switchSource = endpoint(
  'PUT',
  '/api/v1/harvest/sources/{name}',
  { access: may('harvest.run'), summary: 'Switch a source on or off; nothing is fetched before' },
  {
    params: Type.Object({ name: SourceName }),
    body: Type.Object({ isOn: Type.Boolean() }, { additionalProperties: false }),
    reply: Type.Object({ name: Type.String(), isOn: Type.Boolean() }),
  },
);

export const listHarvestRuns = endpoint(
  'GET',
  '/api/v1/harvest/runs',
  { access: may('harvest.read'), summary: 'Runs, newest first' },
  {
    query: Type.Object({ ...pageByIdQuery, source: Type.Optional(SourceName) }),
    reply: pageOf(RunOut),
  },
);

export const listPayloads = endpoint(
  'GET',
  '/api/v1/harvest/runs/{id}/payloads',
  { access: may('harvest.read'), summary: 'The bodies a run was made of' },
  {
    params: Type.Object({ id: idShape('harvestRun') }),
    reply: Type.Object({
      items: Type.Array(
        Type.Object({
          id: idShape('payload'),
          request: Type.String(),
          status: Type.Integer(),
          contentType: nullable(Type.String()),
          bodyBytes: Type.Integer(),
          sha256: Type.String(),
          fetchedAt: InstantOut,
          problem: nullable(Type.String()),
        }),
      ),
    }),
  },
);

export const getPayload = endpoint(
  'GET',
  '/api/v1/harvest/payloads/{id}',
  { access: may('harvest.read'), summary: 'One body as it came, as a download' },
  {
    params: Type.Object({ id: idShape('payload') }),
    reply: Type.String({ description: 'the bytes of the body' }),
  },
);
