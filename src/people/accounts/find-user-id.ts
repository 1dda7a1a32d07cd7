import type { UserId } from '#foundation/kernel/ids.ts';
import { column, query, sql, type Db } from '#foundation/platform/postgres.ts';

export const userIdOfEmail = query({
  name: 'accounts.userIdOfEmail',
  columns: { id: column.uuid<UserId>() },
  sample: { email: 'nobody@demo.example' },
  text: (p: { email: string }) => sql`select id from accounts."user" where email = ${p.email}`,
});

/** Whose address it is, for the program itself: no answer to a stranger may depend on it. */
export async function findUserId(db: Db, email: string): Promise<UserId | null> {
  return (await db.maybe(userIdOfEmail, { email }))?.id ?? null;
}
