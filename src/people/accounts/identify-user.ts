import { refuse, type Refusal } from '#foundation/kernel/outcome.ts';
import type { UserCaller } from '#foundation/platform/http.ts';
import { apiKeyPrefix } from './api-keys.ts';
import type { AccountsContext } from './context.ts';
import { findStanding, useApiKey } from './session-queries.ts';
import { hashSecret, verifyAccessToken } from './tokens.ts';

/**
 * Who sends this Authorization header; null when it is none of ours (absent, or of another scheme). A revoked session
 * or key and changed roles are seen at once in this process and after at most 30 s in others.
 */
export async function identifyUser(
  ctx: AccountsContext,
  authorization: string | undefined,
): Promise<UserCaller | Refusal<'UNAUTHENTICATED'> | null> {
  const token =
    authorization === undefined ? undefined : /^Bearer +(\S+) *$/i.exec(authorization)?.[1];
  if (token === undefined) return null;
  return token.startsWith(apiKeyPrefix) ? byApiKey(ctx, token) : byAccessToken(ctx, token);
}

async function byAccessToken(
  ctx: AccountsContext,
  token: string,
): Promise<UserCaller | Refusal<'UNAUTHENTICATED'>> {
  const claims = await verifyAccessToken(ctx.signingKey, token, ctx.now());
  if (claims === null)
    return refuse(
      'UNAUTHENTICATED',
      'The access token is not valid or has expired; refresh it or sign in.',
    );
  const { userId, sessionId } = claims;
  const standing = await ctx.standings.get(sessionId, () =>
    ctx.db.maybe(findStanding, { sessionId }),
  );
  if (
    standing === null ||
    standing.userId !== userId ||
    standing.revokedAt !== null ||
    standing.expiresAt <= ctx.now()
  ) {
    return refuse('UNAUTHENTICATED', 'This session is over; sign in again.');
  }
  if (standing.disabledAt !== null)
    return refuse('UNAUTHENTICATED', 'This account has been disabled.');
  return { kind: 'user', userId, roles: standing.roles, sessionId };
}

async function byApiKey(
  ctx: AccountsContext,
  key: string,
): Promise<UserCaller | Refusal<'UNAUTHENTICATED'>> {
  const keyHash = hashSecret(key);
  const cacheKey = keyHash.toString('hex');
  const found = await ctx.apiKeys.get(cacheKey, () =>
    ctx.db.maybe(useApiKey, { keyHash, now: ctx.now() }),
  );
  if (found === null) {
    ctx.apiKeys.delete(cacheKey); // guesses must not push real keys out of the cache
    return refuse('UNAUTHENTICATED', 'This API key is not known.');
  }
  if (
    found.revokedAt !== null ||
    found.disabledAt !== null ||
    (found.expiresAt !== null && found.expiresAt <= ctx.now())
  ) {
    return refuse('UNAUTHENTICATED', 'This API key has been revoked or has expired.');
  }
  return {
    kind: 'user',
    userId: found.userId,
    roles: found.roles,
    sessionId: null,
  };
}
