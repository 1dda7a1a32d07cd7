import type { UserId } from '#foundation/kernel/ids.ts';
import { refuse } from '#foundation/kernel/outcome.ts';
import type { Instant } from '#foundation/kernel/time.ts';
import type { Db } from '#foundation/platform/postgres.ts';
import { audit } from './audit.ts';
import type { AccountsContext, From } from './context.ts';
import {
  deleteExpiredTokens,
  findRefreshToken,
  lockSessionOfToken,
  revokeSession,
  spendRefreshToken,
  touchSession,
} from './session-queries.ts';
import { addRefreshToken, issue, type Issued, type Unauthenticated } from './sign-in.ts';
import { hashSecret, refreshRepeatMs, successorOf, type SessionId } from './tokens.ts';

type Rotation =
  | {
      readonly kind: 'rotated' | 'repeated' | 'reused';
      readonly userId: UserId;
      readonly sessionId: SessionId;
    }
  | { readonly kind: 'unknown' | 'over' };

/**
 * Exchanges a refresh token for its one successor. A repeat within 30 s gets that same successor (the answer was
 * lost, or two tabs asked at once); a repeat after that, or after the successor was used (so it did arrive), means
 * two parties hold it, and ends the session for both.
 */
export async function refreshSession(
  ctx: AccountsContext,
  refreshToken: string,
  from: From,
): Promise<Issued | Unauthenticated> {
  const successor = successorOf(ctx.signingKey, refreshToken);
  const rotation = await ctx.db.tx((tx) => rotate(tx, refreshToken, successor, ctx.now(), from));
  switch (rotation.kind) {
    case 'rotated':
    case 'repeated':
      return issue(ctx, rotation.userId, rotation.sessionId, successor);
    case 'reused':
      ctx.standings.delete(rotation.sessionId);
      ctx.log.warn(
        { userId: rotation.userId, sessionId: rotation.sessionId },
        'a spent refresh token came back; its session was revoked',
      );
      return refuse(
        'UNAUTHENTICATED',
        'This refresh token was used before, so the session was ended; sign in again.',
      );
    case 'unknown':
    case 'over':
      return refuse('UNAUTHENTICATED', 'This session is over; sign in again.');
  }
}

async function rotate(
  tx: Db,
  refreshToken: string,
  successor: string,
  now: Instant,
  from: From,
): Promise<Rotation> {
  const tokenHash = hashSecret(refreshToken);
  // Two statements: what is read after the lock was waited for must be read anew.
  if ((await tx.maybe(lockSessionOfToken, { tokenHash })) === null) return { kind: 'unknown' };
  const token = await tx.maybe(findRefreshToken, { tokenHash });
  if (token === null) return { kind: 'unknown' };
  const { sessionId, userId, usedAt } = token;
  if (
    token.revokedAt !== null ||
    token.disabledAt !== null ||
    token.expiresAt <= now ||
    token.sessionExpiresAt <= now
  )
    return { kind: 'over' };
  if (usedAt !== null) {
    const next = await tx.maybe(findRefreshToken, { tokenHash: hashSecret(successor) });
    if (now - usedAt <= refreshRepeatMs && next?.usedAt === null)
      return { kind: 'repeated', userId, sessionId };
    await tx.maybe(revokeSession, {
      id: sessionId,
      userId,
      now,
      because: 'a spent refresh token came back',
    });
    await audit(tx, {
      actor: null,
      action: 'session.reuse_detected',
      subject: sessionId,
      detail: { userId, spentMsAgo: now - usedAt },
      address: from.address,
    });
    return { kind: 'reused', userId, sessionId };
  }
  await tx.run(spendRefreshToken, { tokenHash, now });
  await addRefreshToken(tx, successor, sessionId, now, token.sessionExpiresAt);
  await tx.run(touchSession, { id: sessionId, now, address: from.address });
  await tx.run(deleteExpiredTokens, { sessionId, now });
  return { kind: 'rotated', userId, sessionId };
}
