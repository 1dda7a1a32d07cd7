import { Type } from 'typebox';
import { endpoint, signedIn } from '#foundation/kernel/endpoint.ts';
import { idShape } from '#foundation/kernel/ids.ts';
import { lineText } from '#foundation/kernel/text.ts';

/** A library of Mixxx with a hundred thousand tracks. */
export const historyBytesMax = 64 * 1024 * 1024;

/** The body is the file itself, application/octet-stream. */
export const importHistory = endpoint(
  'POST',
  '/api/v1/plays/history',
  {
    access: signedIn,
    summary:
      'Import the history file of a DJ program (Mixxx, Traktor, Serato, rekordbox, VirtualDJ) as plays of a deck; the body is the file',
    bodyMaxBytes: historyBytesMax,
  },
  {
    query: Type.Object({
      deviceId: idShape('device'),
      name: lineText(255, { description: 'name of the file' }),
      timeZone: Type.Optional(
        lineText(64, {
          description: 'IANA zone of the clock on the wall, for programs that note no zone',
        }),
      ),
      startedAt: Type.Optional(
        lineText(40, {
          description: 'when the set began, for files that have an order and no times',
        }),
      ),
    }),
    reply: Type.Object({
      kind: Type.String(),
      counted: Type.Integer(),
      duplicates: Type.Integer(),
      unmatched: Type.Integer(),
      refused: Type.Integer(),
      refusals: Type.Array(
        Type.Object({ where: Type.String(), code: Type.String(), message: Type.String() }),
        { description: 'the first thousand' },
      ),
    }),
  },
);
