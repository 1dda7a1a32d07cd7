import type { UserId } from '#foundation/kernel/ids.ts';
import type { Provenance } from '#foundation/kernel/counting.ts';
import type { Instant } from '#foundation/kernel/time.ts';
import { column, command, query, sql } from '#foundation/platform/postgres.ts';
import type { Preferences, Role } from './contract.ts';

const id = '00000000-0000-7000-8000-000000000000';
const when = 0 as Instant;
const hash = Buffer.alloc(32);

/** Instants cross the driver as dates. */
export function at(instant: Instant): Date {
  return new Date(instant);
}

// ── users ───────────────────────────────────────────────────────────────

export const rolesOfUser = sql`array(select r.role from accounts.user_role r where r.user_id = u.id order by r.role) as roles`;
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
  text: (p: { id: string }) =>
    sql`select ${userFields} from accounts."user" u where u.id = ${p.id}`,
});

export const lockUser = query({
  name: 'accounts.lockUser',
  columns: userColumns,
  sample: { id },
  text: (p: { id: string }) =>
    sql`select ${userFields} from accounts."user" u where u.id = ${p.id} for no key update of u`,
});

export const findUsers = query({
  name: 'accounts.findUsers',
  columns: userColumns,
  sample: {
    words: 'a' as string | null,
    role: 'listener' as string | null,
    before: id as string | null,
    limit: 1,
  },
  text: (p: {
    words: string | null;
    role: string | null;
    before: string | null;
    limit: number;
  }) => sql`
    select ${userFields}
    from accounts."user" u
    where true
      ${p.before === null ? sql`` : sql`and u.id < ${p.before}`}
      ${p.words === null ? sql`` : sql`and (strpos(u.email, ${p.words}) > 0 or strpos(u.name_key, ${p.words}) > 0)`}
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
  sample: {
    id,
    email: 'a@b',
    name: 'a',
    nameKey: 'a',
    passwordHash: null as string | null,
    createdAt: when,
  },
  text: (p: {
    id: string;
    email: string;
    name: string;
    nameKey: string;
    passwordHash: string | null;
    createdAt: Instant;
  }) => sql`
    insert into accounts."user" (id, email, name, name_key, password_hash, created_at)
    values (${p.id}, ${p.email}, ${p.name}, ${p.nameKey}, ${p.passwordHash}, ${at(p.createdAt)})
    on conflict (email) do nothing
    returning id`,
});

/** Many people at once, without passwords; e-mails that are taken are passed over. */
export const insertPeople = command({
  name: 'accounts.insertPeople',
  sample: { people: '[]', provenance: 'demo' },
  text: (p: { people: string; provenance: string }) => sql`
    with person as (
      insert into accounts."user" (id, email, name, name_key, territory, locale, time_zone, provenance, created_at)
      select x.id, x.email, x.name, x."nameKey", x.territory, x.locale, x."timeZone", ${p.provenance},
             to_timestamp(x."createdAt" / 1000.0)
      from jsonb_to_recordset(${p.people}::jsonb) as x (
        id uuid, email text, name text, "nameKey" text, territory text, locale text, "timeZone" text, "createdAt" bigint)
      order by x.id
      on conflict do nothing
      returning id)
    insert into accounts.user_role (user_id, role)
    select id, 'listener' from person`,
});

export const updateProfile = command({
  name: 'accounts.updateProfile',
  sample: {
    id,
    name: 'a',
    nameKey: 'a',
    territory: null as string | null,
    locale: 'en',
    timeZone: 'UTC',
    preferences: '{}',
  },
  text: (p: {
    id: string;
    name: string;
    nameKey: string;
    territory: string | null;
    locale: string;
    timeZone: string;
    preferences: string;
  }) => sql`
    update accounts."user"
    set name = ${p.name}, name_key = ${p.nameKey}, territory = ${p.territory}, locale = ${p.locale}, time_zone = ${p.timeZone},
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
  sample: { userId: id, roles: [] as readonly Role[], grantedBy: null as string | null },
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

// ── audit ───────────────────────────────────────────────────────────────

export const insertAudit = command({
  name: 'accounts.insertAudit',
  sample: {
    actor: null as string | null,
    action: 'sample.done',
    subject: null as string | null,
    detail: '{}',
    address: null as string | null,
  },
  text: (p: {
    actor: string | null;
    action: string;
    subject: string | null;
    detail: string;
    address: string | null;
  }) => sql`
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
  sample: {
    before: 0n as bigint | null,
    actor: null as string | null,
    action: null as string | null,
    subject: null as string | null,
    limit: 1,
  },
  text: (p: {
    before: bigint | null;
    actor: string | null;
    action: string | null;
    subject: string | null;
    limit: number;
  }) => sql`
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
