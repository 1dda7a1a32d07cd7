import { Type } from 'typebox';
import { endpoint, may, nullable } from '#foundation/kernel/endpoint.ts';
import { idShape } from '#foundation/kernel/ids.ts';
import { lineText } from '#foundation/kernel/text.ts';

const ClaimShape = Type.Object({
  title: Type.String(),
  artists: Type.Array(Type.String()),
  isrc: nullable(Type.String()),
  musicbrainzId: nullable(Type.String()),
  durationMs: nullable(Type.Number()),
  score: nullable(Type.Number()),
  offsetMs: nullable(Type.Number()),
});

export const askOutsideServices = endpoint(
  'POST',
  '/api/v1/recognition/outside',
  {
    access: may('catalog.edit'),
    summary:
      'Ask AcoustID or AudD what a recording or an unknown sound is: claims to be weighed, never a match of ours',
  },
  {
    body: Type.Union([
      Type.Object({ recordingId: idShape('recording') }),
      Type.Object({ unknownSoundId: Type.String({ pattern: '^[0-9a-f-]{36}$' }) }),
    ]),
    reply: Type.Object({
      answers: Type.Array(
        Type.Object({
          service: Type.String(),
          cached: Type.Boolean(),
          claims: Type.Array(ClaimShape),
        }),
      ),
      refusals: Type.Array(
        Type.Object({ code: Type.String(), detail: Type.Optional(Type.String()) }),
      ),
    }),
  },
);

export const outsideServices = endpoint(
  'GET',
  '/api/v1/recognition/outside',
  {
    access: may('catalog.edit'),
    summary: 'The outside services that are switched on, and what an answer of each costs',
  },
  {
    reply: Type.Object({
      items: Type.Array(
        Type.Object({
          service: Type.String(),
          hearsSound: Type.Boolean({
            description: 'it is sent sound; others are sent the fingerprint of a whole recording',
          }),
          priceMicros: Type.String({ description: 'millionths of the currency unit' }),
          currency: Type.String(),
        }),
      ),
    }),
  },
);

export const outsideCosts = endpoint(
  'GET',
  '/api/v1/recognition/outside/costs',
  { access: may('settings.read'), summary: 'What outside services were asked and what it cost' },
  {
    query: Type.Object({
      from: lineText(40),
      to: lineText(40),
    }),
    reply: Type.Object({
      items: Type.Array(
        Type.Object({
          service: Type.String(),
          currency: Type.String(),
          calls: Type.Integer(),
          costMicros: Type.String({ description: 'millionths of the currency unit' }),
        }),
      ),
    }),
  },
);
