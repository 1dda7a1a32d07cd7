import { Type } from 'typebox';
import { endpoint, InstantOut, Nothing, signedIn } from '#foundation/kernel/endpoint.ts';
import { idShape } from '#foundation/kernel/ids.ts';
import { nameText } from '#foundation/kernel/text.ts';

const AppPasswordBody = Type.Object({ name: nameText(100) }, { additionalProperties: false });

export const listAppPasswords = endpoint(
  'GET',
  '/api/v1/me/app-passwords',
  {
    access: signedIn,
    summary: 'My passwords for players; the passwords themselves are not shown again',
  },
  {
    reply: Type.Object({
      items: Type.Array(
        Type.Object({
          id: idShape('appPassword'),
          name: Type.String(),
          createdAt: InstantOut,
          lastUsedAt: Type.Union([InstantOut, Type.Null()]),
        }),
      ),
    }),
  },
);

export const makeAppPassword = endpoint(
  'POST',
  '/api/v1/me/app-passwords',
  {
    access: signedIn,
    status: 201,
    summary: 'Make a password for a player of OpenSubsonic; it is shown this once',
  },
  {
    body: AppPasswordBody,
    reply: Type.Object({
      id: idShape('appPassword'),
      username: Type.String(),
      password: Type.String(),
    }),
  },
);

export const revokeAppPassword = endpoint(
  'DELETE',
  '/api/v1/me/app-passwords/{id}',
  { access: signedIn, status: 204, summary: 'Revoke a password of a player' },
  { params: Type.Object({ id: idShape('appPassword') }), reply: Nothing },
);
