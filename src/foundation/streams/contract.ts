import { Type } from 'typebox';

/** Why a stream cannot be had, or ended. */
export const troubleCodes = [
  'not-http',
  'redirects',
  'no-http',
  'no-answer',
  'refused',
  'reset',
  'no-way',
  'unknown-name',
  'no-address',
  'inside',
  'status',
  'no-beginning',
  'page',
  'no-stream',
  'large-playlist',
  'no-playlist',
  'empty-playlist',
  'soundless-playlist',
  'unreadable-streams',
  'many-segments',
  'wrong-ranges',
  'sample-aes',
  'encrypted',
  'too-large',
  'short-file',
  'no-segments',
  'nothing-new',
  'nothing-arrives',
  'no-sound',
  'unreadable',
  'soundless',
  'recording',
  'ended',
  'other',
] as const;

export const TroubleShape = Type.Object({
  code: Type.Enum([...troubleCodes]),
  params: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number()])),
});
