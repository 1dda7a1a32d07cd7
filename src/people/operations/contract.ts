import { Type } from 'typebox';
import {
  anyone,
  endpoint,
  InstantOut,
  may,
  Nothing,
  nullable,
  pageByIdQuery,
  pageOf,
} from '#foundation/kernel/endpoint.ts';
import { idShape } from '#foundation/kernel/ids.ts';

// What an operator sees: long work, and how the machine feels.

export const readInstallation = endpoint(
  'GET',
  '/api/v1/installation',
  { access: anyone, summary: 'What this installation is: a demo or not, and its version' },
  { reply: Type.Object({ demo: Type.Boolean(), version: Type.String() }) },
);

export const JobShape = Type.Object({
  id: idShape('job'),
  task: Type.String(),
  status: Type.Enum(['waiting', 'running', 'done', 'failed', 'cancelled']),
  done: Type.Integer(),
  total: nullable(Type.Integer()),
  note: nullable(Type.String()),
  error: nullable(Type.String()),
  result: Type.Unknown(),
  attempts: Type.Integer(),
  createdAt: InstantOut,
  startedAt: nullable(InstantOut),
  endedAt: nullable(InstantOut),
});

export const listJobs = endpoint(
  'GET',
  '/api/v1/jobs',
  {
    access: may('jobs.read'),
    summary: 'Long work, newest first; failed is dead until somebody retries it',
  },
  {
    query: Type.Object({
      ...pageByIdQuery,
      status: Type.Optional(Type.String({ pattern: '^[a-z]{1,20}$' })),
    }),
    reply: pageOf(JobShape),
  },
);

export const getJob = endpoint(
  'GET',
  '/api/v1/jobs/{id}',
  { access: may('jobs.read'), summary: 'One piece of long work with its progress' },
  { params: Type.Object({ id: idShape('job') }), reply: JobShape },
);

export const cancelJob = endpoint(
  'POST',
  '/api/v1/jobs/{id}/cancel',
  { access: may('jobs.write'), summary: 'Stop a job at its next safe point' },
  { params: Type.Object({ id: idShape('job') }), reply: Nothing },
);

export const retryJob = endpoint(
  'POST',
  '/api/v1/jobs/{id}/retry',
  { access: may('jobs.write'), summary: 'Try a dead or cancelled job again' },
  { params: Type.Object({ id: idShape('job') }), reply: Nothing },
);

export const readHealth = endpoint(
  'GET',
  '/api/v1/health',
  { access: may('settings.read'), summary: 'How the machine feels: database, work, disk, memory' },
  {
    reply: Type.Object({
      version: Type.String(),
      node: Type.String(),
      upSeconds: Type.Integer(),
      database: Type.Object({
        version: Type.String(),
        sizeBytes: Type.Integer(),
        connections: Type.Integer(),
      }),
      jobs: Type.Object({
        waiting: Type.Integer(),
        running: Type.Integer(),
        failed: Type.Integer(),
      }),
      outbox: Type.Object({ waiting: Type.Integer(), oldestSeconds: nullable(Type.Integer()) }),
      diskFreeBytes: Type.Integer(),
      memoryBytes: Type.Integer(),
    }),
  },
);

export const listSettings = endpoint(
  'GET',
  '/api/v1/settings',
  {
    access: may('settings.read'),
    summary: 'Every setting with its meaning, value, source and default; secrets are masked',
  },
  {
    reply: Type.Object({
      items: Type.Array(
        Type.Object({
          env: Type.String(),
          value: Type.String(),
          source: Type.String(),
          fallback: Type.String(),
          meaning: Type.String(),
        }),
      ),
    }),
  },
);
