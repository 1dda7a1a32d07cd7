import type { Id, UserId } from '#foundation/kernel/ids.ts';
import type { Instant } from '#foundation/kernel/time.ts';
import { column, command, query, sql } from '#foundation/platform/postgres.ts';
import { at, rolesOfUser } from './queries.ts';
import type { SessionId } from './tokens.ts';

// The ways in that a person holds: sessions with their refresh tokens, and API keys.

export type ApiKeyId = Id<'apiKey'>;

const id = '00000000-0000-7000-8000-000000000000';
const when = 0 as Instant;
const hash = Buffer.alloc(32);

// ── sessions ────────────────────────────────────────────────────────────

export type Standing = {
  readonly userId: UserId;
  readonly expiresAt: Instant;
  readonly revokedAt: Instant | null;
  readonly disabledAt: Instant | null;
  readonly roles: readonly string[];
};

export const findStanding = query({
  name: 'accounts.findStanding',
  columns: {
    userId: column.uuid<UserId>(),
    expiresAt: column.instant,
    revokedAt: column.nullable(column.instant),
    disabledAt: column.nullable(column.instant),
    roles: column.textArray,
  },
  sample: { sessionId: id },
  text: (p: { sessionId: string }) => sql`
    select s.user_id, s.expires_at, s.revoked_at, u.disabled_at, ${rolesOfUser}
    from accounts.session s
    join accounts."user" u on u.id = s.user_id
    where s.id = ${p.sessionId}`,
});

export const insertSession = query({
  name: 'accounts.insertSession',
  columns: { id: column.uuid<SessionId>() },
  sample: {
    id,
    userId: id,
    createdAt: when,
    expiresAt: when,
    userAgent: null as string | null,
    address: '::1',
  },
  text: (p: {
    id: string;
    userId: string;
    createdAt: Instant;
    expiresAt: Instant;
    userAgent: string | null;
    address: string;
  }) => sql`
    insert into accounts.session (id, user_id, created_at, last_used_at, expires_at, user_agent, address)
    select ${p.id}::uuid, u.id, ${at(p.createdAt)}::timestamptz, ${at(p.createdAt)}::timestamptz,
           ${at(p.expiresAt)}::timestamptz, ${p.userAgent}, ${p.address}
    from accounts."user" u
    where u.id = ${p.userId}
    returning id`,
});

const sessionColumns = {
  id: column.uuid<SessionId>(),
  createdAt: column.instant,
  lastUsedAt: column.instant,
  expiresAt: column.instant,
  userAgent: column.nullable(column.text),
  address: column.nullable(column.text),
};

export const findSessions = query({
  name: 'accounts.findSessions',
  columns: sessionColumns,
  sample: { userId: id, now: when, before: null as string | null, limit: 1 },
  text: (p: { userId: string; now: Instant; before: string | null; limit: number }) => sql`
    select id, created_at, last_used_at, expires_at, user_agent, address
    from accounts.session
    where user_id = ${p.userId} and revoked_at is null and expires_at > ${at(p.now)}
      and (${p.before}::uuid is null or id < ${p.before}::uuid)
    order by id desc
    limit ${p.limit}`,
});

export const revokeSession = query({
  name: 'accounts.revokeSession',
  columns: { id: column.uuid<SessionId>(), userId: column.uuid<UserId>() },
  sample: { id, userId: null as string | null, now: when, because: 'signed out' },
  text: (p: { id: string; userId: string | null; now: Instant; because: string }) => sql`
    update accounts.session
    set revoked_at = ${at(p.now)}, revoked_because = ${p.because}
    where id = ${p.id} and revoked_at is null and (${p.userId}::uuid is null or user_id = ${p.userId}::uuid)
    returning id, user_id`,
});

