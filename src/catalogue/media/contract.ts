import { Type, type Static } from 'typebox';
import {
  endpoint,
  InstantOut,
  may,
  nullable,
  pageOf,
  pageByIdQuery,
  pageQuery,
} from '#foundation/kernel/endpoint.ts';
import { idShape } from '#foundation/kernel/ids.ts';
import { nameText } from '#foundation/kernel/text.ts';

export const ImportOut = Type.Object({
  id: Type.String(),
  folder: Type.String(),
  jobId: nullable(Type.String()),
  status: Type.Enum(['running', 'done', 'failed', 'cancelled']),
  startedAt: InstantOut,
  endedAt: nullable(InstantOut),
  seen: Type.Integer({ description: 'files looked at' }),
  added: Type.Integer(),
  updated: Type.Integer({ description: 'known files that had changed' }),
  unchanged: Type.Integer(),
  skipped: Type.Integer({ description: 'not imported; each with its reason in the list' }),
  missing: Type.Integer({ description: 'known files that have vanished; nothing is deleted' }),
  problem: nullable(Type.String()),
});
export type ImportOut = Static<typeof ImportOut>;

export const SkippedOut = Type.Object({
  path: Type.String(),
  reason: Type.String(),
  detail: Type.String(),
});
export type SkippedOut = Static<typeof SkippedOut>;

export const startImport = endpoint(
  'POST',
  '/api/v1/media/imports',
  {
    access: may('media.import'),
    summary: 'Import a folder of music that the server can read',
    status: 202,
  },
  {
    body: Type.Object({ folder: nameText(4_096) }, { additionalProperties: false }),
    reply: Type.Object({ id: Type.String(), jobId: Type.String() }),
  },
);

export const listImports = endpoint(
  'GET',
  '/api/v1/media/imports',
  { access: may('media.import'), summary: 'Imports, newest first' },
  { query: Type.Object(pageByIdQuery), reply: pageOf(ImportOut) },
);

export const getImport = endpoint(
  'GET',
  '/api/v1/media/imports/{id}',
  {
    access: may('media.import'),
    summary: 'What an import did, and a page of what it skipped and why',
  },
  {
    params: Type.Object({ id: idShape('import') }),
    query: Type.Object(pageQuery),
    reply: Type.Object({
      ...ImportOut.properties,
      skippedFiles: pageOf(SkippedOut),
    }),
  },
);

export const getWaveform = endpoint(
  'GET',
  '/api/v1/recordings/{id}/waveform',
  {
    access: { kind: 'public' },
    summary: 'The shape of the sound and how loud it is, once analysed',
  },
  {
    params: Type.Object({ id: idShape('recording') }),
    reply: Type.Object({
      peaks: Type.Array(Type.Integer({ minimum: 0, maximum: 255 }), {
        description: 'empty where there is no sound, or it is not analysed yet',
      }),
      loudnessLufs: nullable(Type.Number()),
      peakDbtp: nullable(Type.Number()),
      durationMs: nullable(Type.Integer()),
    }),
  },
);
