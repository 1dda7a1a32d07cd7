import { Type } from 'typebox';
import { nullable } from '#foundation/kernel/endpoint.ts';

export const identifyBytesMax = 16 * 1024 * 1024;
export const identifySecondsMax = 60;

const MatchShape = Type.Object({
  recordingId: Type.String(),
  title: Type.String(),
  artist: Type.String(),
  offsetMs: Type.Number({ description: 'where in the recording the sound begins' }),
  speed: Type.Number({ description: '1.04 is four per cent faster' }),
  pitchCents: Type.Number(),
  confidence: Type.Number({ minimum: 0, maximum: 1 }),
  seconds: Type.Number({ description: 'seconds of the sound that speak for it' }),
});
export const AnswerShape = Type.Object({
  match: nullable(MatchShape),
  sameAudio: Type.Array(MatchShape, {
    description: 'other entries of the catalogue that are the same audio, or an edit of it',
  }),
  alternatives: Type.Array(MatchShape),
  tookMs: Type.Number(),
});

/** The answer to sound (audio/*, up to 60 s) or to hashes (application/json, a HashedSound); people and devices may ask. */
export const identifyPath = '/api/v1/recognition/identify';
