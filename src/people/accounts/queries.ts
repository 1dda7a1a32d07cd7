import type { Id, UserId } from '#foundation/kernel/ids.ts';
import type { Provenance } from '#foundation/kernel/provenance.ts';
import type { Instant } from '#foundation/kernel/time.ts';
import type { Role } from '#foundation/platform/http.ts';
import { column, command, query, sql } from '#foundation/platform/postgres.ts';
import type { Preferences } from './contract.ts';
import type { SessionId } from './tokens.ts';

export type ApiKeyId = Id<'apiKey'>;

const id = '00000000-0000-7000-8000-000000000000';
const when = 0 as Instant;
const hash = Buffer.alloc(32);

/** Instants cross the driver as dates. */
function at(instant: Instant): Date {
  return new Date(instant);
}

// ── users ───────────────────────────────────────────────────────────────

const rolesOfUser = sql`array(select r.role from accounts.user_role r where r.user_id = u.id order by r.role) as roles`;
const userColumns = {
  id: column.uuid<UserId>(),
  email: column.text,
  name: column.text,
  territory: column.nullable(column.text),
  locale: column.text,
  timeZone: column.text,
  preferences: column.json<Preferences>(),
  provenance: column.oneOf<Provenance>(),
  createdAt: column.instant,
  disabledAt: column.nullable(column.instant),
  disabledBecause: column.nullable(column.text),
  roles: column.textArray,
};
const userFields = sql`u.id, u.email, u.name, u.territory, u.locale, u.time_zone, u.preferences, u.provenance,
      u.created_at, u.disabled_at, u.disabled_because, ${rolesOfUser}`;

export const findUser = query({
  name: 'accounts.findUser',
  columns: userColumns,
  sample: { id },
  text: (p: { id: string }) => sql`select ${userFields} from accounts."user" u where u.id = ${p.id}`,
});

export const lockUser = query({
  name: 'accounts.lockUser',
  columns: userColumns,
  sample: { id },
  text: (p: { id: string }) => sql`select ${userFields} from accounts."user" u where u.id = ${p.id} for no key update of u`,
});

export const findUsers = query({
  name: 'accounts.findUsers',
  columns: userColumns,
  sample: { pattern: '%a%' as string | null, role: 'listener' as string | null, before: id as string | null, limit: 1 },
  text: (p: { pattern: string | null; role: string | null; before: string | null; limit: number }) => sql`
    select ${userFields}
    from accounts."user" u
    where true
      ${p.before === null ? sql`` : sql`and u.id < ${p.before}`}
      ${p.pattern === null ? sql`` : sql`and (u.email ilike ${p.pattern} or u.name ilike ${p.pattern})`}
      ${p.role === null ? sql`` : sql`and u.id in (select r.user_id from accounts.user_role r where r.role = ${p.role})`}
    order by u.id desc
    limit ${p.limit}`,
});

/** Whoever signed in from this address before is known there. */
export const findSignIn = query({
  name: 'accounts.findSignIn',
  columns: {
    id: column.uuid<UserId>(),
    passwordHash: column.nullable(column.text),
    disabledAt: column.nullable(column.instant),
    knownThere: column.bool,
  },
  sample: { email: 'a@b', address: '::1' },
  text: (p: { email: string; address: string }) => sql`
    select u.id, u.password_hash, u.disabled_at, exists (
      select 1 from accounts.session s where s.user_id = u.id and s.address = ${p.address}) as known_there
    from accounts."user" u
    where u.email = ${p.email}`,
});

export const findPassword = query({
  name: 'accounts.findPassword',
  columns: { passwordHash: column.nullable(column.text) },
  sample: { id },
  text: (p: { id: string }) => sql`select password_hash from accounts."user" where id = ${p.id}`,
});

/** Answers no row when the e-mail is taken. */
export const insertUser = query({
  name: 'accounts.insertUser',
  columns: { id: column.uuid<UserId>() },
  sample: { id, email: 'a@b', name: 'a', passwordHash: null as string | null, createdAt: when },
  text: (p: { id: string; email: string; name: string; passwordHash: string | null; createdAt: Instant }) => sql`
    insert into accounts."user" (id, email, name, password_hash, created_at)
    values (${p.id}, ${p.email}, ${p.name}, ${p.passwordHash}, ${at(p.createdAt)})
    on conflict (email) do nothing
    returning id`,
});

