import type { UserId } from '#foundation/kernel/ids.ts';
import { refuse, type Refusal } from '#foundation/kernel/outcome.ts';
import { dayMs, type Instant } from '#foundation/kernel/time.ts';
import { ConfigError, type Config } from '#foundation/platform/config.ts';
import type { Db } from '#foundation/platform/postgres.ts';
import { audit } from './audit.ts';
import { checkPassword } from './check-password.ts';
import type { AccountsContext, From } from './context.ts';
import { passwordCharsMax, passwordCharsMin, type Profile } from './contract.ts';
import type { Busy } from './hash-password.ts';
import type { Limited } from './limit-sign-in.ts';
import { readProfile } from './profile.ts';
import {
  deleteFirstAdminLinks,
  findSignIn,
  insertFirstAdminLink,
  insertRoles,
  lockAdmins,
  spendFirstAdminLink,
  updateDisabled,
  updatePassword,
} from './queries.ts';
import { revokeApiKeysOf, revokeSessionsOf } from './session-queries.ts';
import {
  addUser,
  normalEmail,
  preparePerson,
  type EmailTaken,
  type NewPerson,
} from './register.ts';
import { hashSecret, newSecret } from './tokens.ts';

const linkMs = dayMs;

/**
 * Sees to it that somebody can become administrator. With NGOMA_ADMIN_EMAIL and NGOMA_ADMIN_PASSWORD that person is
 * made now; else answers the path of a link to print, which works once, within a day, and only while there is no
 * administrator. Null when there is one. The secret is in the fragment, which browsers send to nobody.
 */
export async function prepareFirstAdmin(
  ctx: AccountsContext,
  config: Pick<Config, 'adminEmail' | 'adminPassword'>,
): Promise<string | null> {
  if ((await ctx.db.all(lockAdmins, {})).length > 0) return null;
  if (config.adminEmail !== null && config.adminPassword !== null) {
    await makeFromConfig(ctx, config.adminEmail, config.adminPassword);
    return null;
  }
  const token = newSecret();
  await ctx.db.tx(async (tx) => {
    await tx.run(deleteFirstAdminLinks, {});
    await tx.run(insertFirstAdminLink, { tokenHash: hashSecret(token), now: ctx.now() });
    await audit(tx, { actor: null, action: 'first_admin.link_made' });
  });
  return `/app/first-admin#${token}`;
}

async function makeFromConfig(
  ctx: AccountsContext,
  givenEmail: string,
  password: string,
): Promise<void> {
  const email = normalEmail(givenEmail);
  if (!/^[^\s@]+@[^\s@]+$/.test(email))
    throw new ConfigError(`NGOMA_ADMIN_EMAIL must be an e-mail address, not "${givenEmail}"`);
  if (password.length < passwordCharsMin || password.length > passwordCharsMax) {
    throw new ConfigError(
      `NGOMA_ADMIN_PASSWORD must have ${passwordCharsMin} to ${passwordCharsMax} characters`,
    );
  }
  // Said, not refused: whoever sets the environment may be trying things out on a machine of their own.
  if (checkPassword(password, { email, name: '' }) !== null)
    ctx.log.warn(
      'NGOMA_ADMIN_PASSWORD is one of the first passwords that are tried; change it before anybody else can reach this server',
    );
  const passwordHash = await ctx.passwords.hash(password);
  if (typeof passwordHash !== 'string') throw new Error(passwordHash.detail);
  await ctx.db.tx(async (tx) => {
    const userId = await takeOver(tx, ctx, email, passwordHash);
    await audit(tx, {
      actor: null,
      action: 'first_admin.made',
      subject: userId,
      detail: { by: 'configuration' },
    });
  });
}

/** Whoever registered the operator's e-mail before the operator did loses every way in: password, sessions, keys. */
async function takeOver(
  tx: Db,
  ctx: AccountsContext,
  email: string,
  passwordHash: string,
): Promise<UserId> {
  const added = await addUser(
    tx,
    ctx,
    { email, name: 'Administrator', passwordHash },
    ['listener', 'admin'],
    null,
  );
  if (typeof added === 'string') return added;
  const { id } = await tx.one(findSignIn, { email, address: '' });
  await tx.run(updatePassword, { id, passwordHash, expected: null });
  await tx.run(revokeSessionsOf, {
    userId: id,
    except: null,
    now: ctx.now(),
    because: 'made administrator by configuration',
  });
  await tx.run(revokeApiKeysOf, { userId: id, now: ctx.now() });
  await tx.run(updateDisabled, { id, disabledAt: null, because: null });
  await tx.run(insertRoles, { userId: id, roles: ['admin'], grantedBy: null });
  return id;
}

export async function makeFirstAdmin(
  ctx: AccountsContext,
  given: NewPerson & { readonly token: string },
  from: From,
): Promise<Profile | Refusal<'LINK_SPENT' | 'PASSWORD_TOO_COMMON'> | EmailTaken | Busy | Limited> {
  const limited = await ctx.signInLimiter.register(from.address);
  if (limited !== null) return limited;
  const prepared = await preparePerson(ctx, given);
  if ('kind' in prepared) return prepared;
  const spent = refuse(
    'LINK_SPENT',
    'Start the server again for a new link, if there is no administrator yet.',
  );
  const now = ctx.now();
  try {
    return await ctx.db.tx(async (tx) => {
      const fresh = await tx.run(spendFirstAdminLink, {
        tokenHash: hashSecret(given.token),
        now,
        madeAfter: (now - linkMs) as Instant,
      });
      if (fresh === 0 || (await tx.all(lockAdmins, {})).length > 0) return spent;
      const userId = await addUser(tx, ctx, prepared, ['listener', 'admin'], null);
      if (typeof userId !== 'string') throw new LinkKept(userId);
      await audit(tx, {
        actor: userId,
        action: 'first_admin.made',
        subject: userId,
        detail: { by: 'link' },
        address: from.address,
      });
      return readProfile(tx, ctx, userId);
    });
  } catch (error) {
    if (error instanceof LinkKept) return error.refusal;
    throw error;
  }
}

/** Rolls back, so that a taken e-mail does not cost the link. */
class LinkKept extends Error {
  readonly refusal: EmailTaken;
  constructor(refusal: EmailTaken) {
    super(refusal.detail);
    this.refusal = refusal;
  }
}
