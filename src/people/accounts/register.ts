import { foldLetters } from '#foundation/kernel/fold-letters.ts';
import { newId, type UserId } from '#foundation/kernel/ids.ts';
import { refuse, type Refusal } from '#foundation/kernel/outcome.ts';
import type { Db } from '#foundation/platform/postgres.ts';
import { audit } from './audit.ts';
import { checkPassword } from './check-password.ts';
import type { AccountsContext, From } from './context.ts';
import type { Profile, Role } from './contract.ts';
import type { Busy } from './hash-password.ts';
import type { Limited } from './limit-sign-in.ts';
import { readProfile } from './profile.ts';
import { insertRoles, insertUser } from './queries.ts';

export type NewPerson = {
  readonly email: string;
  readonly password: string;
  readonly name: string;
};
export type EmailTaken = Refusal<'CONFLICT'>;

/** One spelling per mailbox, as far as that can be known without asking the mail server. */
export function normalEmail(email: string): string {
  return email.trim().normalize('NFC').toLowerCase();
}

/**
 * Makes a listener. That an e-mail is taken is told: without mail there is no other way to say it, and
 * how often one address may ask is limited.
 */
export async function register(
  ctx: AccountsContext,
  person: NewPerson,
  from: From,
): Promise<Profile | EmailTaken | Refusal<'PASSWORD_TOO_COMMON'> | Busy | Limited> {
  const limited = await ctx.signInLimiter.register(from.address);
  if (limited !== null) return limited;
  const prepared = await preparePerson(ctx, person);
  if ('kind' in prepared) return prepared;
  return ctx.db.tx(async (tx) => {
    const userId = await addUser(tx, ctx, prepared, ['listener'], null);
    if (typeof userId !== 'string') return userId;
    await audit(tx, {
      actor: userId,
      action: 'account.registered',
      subject: userId,
      address: from.address,
    });
    return readProfile(tx, ctx, userId);
  });
}

export type PreparedPerson = {
  readonly email: string;
  readonly name: string;
  readonly passwordHash: string;
};

/** Hashing happens before the transaction: nothing is locked while it takes its time. */
export async function preparePerson(
  ctx: AccountsContext,
  person: NewPerson,
): Promise<PreparedPerson | Refusal<'PASSWORD_TOO_COMMON'> | Busy> {
  const email = normalEmail(person.email);
  const name = person.name.trim();
  const weak = checkPassword(person.password, { email, name });
  if (weak !== null) return weak;
  const passwordHash = await ctx.passwords.hash(person.password);
  return typeof passwordHash === 'string' ? { email, name, passwordHash } : passwordHash;
}

export async function addUser(
  tx: Db,
  ctx: AccountsContext,
  person: PreparedPerson,
  roles: readonly Role[],
  grantedBy: UserId | null,
): Promise<UserId | EmailTaken> {
  const row = await tx.maybe(insertUser, {
    id: newId<'user'>(),
    ...person,
    nameKey: foldLetters(person.name),
    createdAt: ctx.now(),
  });
  if (row === null)
    return refuse(
      'CONFLICT',
      'There is already an account with this e-mail; sign in instead.',
      'email',
    );
  await tx.run(insertRoles, { userId: row.id, roles, grantedBy });
  return row.id;
}