/** Many people at once, without passwords; e-mails that are taken are passed over. */
export const insertPeople = command({
  name: 'accounts.insertPeople',
  sample: { people: '[]', provenance: 'demo' },
  text: (p: { people: string; provenance: string }) => sql`
    with person as (
      insert into accounts."user" (id, email, name, territory, locale, time_zone, provenance, created_at)
      select x.id, lower(x.email), x.name, x.territory, x.locale, x."timeZone", ${p.provenance},
             to_timestamp(x."createdAt" / 1000.0)
      from jsonb_to_recordset(${p.people}::jsonb) as x (
        id uuid, email text, name text, territory text, locale text, "timeZone" text, "createdAt" bigint)
      order by x.id
      on conflict do nothing
      returning id)
    insert into accounts.user_role (user_id, role)
    select id, 'listener' from person`,
});

export const updateProfile = command({
  name: 'accounts.updateProfile',
  sample: { id, name: 'a', territory: null as string | null, locale: 'en', timeZone: 'UTC', preferences: '{}' },
  text: (p: { id: string; name: string; territory: string | null; locale: string; timeZone: string; preferences: string }) => sql`
    update accounts."user"
    set name = ${p.name}, territory = ${p.territory}, locale = ${p.locale}, time_zone = ${p.timeZone},
        preferences = ${p.preferences}::jsonb
    where id = ${p.id}`,
});

/** `expected` makes it a change of the hash that was verified, not of one set meanwhile. */
export const updatePassword = command({
  name: 'accounts.updatePassword',
  sample: { id, passwordHash: 'x', expected: null as string | null },
  text: (p: { id: string; passwordHash: string; expected: string | null }) => sql`
    update accounts."user"
    set password_hash = ${p.passwordHash}
    where id = ${p.id} and (${p.expected}::text is null or password_hash = ${p.expected})`,
});

export const updateDisabled = command({
  name: 'accounts.updateDisabled',
  sample: { id, disabledAt: null as Instant | null, because: null as string | null },
  text: (p: { id: string; disabledAt: Instant | null; because: string | null }) => sql`
    update accounts."user"
    set disabled_at = ${p.disabledAt === null ? null : at(p.disabledAt)}, disabled_because = ${p.because}
    where id = ${p.id}`,
});

// ── roles ───────────────────────────────────────────────────────────────

export const insertRoles = command({
  name: 'accounts.insertRoles',
  sample: { userId: id, roles: ['listener'] as readonly Role[], grantedBy: null as string | null },
  text: (p: { userId: string; roles: readonly Role[]; grantedBy: string | null }) => sql`
    insert into accounts.user_role (user_id, role, granted_by)
    select ${p.userId}::uuid, unnest(${p.roles}::text[]), ${p.grantedBy}::uuid
    on conflict do nothing`,
});

export const deleteOtherRoles = command({
  name: 'accounts.deleteOtherRoles',
  sample: { userId: id, keep: ['listener'] as readonly Role[] },
  text: (p: { userId: string; keep: readonly Role[] }) => sql`
    delete from accounts.user_role
    where user_id = ${p.userId} and role <> all(${p.keep}::text[])`,
});

/** Held until the end of the transaction, so that two administrators cannot remove each other at once. */
export const lockAdmins = query({
  name: 'accounts.lockAdmins',
  columns: { userId: column.uuid<UserId>() },
  sample: {},
  text: () => sql`
    select r.user_id
    from accounts.user_role r
    join accounts."user" u on u.id = r.user_id
    where r.role = 'admin' and u.disabled_at is null
    order by r.user_id
    for no key update of r, u`,
});

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

