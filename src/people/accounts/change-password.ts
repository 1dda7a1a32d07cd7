import { refuse, type Refusal } from '#foundation/kernel/outcome.ts';
import type { UserCaller } from '#foundation/platform/http.ts';
import { audit } from './audit.ts';
import { checkPassword } from './check-password.ts';
import type { AccountsContext, From } from './context.ts';
import type { Busy } from './hash-password.ts';
import type { Limited } from './limit-sign-in.ts';
import { findPassword, findUser, updatePassword } from './queries.ts';
import { revokeSessionsOf } from './session-queries.ts';

/** Every other session ends: whoever knew the old password is out. API keys stay, they are revoked one by one. */
export async function changePassword(
  ctx: AccountsContext,
  caller: UserCaller,
  given: { readonly currentPassword: string; readonly newPassword: string },
  from: From,
): Promise<null | Refusal<'PASSWORD_WRONG' | 'PASSWORD_TOO_COMMON'> | Busy | Limited> {
  const user = await ctx.db.one(findUser, { id: caller.userId });
  // A stolen access token must not become a way to guess at the password; the same counters as for signing in.
  const limited = await ctx.signInLimiter.attempt(user.email, from.address, true);
  if (limited !== null) return limited;
  const { passwordHash: stored } = await ctx.db.one(findPassword, { id: caller.userId });
  const right = await ctx.passwords.verify(stored, given.currentPassword);
  if (typeof right !== 'boolean') return right;
  if (!right)
    return refuse(
      'PASSWORD_WRONG',
      'The current password is not right; nothing was changed.',
      'currentPassword',
    );
  await ctx.signInLimiter.succeeded(user.email, from.address, true);
  const weak = checkPassword(given.newPassword, user, 'newPassword');
  if (weak !== null) return weak;
  const passwordHash = await ctx.passwords.hash(given.newPassword);
  if (typeof passwordHash !== 'string') return passwordHash;
  const changed = await ctx.db.tx(async (tx) => {
    if ((await tx.run(updatePassword, { id: caller.userId, passwordHash, expected: stored })) === 0)
      return false;
    await tx.run(revokeSessionsOf, {
      userId: caller.userId,
      except: caller.sessionId,
      now: ctx.now(),
      because: 'password changed',
    });
    await audit(tx, {
      actor: caller.userId,
      action: 'password.changed',
      subject: caller.userId,
      address: from.address,
    });
    return true;
  });
  ctx.standings.clear();
  return changed
    ? null
    : refuse(
        'PASSWORD_WRONG',
        'The password was changed by another request meanwhile; this one changed nothing.',
        'currentPassword',
      );
}
