import { Type, type Static } from 'typebox';
import {
  endpoint,
  InstantOut,
  may,
  nullable,
  pageOf,
  pageQuery,
  signedIn,
} from '#foundation/kernel/endpoint.ts';
import { idShape } from '#foundation/kernel/ids.ts';

export const FindingOut = Type.Object({
  recordingId: idShape('recording'),
  title: Type.String(),
  artist: Type.String(),
  otherId: idShape('recording'),
  otherTitle: Type.String(),
  otherArtist: Type.String(),
  kind: Type.Enum(['same', 'edit', 'respeed', 'mix', 'sample'], {
    description:
      'what the later one is of the earlier: the whole of it as it was; most of it, cut or put together anew; at another speed or pitch; a long part of it by itself, as in a mix; a short part, or one under something else',
  }),
  speed: Type.Number({ description: 'pace against the earlier: 1.06 is 6 % faster' }),
  pitchCents: Type.Number(),
  confidence: Type.Number({ minimum: 0, maximum: 1 }),
  part: Type.Number({ description: 'part of the later one that is shared' }),
  otherPart: Type.Number({ description: 'part of the earlier one that is shared' }),
  lengthMs: Type.Integer(),
  otherLengthMs: Type.Integer(),
  stretches: Type.Array(
    Type.Object({
      fromMs: Type.Integer(),
      toMs: Type.Integer(),
      otherFromMs: Type.Integer(),
      otherToMs: Type.Integer(),
    }),
    { description: 'where in both' },
  ),
  toReview: Type.Boolean(),
  foundAt: InstantOut,
  decision: nullable(Type.Enum(['merged', 'confirmed', 'rejected'])),
  decidedAt: nullable(InstantOut),
});
export type FindingOut = Static<typeof FindingOut>;

export const listFindings = endpoint(
  'GET',
  '/api/v1/recognition/findings',
  {
    access: may('catalog.edit'),
    summary: 'Uploads that sound like what was there before, newest first',
  },
  {
    query: Type.Object({
      ...pageQuery,
      waiting: Type.Optional(
        Type.Boolean({ description: 'only those a person has to decide about' }),
      ),
      recordingId: Type.Optional(idShape('recording')),
    }),
    reply: pageOf(FindingOut),
  },
);

export const listOwnFindings = endpoint(
  'GET',
  '/api/v1/recognition/my-findings',
  {
    access: signedIn,
    summary:
      'What your own uploads share with what was there before; what others upload later is not told here',
  },
  { query: Type.Object(pageQuery), reply: pageOf(FindingOut) },
);

export const listImportFindings = endpoint(
  'GET',
  '/api/v1/recognition/imports/{id}/findings',
  {
    access: may('media.import'),
    summary: 'What the recordings an import brought share with what was there before',
  },
  {
    params: Type.Object({ id: idShape('import') }),
    query: Type.Object(pageQuery),
    reply: Type.Object({
      ...pageOf(FindingOut).properties,
      recordings: Type.Integer({ description: 'recordings the import brought' }),
      compared: Type.Integer({ description: 'of them, compared with everything there is' }),
      unreadable: Type.Integer({ description: 'of them, without sound that can be compared' }),
    }),
  },
);

export const decideFinding = endpoint(
  'POST',
  '/api/v1/recognition/findings/{recordingId}/{otherId}/decision',
  {
    access: may('catalog.edit'),
    summary: 'Decide about a finding: it is not asked again',
  },
  {
    params: Type.Object({ recordingId: idShape('recording'), otherId: idShape('recording') }),
    body: Type.Object(
      {
        decision: Type.Enum(['merged', 'confirmed', 'rejected'], {
          description:
            'merged: the same recording, the later one is merged into the earlier; confirmed: true, and another recording all the same; rejected: not so',
        }),
      },
      { additionalProperties: false },
    ),
    reply: Type.Object({ decision: Type.Enum(['merged', 'confirmed', 'rejected']) }),
  },
);
