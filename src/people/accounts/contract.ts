import { Type, type Static } from 'typebox';
import {
  anyone,
  endpoint,
  InstantOut,
  may,
  Nothing,
  nullable,
  pageOf,
  pageByIdQuery,
  pageQuery,
  signedIn,
} from '#foundation/kernel/endpoint.ts';
import { idShape } from '#foundation/kernel/ids.ts';
import { emailText, lineText, nameText } from '#foundation/kernel/text.ts';

export const roles = [
  'listener',
  'artist',
  'label',
  'venue',
  'dj',
  'station',
  'society',
  'analyst',
  'moderator',
  'admin',
] as const;
export type Role = (typeof roles)[number];

/** Sent by the web app: its refresh token then travels in a cookie that no script can read. */
export const clientHeader = 'x-ngoma-client';
export const webClient = 'web';

export const passwordCharsMin = 8;
export const passwordCharsMax = 128;

// ── shapes ──────────────────────────────────────────────────────────────

const RoleName = Type.Unsafe<Role>({ type: 'string', enum: [...roles] });
const PersonName = nameText(200);
const NewPassword = lineText(passwordCharsMax, {
  minLength: passwordCharsMin,
  description: '8 to 128 characters, not one of the well-known ones',
});
const GivenPassword = lineText(1024, { minLength: 1 });
const Territory = Type.String({ pattern: '^[A-Z]{2}$', description: 'ISO 3166-1 alpha-2' });
const Locale = Type.String({
  pattern: '^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$',
  description: 'BCP 47',
});
const TimeZone = lineText(64, { description: 'IANA time zone' });
const PreferenceText = lineText(1_000);
const PreferenceName = '^[a-z][A-Za-z0-9.]{0,63}$';
const PreferenceValue = Type.Union([
  PreferenceText,
  Type.Number(),
  Type.Boolean(),
  Type.Array(PreferenceText, { maxItems: 100 }),
]);
export type Preferences = Readonly<Record<string, Static<typeof PreferenceValue>>>;

const Person = {
  id: idShape('user'),
  email: Type.String(),
  name: Type.String(),
  roles: Type.Array(RoleName),
  territory: nullable(Type.String()),
  createdAt: InstantOut,
};

export const Profile = Type.Object({
  ...Person,
  permissions: Type.Array(Type.String(), { description: 'what these roles allow' }),
  locale: Type.String(),
  timeZone: Type.String(),
  preferences: Type.Unsafe<Preferences>({ type: 'object', additionalProperties: true }),
});
export type Profile = Static<typeof Profile>;

export const UserSummary = Type.Object({
  ...Person,
  provenance: Type.String(),
  disabledAt: nullable(InstantOut),
  disabledBecause: nullable(Type.String()),
});
export type UserSummary = Static<typeof UserSummary>;

export const Tokens = Type.Object({
  accessToken: Type.String({ description: 'send as Authorization: Bearer' }),
  refreshToken: Type.Optional(
    Type.String({
      description: `absent when the request says ${clientHeader}: ${webClient}; it is in a cookie then`,
    }),
  ),
  expiresIn: Type.Integer({ description: 'seconds until the access token expires' }),
});
export type Tokens = Static<typeof Tokens>;

export const SessionSummary = Type.Object({
  id: idShape('session'),
  createdAt: InstantOut,
  lastUsedAt: InstantOut,
  expiresAt: InstantOut,
  userAgent: nullable(Type.String()),
  address: nullable(Type.String()),
  current: Type.Boolean({ description: 'the one this request belongs to' }),
});
export type SessionSummary = Static<typeof SessionSummary>;

export const ApiKeySummary = Type.Object({
  id: idShape('apiKey'),
  name: Type.String(),
  hint: Type.String({ description: 'the first characters of the key' }),
  createdAt: InstantOut,
  expiresAt: nullable(InstantOut),
  lastUsedAt: nullable(InstantOut),
});
export type ApiKeySummary = Static<typeof ApiKeySummary>;

export const AuditEntry = Type.Object({
  id: Type.String(),
  at: InstantOut,
  actorId: nullable(Type.String()),
  actorName: nullable(Type.String()),
  action: Type.String(),
  subject: nullable(Type.String()),
  detail: Type.Unsafe<Readonly<Record<string, unknown>>>({
    type: 'object',
    additionalProperties: true,
  }),
  address: nullable(Type.String()),
});
export type AuditEntry = Static<typeof AuditEntry>;

// ── signing in and out ──────────────────────────────────────────────────

export const register = endpoint(
  'POST',
  '/api/v1/auth/register',
  { access: anyone, status: 201, summary: 'Make an account; it is a listener' },
  {
    body: Type.Object({ email: emailText, password: NewPassword, name: PersonName }),
    reply: Profile,
  },
);

export const login = endpoint(
  'POST',
  '/api/v1/auth/login',
  { access: anyone, summary: 'Sign in' },
  {
    body: Type.Object({ email: emailText, password: GivenPassword }),
    reply: Tokens,
  },
);

// The body may be absent altogether: the web app's token is in its cookie.
const RefreshBody = nullable(Type.Object({ refreshToken: Type.Optional(lineText(200)) }));

export const refresh = endpoint(
  'POST',
  '/api/v1/auth/refresh',
  { access: anyone, summary: 'Exchange a refresh token for new tokens' },
  {
    body: RefreshBody,
    reply: Tokens,
  },
);

