import { cutPage, type PageOf } from '#foundation/kernel/endpoint.ts';
import { foldLetters } from '#foundation/kernel/fold-letters.ts';
import type { UserId } from '#foundation/kernel/ids.ts';
import { refuse, type Refusal } from '#foundation/kernel/outcome.ts';
import { toIso } from '#foundation/kernel/time.ts';
import type { UserCaller } from '#foundation/platform/http.ts';
import type { Db } from '#foundation/platform/postgres.ts';
import { audit } from './audit.ts';
import type { AccountsContext, From } from './context.ts';
import type { Role, UserSummary } from './contract.ts';
import {
  deleteOtherRoles,
  findUser,
  findUsers,
  insertRoles,
  lockAdmins,
  lockUser,
  updateDisabled,
} from './queries.ts';
import { revokeSessionsOf } from './session-queries.ts';

type UserRow = NonNullable<(typeof findUser)['row']>;

export async function listUsers(
  ctx: AccountsContext,
  asked: {
    readonly query?: string;
    readonly role?: Role;
    readonly cursor?: string;
    readonly limit: number;
  },
): Promise<PageOf<UserSummary>> {
  const rows = await ctx.db.all(findUsers, {
    words: asked.query === undefined ? null : foldLetters(asked.query.trim()),
    role: asked.role ?? null,
    before: asked.cursor ?? null,
    limit: asked.limit + 1,
  });
  return cutPage(rows, asked.limit, summaryOf, (last) => last.id);
}

export async function getUser(
  ctx: AccountsContext,
  id: UserId,
): Promise<UserSummary | Refusal<'NOT_FOUND'>> {
  const row = await ctx.db.maybe(findUser, { id });
  return row === null ? nobody() : summaryOf(row);
}

type ManageRefusal = Refusal<'NOT_FOUND' | 'LAST_ADMIN'>;

/** Everybody stays a listener; the last administrator stays one. */
export async function setRoles(
  ctx: AccountsContext,
  caller: UserCaller,
  id: UserId,
  asked: readonly Role[],
  from: From,
): Promise<UserSummary | ManageRefusal> {
  const roles = [...new Set<Role>(['listener', ...asked])].sort();
  const result = await ctx.db.tx(async (tx) => {
    const admins = await tx.all(lockAdmins, {});
    const user = await tx.maybe(lockUser, { id });
    if (user === null) return nobody();
    if (!roles.includes('admin') && isLast(admins, id)) return lastAdmin();
    await tx.run(deleteOtherRoles, { userId: id, keep: roles });
    await tx.run(insertRoles, { userId: id, roles, grantedBy: caller.userId });
    await audit(tx, {
      actor: caller.userId,
      action: 'roles.set',
      subject: id,
      detail: { before: user.roles, after: roles },
      address: from.address,
    });
    return readSummary(tx, id);
  });
  forgetStandings(ctx);
  return result;
}

export async function disableUser(
  ctx: AccountsContext,
  caller: UserCaller,
  id: UserId,
  because: string,
  from: From,
): Promise<UserSummary | ManageRefusal> {
  const now = ctx.now();
  const result = await ctx.db.tx(async (tx) => {
    const admins = await tx.all(lockAdmins, {});
    const user = await tx.maybe(lockUser, { id });
    if (user === null) return nobody();
    if (isLast(admins, id)) return lastAdmin();
    await tx.run(updateDisabled, { id, disabledAt: user.disabledAt ?? now, because });
    await tx.run(revokeSessionsOf, { userId: id, except: null, now, because: 'account disabled' });
    await audit(tx, {
      actor: caller.userId,
      action: 'user.disabled',
      subject: id,
      detail: { because },
      address: from.address,
    });
    return readSummary(tx, id);
  });
  forgetStandings(ctx);
  return result;
}

/** Sessions stay ended; API keys that were not revoked work again. */
export async function enableUser(
  ctx: AccountsContext,
  caller: UserCaller,
  id: UserId,
  from: From,
): Promise<UserSummary | ManageRefusal> {
  const result = await ctx.db.tx(async (tx) => {
    const user = await tx.maybe(lockUser, { id });
    if (user === null) return nobody();
    await tx.run(updateDisabled, { id, disabledAt: null, because: null });
    await audit(tx, {
      actor: caller.userId,
      action: 'user.enabled',
      subject: id,
      address: from.address,
    });
    return readSummary(tx, id);
  });
  forgetStandings(ctx);
  return result;
}

/** Rare enough that forgetting everybody's standing costs less than keeping an index of whose is whose. */
function forgetStandings(ctx: AccountsContext): void {
  ctx.standings.clear();
  ctx.apiKeys.clear();
}

function isLast(admins: readonly { readonly userId: UserId }[], id: UserId): boolean {
  return admins.length === 1 && admins[0]!.userId === id;
}

function nobody(): Refusal<'NOT_FOUND'> {
  return refuse('NOT_FOUND', 'There is no such user.');
}

function lastAdmin(): Refusal<'LAST_ADMIN'> {
  return refuse(
    'LAST_ADMIN',
    'This is the last administrator; make somebody else one first. Nothing was changed.',
  );
}

async function readSummary(tx: Db, id: UserId): Promise<UserSummary> {
  return summaryOf(await tx.one(findUser, { id }));
}

function summaryOf(row: UserRow): UserSummary {
  return {
    id: row.id,
    email: row.email,
    name: row.name,
    roles: [...row.roles] as Role[],
    territory: row.territory,
    provenance: row.provenance,
    createdAt: toIso(row.createdAt),
    disabledAt: row.disabledAt === null ? null : toIso(row.disabledAt),
    disabledBecause: row.disabledBecause,
  };
}