/** All sessions of a person but one, or all. */
export const revokeSessionsOf = command({
  name: 'accounts.revokeSessionsOf',
  sample: { userId: id, except: null as string | null, now: when, because: 'password changed' },
  text: (p: { userId: string; except: string | null; now: Instant; because: string }) => sql`
    update accounts.session
    set revoked_at = ${at(p.now)}, revoked_because = ${p.because}
    where user_id = ${p.userId} and revoked_at is null and id is distinct from ${p.except}::uuid`,
});

export const revokeOldestSessions = command({
  name: 'accounts.revokeOldestSessions',
  sample: { userId: id, keep: 1, now: when },
  text: (p: { userId: string; keep: number; now: Instant }) => sql`
    update accounts.session
    set revoked_at = ${at(p.now)}, revoked_because = 'too many sessions'
    where id in (
      select id from accounts.session
      where user_id = ${p.userId} and revoked_at is null
      order by id desc
      offset ${p.keep})`,
});

/** Sessions over for so long that nobody asks about them any more, with their tokens. */
export const deleteEndedSessions = command({
  name: 'accounts.deleteEndedSessions',
  sample: { userId: id, endedBefore: when },
  text: (p: { userId: string; endedBefore: Instant }) => sql`
    with over as (
      select id from accounts.session
      where user_id = ${p.userId} and least(expires_at, revoked_at) < ${at(p.endedBefore)}
      limit 100),
    token as (
      delete from accounts.refresh_token where session_id in (select id from over))
    delete from accounts.session where id in (select id from over)`,
});

// ── refresh tokens ──────────────────────────────────────────────────────

/** Everything that happens to the tokens of a session happens one after the other. */
export const lockSessionOfToken = query({
  name: 'accounts.lockSessionOfToken',
  columns: { id: column.uuid<SessionId>() },
  sample: { tokenHash: hash },
  text: (p: { tokenHash: Buffer }) => sql`
    select id
    from accounts.session
    where id = (select session_id from accounts.refresh_token where token_hash = ${p.tokenHash})
    for no key update`,
});

export const findRefreshToken = query({
  name: 'accounts.findRefreshToken',
  columns: {
    usedAt: column.nullable(column.instant),
    expiresAt: column.instant,
    sessionId: column.uuid<SessionId>(),
    sessionExpiresAt: column.instant,
    revokedAt: column.nullable(column.instant),
    userId: column.uuid<UserId>(),
    disabledAt: column.nullable(column.instant),
  },
  sample: { tokenHash: hash },
  text: (p: { tokenHash: Buffer }) => sql`
    select t.used_at, t.expires_at, t.session_id, s.expires_at as session_expires_at, s.revoked_at, s.user_id, u.disabled_at
    from accounts.refresh_token t
    join accounts.session s on s.id = t.session_id
    join accounts."user" u on u.id = s.user_id
    where t.token_hash = ${p.tokenHash}`,
});

export const insertRefreshToken = query({
  name: 'accounts.insertRefreshToken',
  columns: { sessionId: column.uuid<SessionId>() },
  sample: { tokenHash: hash, sessionId: id, createdAt: when, expiresAt: when },
  text: (p: {
    tokenHash: Buffer;
    sessionId: string;
    createdAt: Instant;
    expiresAt: Instant;
  }) => sql`
    insert into accounts.refresh_token (token_hash, session_id, created_at, expires_at)
    select ${p.tokenHash}::bytea, s.id, ${at(p.createdAt)}::timestamptz, ${at(p.expiresAt)}::timestamptz
    from accounts.session s
    where s.id = ${p.sessionId}
    returning session_id`,
});

export const spendRefreshToken = command({
  name: 'accounts.spendRefreshToken',
  sample: { tokenHash: hash, now: when },
  text: (p: { tokenHash: Buffer; now: Instant }) => sql`
    update accounts.refresh_token set used_at = ${at(p.now)} where token_hash = ${p.tokenHash}`,
});

export const touchSession = command({
  name: 'accounts.touchSession',
  sample: { id, now: when, address: '::1' },
  text: (p: { id: string; now: Instant; address: string }) => sql`
    update accounts.session set last_used_at = ${at(p.now)}, address = ${p.address} where id = ${p.id}`,
});