export const logout = endpoint(
  'POST',
  '/api/v1/auth/logout',
  { access: anyone, status: 204, summary: 'End the session of the given refresh or access token' },
  {
    body: RefreshBody,
    reply: Nothing,
  },
);

export const firstAdmin = endpoint(
  'POST',
  '/api/v1/auth/first-admin',
  {
    access: anyone,
    status: 201,
    summary: 'Make the first administrator with the link printed at the first start',
  },
  {
    body: Type.Object({
      token: lineText(200),
      email: emailText,
      password: NewPassword,
      name: PersonName,
    }),
    reply: Profile,
  },
);

// ── oneself ─────────────────────────────────────────────────────────────

export const me = endpoint(
  'GET',
  '/api/v1/me',
  { access: signedIn, summary: 'My profile, roles and preferences' },
  { reply: Profile },
);

export const editMe = endpoint(
  'PATCH',
  '/api/v1/me',
  { access: signedIn, summary: 'Change my profile; preferences are merged, null removes one' },
  {
    body: Type.Object(
      {
        name: Type.Optional(PersonName),
        territory: Type.Optional(nullable(Territory)),
        locale: Type.Optional(Locale),
        timeZone: Type.Optional(TimeZone),
        preferences: Type.Optional(
          Type.Unsafe<Readonly<Record<string, Preferences[string] | null>>>({
            type: 'object',
            patternProperties: { [PreferenceName]: nullable(PreferenceValue) },
            additionalProperties: false,
          }),
        ),
      },
      { additionalProperties: false },
    ),
    reply: Profile,
  },
);

export const changePassword = endpoint(
  'POST',
  '/api/v1/me/password',
  { access: signedIn, status: 204, summary: 'Change my password; every other session ends' },
  {
    body: Type.Object({ currentPassword: GivenPassword, newPassword: NewPassword }),
    reply: Nothing,
  },
);

export const mySessions = endpoint(
  'GET',
  '/api/v1/me/sessions',
  { access: signedIn, summary: 'Where I am signed in' },
  {
    query: Type.Object(pageByIdQuery),
    reply: pageOf(SessionSummary),
  },
);

export const endMySession = endpoint(
  'DELETE',
  '/api/v1/me/sessions/{id}',
  { access: signedIn, status: 204, summary: 'Sign out somewhere else' },
  {
    params: Type.Object({ id: idShape('session') }),
    reply: Nothing,
  },
);

export const myApiKeys = endpoint(
  'GET',
  '/api/v1/me/api-keys',
  { access: signedIn, summary: 'My API keys' },
  { query: Type.Object(pageByIdQuery), reply: pageOf(ApiKeySummary) },
);

export const makeApiKey = endpoint(
  'POST',
  '/api/v1/me/api-keys',
  { access: signedIn, status: 201, summary: 'Make an API key; it is shown this once' },
  {
    body: Type.Object(
      {
        name: PersonName,
        expiresInDays: Type.Optional(Type.Integer({ minimum: 1, maximum: 3_650 })),
      },
      { additionalProperties: false },
    ),
    reply: Type.Object({
      ...ApiKeySummary.properties,
      key: Type.String({ description: 'send as Authorization: Bearer' }),
    }),
  },
);

export const revokeApiKey = endpoint(
  'DELETE',
  '/api/v1/me/api-keys/{id}',
  { access: signedIn, status: 204, summary: 'Revoke an API key' },
  {
    params: Type.Object({ id: idShape('apiKey') }),
    reply: Nothing,
  },
);

// ── administration ──────────────────────────────────────────────────────

const UserParams = Type.Object({ id: idShape('user') });

export const listUsers = endpoint(
  'GET',
  '/api/v1/users',
  { access: may('users.read'), summary: 'Users, newest first' },
  {
    query: Type.Object({
      ...pageByIdQuery,
      query: Type.Optional(
        lineText(200, {
          description: 'part of the name or e-mail',
        }),
      ),
      role: Type.Optional(RoleName),
    }),
    reply: pageOf(UserSummary),
  },
);

export const getUser = endpoint(
  'GET',
  '/api/v1/users/{id}',
  { access: may('users.read'), summary: 'A user' },
  { params: UserParams, reply: UserSummary },
);

export const setRoles = endpoint(
  'PUT',
  '/api/v1/users/{id}/roles',
  { access: may('users.write'), summary: "Set a user's roles; everybody stays a listener" },
  {
    params: UserParams,
    body: Type.Object(
      { roles: Type.Array(RoleName, { maxItems: roles.length }) },
      { additionalProperties: false },
    ),
    reply: UserSummary,
  },
);

const Because = Type.Object({ because: nameText(500) }, { additionalProperties: false });

export const disableUser = endpoint(
  'POST',
  '/api/v1/users/{id}/disable',
  { access: may('users.write'), summary: 'Lock a user out: every session ends, API keys stop' },
  { params: UserParams, body: Because, reply: UserSummary },
);

export const enableUser = endpoint(
  'POST',
  '/api/v1/users/{id}/enable',
  { access: may('users.write'), summary: 'Let a disabled user in again' },
  { params: UserParams, reply: UserSummary },
);

export const listAudit = endpoint(
  'GET',
  '/api/v1/audit',
  { access: may('audit.read'), summary: 'The audit log, newest first' },
  {
    query: Type.Object({
      ...pageQuery,
      actor: Type.Optional(idShape('user')),
      action: Type.Optional(lineText(100)),
      subject: Type.Optional(lineText(200)),
    }),
    reply: pageOf(AuditEntry),
  },
);
