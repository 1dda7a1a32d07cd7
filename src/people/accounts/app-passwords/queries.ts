import type { Id, UserId } from '#foundation/kernel/ids.ts';
import type { Instant } from '#foundation/kernel/time.ts';
import { column, command, query, sql } from '#foundation/platform/postgres.ts';

const id = '00000000-0000-7000-8000-000000000000';
const when = 0 as Instant;

/** The person's address is answered, because it is the name a player signs in with. */
export const insertAppPassword = query({
  name: 'accounts.insertAppPassword',
  columns: { email: column.text },
  sample: { id, userId: id, name: 'phone', sealed: Buffer.alloc(1), now: when },
  text: (p: { id: string; userId: string; name: string; sealed: Buffer; now: Instant }) => sql`
    insert into accounts.app_password (id, user_id, name, sealed, created_at)
    select ${p.id}, u.id, ${p.name}, ${p.sealed}, ${new Date(p.now)}
    from accounts."user" u
    where u.id = ${p.userId}
    returning (select email from accounts."user" where id = user_id) as email`,
});

export const findAppPasswords = query({
  name: 'accounts.findAppPasswords',
  columns: {
    id: column.uuid<Id<'appPassword'>>(),
    name: column.text,
    createdAt: column.instant,
    lastUsedAt: column.nullable(column.instant),
  },
  sample: { userId: id, limit: 1 },
  text: (p: { userId: string; limit: number }) => sql`
    select id, name, created_at, last_used_at
    from accounts.app_password
    where user_id = ${p.userId} and revoked_at is null
    order by id desc
    limit ${p.limit}`,
});

export const findAppPasswordsByEmail = query({
  name: 'accounts.findAppPasswordsByEmail',
  columns: {
    id: column.uuid<Id<'appPassword'>>(),
    sealed: column.bytea,
    userId: column.uuid<UserId>(),
    email: column.text,
    disabledAt: column.nullable(column.instant),
    roles: column.textArray,
  },
  sample: { email: 'a@b', limit: 1 },
  text: (p: { email: string; limit: number }) => sql`
    select a.id, a.sealed, u.id as user_id, u.email, u.disabled_at,
      array(select r.role from accounts.user_role r where r.user_id = u.id) as roles
    from accounts.app_password a
    join accounts."user" u on u.id = a.user_id
    where u.email = ${p.email} and a.revoked_at is null
    order by a.id desc
    limit ${p.limit}`,
});

export const revokeAppPassword = query({
  name: 'accounts.revokeAppPassword',
  columns: { id: column.uuid<Id<'appPassword'>>() },
  sample: { id, userId: id, now: when },
  text: (p: { id: string; userId: string; now: Instant }) => sql`
    update accounts.app_password
    set revoked_at = ${new Date(p.now)}
    where id = ${p.id} and user_id = ${p.userId} and revoked_at is null
    returning id`,
});

/** At most once a minute: a player signs every request. */
export const noteAppPasswordUse = command({
  name: 'accounts.noteAppPasswordUse',
  sample: { id, now: when },
  text: (p: { id: string; now: Instant }) => sql`
    update accounts.app_password
    set last_used_at = ${new Date(p.now)}
    where id = ${p.id} and (last_used_at is null or last_used_at < ${new Date(p.now - 60_000)})`,
});