export const deleteExpiredTokens = command({
  name: 'accounts.deleteExpiredTokens',
  sample: { sessionId: id, now: when },
  text: (p: { sessionId: string; now: Instant }) => sql`
    delete from accounts.refresh_token where session_id = ${p.sessionId} and expires_at < ${at(p.now)}`,
});

// ── API keys ────────────────────────────────────────────────────────────

const apiKeyColumns = {
  id: column.uuid<ApiKeyId>(),
  name: column.text,
  hint: column.text,
  createdAt: column.instant,
  expiresAt: column.nullable(column.instant),
  lastUsedAt: column.nullable(column.instant),
};

export type FoundApiKey = {
  readonly id: ApiKeyId;
  readonly userId: UserId;
  readonly expiresAt: Instant | null;
  readonly revokedAt: Instant | null;
  readonly disabledAt: Instant | null;
  readonly roles: readonly string[];
};

/** Also notes when it was last used; asked at most once per cache period, so that is how exact the note is. */
export const useApiKey = query({
  name: 'accounts.useApiKey',
  columns: {
    id: column.uuid<ApiKeyId>(),
    userId: column.uuid<UserId>(),
    expiresAt: column.nullable(column.instant),
    revokedAt: column.nullable(column.instant),
    disabledAt: column.nullable(column.instant),
    roles: column.textArray,
  },
  sample: { keyHash: hash, now: when },
  text: (p: { keyHash: Buffer; now: Instant }) => sql`
    update accounts.api_key k
    set last_used_at = ${at(p.now)}
    from accounts."user" u
    where k.key_hash = ${p.keyHash} and u.id = k.user_id
    returning k.id, k.user_id, k.expires_at, k.revoked_at, u.disabled_at, ${rolesOfUser}`,
});

export const insertApiKey = query({
  name: 'accounts.insertApiKey',
  columns: { id: column.uuid<ApiKeyId>() },
  sample: {
    id,
    userId: id,
    name: 'a',
    keyHash: hash,
    hint: 'ngk_',
    now: when,
    expiresAt: null as Instant | null,
  },
  text: (p: {
    id: string;
    userId: string;
    name: string;
    keyHash: Buffer;
    hint: string;
    now: Instant;
    expiresAt: Instant | null;
  }) => sql`
    insert into accounts.api_key (id, user_id, name, key_hash, hint, created_at, expires_at)
    select ${p.id}::uuid, u.id, ${p.name}, ${p.keyHash}::bytea, ${p.hint}, ${at(p.now)}::timestamptz,
           ${p.expiresAt === null ? null : at(p.expiresAt)}::timestamptz
    from accounts."user" u
    where u.id = ${p.userId}
    returning id`,
});

export const findApiKeys = query({
  name: 'accounts.findApiKeys',
  columns: apiKeyColumns,
  sample: { userId: id, before: null as string | null, limit: 1 },
  text: (p: { userId: string; before: string | null; limit: number }) => sql`
    select id, name, hint, created_at, expires_at, last_used_at
    from accounts.api_key
    where user_id = ${p.userId} and revoked_at is null and (${p.before}::uuid is null or id < ${p.before}::uuid)
    order by id desc
    limit ${p.limit}`,
});

export const revokeApiKey = query({
  name: 'accounts.revokeApiKey',
  columns: { keyHash: column.bytea },
  sample: { id, userId: id, now: when },
  text: (p: { id: string; userId: string; now: Instant }) => sql`
    update accounts.api_key
    set revoked_at = ${at(p.now)}
    where id = ${p.id} and user_id = ${p.userId} and revoked_at is null
    returning key_hash`,
});

export const revokeApiKeysOf = command({
  name: 'accounts.revokeApiKeysOf',
  sample: { userId: id, now: when },
  text: (p: { userId: string; now: Instant }) => sql`
    update accounts.api_key set revoked_at = ${at(p.now)} where user_id = ${p.userId} and revoked_at is null`,
});
