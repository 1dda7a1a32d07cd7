import { cutPage, type PageOf } from '#foundation/kernel/endpoint.ts';
import type { UserId } from '#foundation/kernel/ids.ts';
import { toIso } from '#foundation/kernel/time.ts';
import type { UserCaller } from '#foundation/platform/http.ts';
import { audit } from './audit.ts';
import type { AccountsContext, From } from './context.ts';
import type { SessionSummary } from './contract.ts';
import { findRefreshToken, findSessions, revokeSession } from './session-queries.ts';
import { hashSecret, type SessionId } from './tokens.ts';

/** Ends the session of a refresh token. A token nobody knows leaves nothing to end. */
export async function signOut(
  ctx: AccountsContext,
  refreshToken: string,
  from: From,
): Promise<void> {
  const token = await ctx.db.maybe(findRefreshToken, { tokenHash: hashSecret(refreshToken) });
  if (token !== null) await endSession(ctx, token.sessionId, token.userId, 'signed out', from);
}

/** False when this person has no such running session. */
export async function endSession(
  ctx: AccountsContext,
  sessionId: SessionId,
  userId: UserId,
  because: 'signed out' | 'ended from elsewhere',
  from: From,
): Promise<boolean> {
  const ended = await ctx.db.tx(async (tx) => {
    const row = await tx.maybe(revokeSession, { id: sessionId, userId, now: ctx.now(), because });
    if (row !== null)
      await audit(tx, {
        actor: userId,
        action: 'session.ended',
        subject: sessionId,
        detail: { because },
        address: from.address,
      });
    return row !== null;
  });
  ctx.standings.delete(sessionId);
  return ended;
}

export async function listSessions(
  ctx: AccountsContext,
  caller: UserCaller,
  asked: { readonly cursor?: string; readonly limit: number },
): Promise<PageOf<SessionSummary>> {
  const rows = await ctx.db.all(findSessions, {
    userId: caller.userId,
    now: ctx.now(),
    before: asked.cursor ?? null,
    limit: asked.limit + 1,
  });
  const show = (row: (typeof rows)[number]) => ({
    ...row,
    createdAt: toIso(row.createdAt),
    lastUsedAt: toIso(row.lastUsedAt),
    expiresAt: toIso(row.expiresAt),
    current: row.id === caller.sessionId,
  });
  return cutPage(rows, asked.limit, show, (last) => last.id);
}
