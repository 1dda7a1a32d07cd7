import type { UserId } from '#foundation/kernel/ids.ts';
import { column, query, sql, type Db } from '#foundation/platform/postgres.ts';

export const findActive = query({
  name: 'accounts.findActive',
  columns: { active: column.bool },
  sample: { userId: '00000000-0000-7000-8000-000000000001' as string },
  text: (p: { userId: string }) => sql`
    select disabled_at is null as active
    from accounts."user"
    where id = ${p.userId}`,
});

/** Whether an account exists and may still do anything: for doors whose tokens live longer than a session. */
export async function isActive(db: Db, userId: UserId): Promise<boolean> {
  return (await db.maybe(findActive, { userId }))?.active === true;
}

export const findEmail = query({
  name: 'accounts.findEmail',
  columns: { email: column.text },
  sample: { userId: '00000000-0000-7000-8000-000000000001' as string },
  text: (p: { userId: string }) => sql`select email from accounts."user" where id = ${p.userId}`,
});

/** The address a person signs in with. */
export async function emailOf(ctx: { readonly db: Db }, userId: UserId): Promise<string | null> {
  return (await ctx.db.maybe(findEmail, { userId }))?.email ?? null;
}
