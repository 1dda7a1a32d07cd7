import { newId, type UserId } from '#foundation/kernel/ids.ts';
import { refuse, type Refusal } from '#foundation/kernel/outcome.ts';
import { dayMs, secondMs, type Instant } from '#foundation/kernel/time.ts';
import type { Db } from '#foundation/platform/postgres.ts';
import { audit } from './audit.ts';
import type { AccountsContext, From } from './context.ts';
import type { Busy } from './hash-password.ts';
import type { Limited } from './limit-sign-in.ts';
import { findSignIn, updatePassword } from './queries.ts';
import {
  deleteEndedSessions,
  insertRefreshToken,
  insertSession,
  revokeOldestSessions,
} from './session-queries.ts';
import { normalEmail } from './register.ts';
import {
  accessTokenMs,
  hashSecret,
  newSecret,
  refreshIdleMs,
  sessionMsMax,
  signAccessToken,
  type SessionId,
} from './tokens.ts';

const sessionsPerUserMax = 200;
const endedSessionsKeptMs = 30 * dayMs;

/** What a session hands out; the refresh token goes into the body or into a cookie, which the way in decides. */
export type Issued = {
  readonly kind: 'issued';
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly expiresInS: number;
};

export type Unauthenticated = Refusal<'UNAUTHENTICATED'>;

/** One answer for an unknown e-mail and a wrong password, after the same work. */
export async function signIn(
  ctx: AccountsContext,
  given: { readonly email: string; readonly password: string },
  from: From,
): Promise<Issued | Unauthenticated | Refusal<'ACCOUNT_DISABLED'> | Busy | Limited> {
  const email = normalEmail(given.email);
  const user = await ctx.db.maybe(findSignIn, { email, address: from.address });
  const knownThere = user?.knownThere ?? false;
  const limited = await ctx.signInLimiter.attempt(email, from.address, knownThere);
  if (limited !== null) return limited;

  const right = await ctx.passwords.verify(user?.passwordHash ?? null, given.password);
  if (typeof right !== 'boolean') return right;
  if (user === null || !right) {
    // Only for accounts that exist: what strangers type there may be a password in the wrong field.
    if (user !== null)
      await audit(ctx.db, {
        actor: null,
        action: 'sign_in.refused',
        subject: user.id,
        address: from.address,
      });
    return refuse('UNAUTHENTICATED', 'The e-mail or the password is not right.');
  }
  await ctx.signInLimiter.succeeded(email, from.address, knownThere);
  if (user.disabledAt !== null)
    return refuse('ACCOUNT_DISABLED', 'This account has been disabled; ask an administrator.');
  await renewHash(ctx, user.id, user.passwordHash!, given.password);
  return startSession(ctx, user.id, from);
}

/** The one moment the password is known: a hash of an earlier policy is made anew. */
async function renewHash(
  ctx: AccountsContext,
  userId: UserId,
  stored: string,
  password: string,
): Promise<void> {
  if (!ctx.passwords.isOutdated(stored)) return;
  const passwordHash = await ctx.passwords.hash(password);
  if (typeof passwordHash === 'string')
    await ctx.db.run(updatePassword, { id: userId, passwordHash, expected: stored });
}

async function startSession(ctx: AccountsContext, userId: UserId, from: From): Promise<Issued> {
  const now = ctx.now();
  const sessionId = newId<'session'>();
  const refreshToken = newSecret();
  await ctx.db.tx(async (tx) => {
    await tx.one(insertSession, {
      id: sessionId,
      userId,
      createdAt: now,
      expiresAt: (now + sessionMsMax) as Instant,
      ...from,
    });
    await addRefreshToken(tx, refreshToken, sessionId, now, (now + sessionMsMax) as Instant);
    await tx.run(revokeOldestSessions, { userId, keep: sessionsPerUserMax, now });
    await tx.run(deleteEndedSessions, {
      userId,
      endedBefore: (now - endedSessionsKeptMs) as Instant,
    });
    await audit(tx, {
      actor: userId,
      action: 'session.started',
      subject: sessionId,
      address: from.address,
    });
  });
  return issue(ctx, userId, sessionId, refreshToken);
}

export async function addRefreshToken(
  tx: Db,
  token: string,
  sessionId: SessionId,
  now: Instant,
  sessionExpiresAt: Instant,
): Promise<void> {
  const expiresAt = Math.min(now + refreshIdleMs, sessionExpiresAt) as Instant;
  await tx.one(insertRefreshToken, {
    tokenHash: hashSecret(token),
    sessionId,
    createdAt: now,
    expiresAt,
  });
}

export async function issue(
  ctx: AccountsContext,
  userId: UserId,
  sessionId: SessionId,
  refreshToken: string,
): Promise<Issued> {
  const accessToken = await signAccessToken(ctx.signingKey, { userId, sessionId }, ctx.now());
  return { kind: 'issued', accessToken, refreshToken, expiresInS: accessTokenMs / secondMs };
}
