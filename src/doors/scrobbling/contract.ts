import { Type } from 'typebox';
import { endpoint, InstantOut, Nothing, nullable, signedIn } from '#foundation/kernel/endpoint.ts';
import { idShape } from '#foundation/kernel/ids.ts';
import { lineText, nameText } from '#foundation/kernel/text.ts';

export const tokensPerListenerMax = 50;
export const tokenNameCharsMax = 120;

export const TokenShape = Type.Object({
  id: idShape('scrobbleToken'),
  name: Type.String(),
  hint: Type.String({ description: 'its first characters, by which its owner knows it again' }),
  createdAt: InstantOut,
  lastUsedAt: nullable(InstantOut),
});

export const makeToken = endpoint(
  'POST',
  '/api/v1/scrobbling/tokens',
  { access: signedIn, summary: 'Make a scrobble token; it is shown once', status: 201 },
  {
    body: Type.Object({
      name: nameText(tokenNameCharsMax),
      userName: Type.Optional(
        Type.String({
          pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]{1,39}$',
          description:
            'the name that programs send as the user; kept for the account, changed by sending another',
        }),
      ),
    }),
    reply: Type.Object({
      ...TokenShape.properties,
      userName: Type.String(),
      token: Type.String({
        description: 'user token of ListenBrainz, password of Last.fm and AudioScrobbler 1.2',
      }),
      apiKey: Type.String({ description: 'api_key for programs that sign Last.fm requests' }),
      sharedSecret: Type.String({ description: 'what they sign with' }),
    }),
  },
);

export const listTokens = endpoint(
  'GET',
  '/api/v1/scrobbling/tokens',
  { access: signedIn, summary: 'My scrobble tokens and the name programs use' },
  { reply: Type.Object({ userName: nullable(Type.String()), items: Type.Array(TokenShape) }) },
);

export const revokeToken = endpoint(
  'DELETE',
  '/api/v1/scrobbling/tokens/{id}',
  { access: signedIn, summary: 'Revoke a scrobble token; what it reported stays counted' },
  { params: Type.Object({ id: idShape('scrobbleToken') }), reply: Nothing },
);

export const approveApplication = endpoint(
  'POST',
  '/api/v1/scrobbling/approvals',
  {
    access: signedIn,
    summary: 'Let a program that asked by auth.getToken scrobble for me',
    status: 201,
  },
  {
    body: Type.Object({ requestToken: lineText(64, { minLength: 1 }) }),
    reply: TokenShape,
  },
);
