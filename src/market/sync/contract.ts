import { Type, type Static } from 'typebox';
import {
  DayText,
  endpoint,
  InstantOut,
  may,
  nullable,
  pageByIdQuery,
  pageOf,
} from '#foundation/kernel/endpoint.ts';
import { idShape } from '#foundation/kernel/ids.ts';
import { lineText, nameText } from '#foundation/kernel/text.ts';

const Filters = Type.Object({
  artist: nameText(800, { description: 'ids of artists, with commas' }),
  from: DayText,
  to: DayText,
  platforms: Type.Optional(
    lineText(400, { description: 'names with commas; none: those with figures already' }),
  ),
  country: Type.Optional(
    Type.String({
      pattern: '^([A-Z]{2})?$',
      description: 'taken as the question has it; figures come for the world and its countries',
    }),
  ),
  groupBy: Type.Optional(
    Type.Union([Type.Literal('track'), Type.Literal('platform'), Type.Literal('date')]),
  ),
});

const TaskId = idShape('sync');

const SyncOut = Type.Object({
  taskId: TaskId,
  status: Type.Union(
    [
      Type.Literal('running'),
      Type.Literal('paused'),
      Type.Literal('done'),
      Type.Literal('partial'),
      Type.Literal('failed'),
      Type.Literal('cancelled'),
    ],
    {
      description:
        'paused: the service said stop, it goes on by itself; partial: some calls failed for good',
    },
  ),
  cells: Type.Integer({ description: 'days of single figures that were missing' }),
  calls: Type.Integer(),
  callsDone: Type.Integer(),
  callsEmpty: Type.Integer({ description: 'of them, those the service has nothing for' }),
  callsFailed: Type.Integer(),
  estimatedSeconds: Type.Integer({ description: 'for what is left' }),
  problem: nullable(Type.String()),
  restingUntil: nullable(InstantOut),
  createdAt: InstantOut,
  filters: Filters,
});
export type SyncOutput = Static<typeof SyncOut>;

export const startSync = endpoint(
  'POST',
  '/api/v1/analytics/sync',
  {
    access: may('analytics.sync'),
    summary: 'Ask Soundcharts for the figures that a question misses, behind the request',
    status: 202,
  },
  {
    body: Filters,
    reply: Type.Object({
      taskId: TaskId,
      cells: Type.Integer(),
      calls: Type.Integer(),
      estimatedSeconds: Type.Integer(),
    }),
  },
);

export const listSyncs = endpoint(
  'GET',
  '/api/v1/analytics/sync',
  { access: may('analytics.sync'), summary: 'What you asked to be filled, the latest first' },
  { query: Type.Object(pageByIdQuery), reply: pageOf(SyncOut) },
);

export const getSync = endpoint(
  'GET',
  '/api/v1/analytics/sync/{taskId}',
  { access: may('analytics.sync'), summary: 'Where one of them stands' },
  { params: Type.Object({ taskId: TaskId }), reply: SyncOut },
);

export const cancelSync = endpoint(
  'DELETE',
  '/api/v1/analytics/sync/{taskId}',
  {
    access: may('analytics.sync'),
    summary: 'Stop asking; what has come stays, and calls that others wait for go on',
  },
  { params: Type.Object({ taskId: TaskId }), reply: SyncOut },
);