export const insertSession = command({
  name: 'accounts.insertSession',
  sample: { id, userId: id, createdAt: when, expiresAt: when, userAgent: null as string | null, address: '::1' },
  text: (p: { id: string; userId: string; createdAt: Instant; expiresAt: Instant; userAgent: string | null; address: string }) => sql`
    insert into accounts.session (id, user_id, created_at, last_used_at, expires_at, user_agent, address)
    values (${p.id}, ${p.userId}, ${at(p.createdAt)}, ${at(p.createdAt)}, ${at(p.expiresAt)}, ${p.userAgent}, ${p.address})`,
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

export const insertRefreshToken = command({
  name: 'accounts.insertRefreshToken',
  sample: { tokenHash: hash, sessionId: id, createdAt: when, expiresAt: when },
  text: (p: { tokenHash: Buffer; sessionId: string; createdAt: Instant; expiresAt: Instant }) => sql`
    insert into accounts.refresh_token (token_hash, session_id, created_at, expires_at)
    values (${p.tokenHash}, ${p.sessionId}, ${at(p.createdAt)}, ${at(p.expiresAt)})`,
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

// ── first administrator ─────────────────────────────────────────────────

export const insertFirstAdminLink = command({
  name: 'accounts.insertFirstAdminLink',
  sample: { tokenHash: hash, now: when },
  text: (p: { tokenHash: Buffer; now: Instant }) => sql`
    insert into accounts.first_admin_link (token_hash, created_at) values (${p.tokenHash}, ${at(p.now)})`,
});

export const deleteFirstAdminLinks = command({
  name: 'accounts.deleteFirstAdminLinks',
  sample: {},
  text: () => sql`delete from accounts.first_admin_link where used_at is null`,
});

export const spendFirstAdminLink = command({
  name: 'accounts.spendFirstAdminLink',
  sample: { tokenHash: hash, now: when, madeAfter: when },
  text: (p: { tokenHash: Buffer; now: Instant; madeAfter: Instant }) => sql`
    update accounts.first_admin_link
    set used_at = ${at(p.now)}
    where token_hash = ${p.tokenHash} and used_at is null and created_at > ${at(p.madeAfter)}`,
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

export const insertApiKey = command({
  name: 'accounts.insertApiKey',
  sample: { id, userId: id, name: 'a', keyHash: hash, hint: 'ngk_', now: when, expiresAt: null as Instant | null },
  text: (p: { id: string; userId: string; name: string; keyHash: Buffer; hint: string; now: Instant; expiresAt: Instant | null }) => sql`
    insert into accounts.api_key (id, user_id, name, key_hash, hint, created_at, expires_at)
    values (${p.id}, ${p.userId}, ${p.name}, ${p.keyHash}, ${p.hint}, ${at(p.now)}, ${p.expiresAt === null ? null : at(p.expiresAt)})`,
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

// ── audit ───────────────────────────────────────────────────────────────

export const insertAudit = command({
  name: 'accounts.insertAudit',
  sample: { actor: null as string | null, action: 'sample.done', subject: null as string | null, detail: '{}', address: null as string | null },
  text: (p: { actor: string | null; action: string; subject: string | null; detail: string; address: string | null }) => sql`
    insert into accounts.audit (actor, action, subject, detail, address)
    values (${p.actor}, ${p.action}, ${p.subject}, ${p.detail}::jsonb, ${p.address})`,
});

export const findAudit = query({
  name: 'accounts.findAudit',
  columns: {
    id: column.int8,
    at: column.instant,
    actorId: column.nullable(column.uuid<UserId>()),
    actorName: column.nullable(column.text),
    action: column.text,
    subject: column.nullable(column.text),
    detail: column.json<Readonly<Record<string, unknown>>>(),
    address: column.nullable(column.text),
  },
  sample: { before: 0n as bigint | null, actor: null as string | null, action: null as string | null, subject: null as string | null, limit: 1 },
  text: (p: { before: bigint | null; actor: string | null; action: string | null; subject: string | null; limit: number }) => sql`
    select a.id, a.at, a.actor as actor_id, u.name as actor_name, a.action, a.subject, a.detail, a.address
    from accounts.audit a
    left join accounts."user" u on u.id = a.actor
    where true
      ${p.before === null ? sql`` : sql`and a.id < ${p.before}`}
      ${p.actor === null ? sql`` : sql`and a.actor = ${p.actor}`}
      ${p.action === null ? sql`` : sql`and a.action = ${p.action}`}
      ${p.subject === null ? sql`` : sql`and a.subject = ${p.subject}`}
    order by a.id desc
    limit ${p.limit}`,
});
