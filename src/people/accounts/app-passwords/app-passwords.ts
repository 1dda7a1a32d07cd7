import { createCipheriv, createDecipheriv, randomBytes, randomInt } from 'node:crypto';
import { newId, type Id, type UserId } from '#foundation/kernel/ids.ts';
import { refuse, type Refusal } from '#foundation/kernel/outcome.ts';
import { toIso } from '#foundation/kernel/time.ts';
import type { UserCaller } from '#foundation/platform/http.ts';
import {
  findAppPasswords,
  findAppPasswordsByEmail,
  insertAppPassword,
  noteAppPasswordUse,
  revokeAppPassword as revoke,
} from './queries.ts';
import { audit } from '../audit.ts';
import type { AppPasswords } from '../context.ts';
import { lockUser } from '../queries.ts';

// A player of OpenSubsonic proves that it knows a password by a hash over it and a salt, so the server must be able to read it.
// Each is random, for one program, sealed with AES-256-GCM by a key of this installation, and can be revoked alone.

export type AppPasswordId = Id<'appPassword'>;
const appPasswordsMax = 20;
// No letters that are read as another one: it is typed on telephones.
const letters = 'abcdefghjkmnpqrstuvwxyz23456789';
const passwordLetters = 20;
const ivBytes = 12;
const tagBytes = 16;

/** The password is in this answer and nowhere else. */
export async function makeAppPassword(
  ctx: AppPasswords,
  userId: UserId,
  name: string,
  from: { readonly address: string },
): Promise<
  | { readonly id: AppPasswordId; readonly username: string; readonly password: string }
  | Refusal<'TOO_MANY_APP_PASSWORDS'>
> {
  const id: AppPasswordId = newId<'appPassword'>();
  const password = newPassword();
  return ctx.db.tx(async (tx) => {
    await tx.one(lockUser, { id: userId });
    const kept = await tx.all(findAppPasswords, { userId, limit: appPasswordsMax });
    if (kept.length >= appPasswordsMax)
      return refuse(
        'TOO_MANY_APP_PASSWORDS',
        `At most ${appPasswordsMax} can be kept; revoke one first.`,
      );
    const { email } = await tx.one(insertAppPassword, {
      id,
      userId,
      name: name.trim(),
      sealed: seal(ctx.sealingKey, id, password),
      now: ctx.now(),
    });
    await audit(tx, {
      actor: userId,
      action: 'app_password.made',
      subject: id,
      detail: { name: name.trim() },
      address: from.address,
    });
    return { id, username: email, password };
  });
}

export async function listAppPasswords(ctx: AppPasswords, userId: UserId) {
  const rows = await ctx.db.all(findAppPasswords, { userId, limit: appPasswordsMax });
  return {
    items: rows.map((row) => ({
      id: row.id,
      name: row.name,
      createdAt: toIso(row.createdAt),
      lastUsedAt: row.lastUsedAt === null ? null : toIso(row.lastUsedAt),
    })),
  };
}

/** False when this person has no such password. */
export async function revokeAppPassword(
  ctx: AppPasswords,
  userId: UserId,
  id: AppPasswordId,
  from: { readonly address: string },
): Promise<boolean> {
  return ctx.db.tx(async (tx) => {
    const row = await tx.maybe(revoke, { id, userId, now: ctx.now() });
    if (row !== null)
      await audit(tx, {
        actor: userId,
        action: 'app_password.revoked',
        subject: id,
        address: from.address,
      });
    return row !== null;
  });
}

/**
 * Whose login this is: `isRight` is asked with every password of the account that is named. Null where none is right, the
 * account is unknown or disabled. The same work is done for an unknown account.
 */
export async function identifyByAppPassword(
  ctx: AppPasswords,
  username: string,
  isRight: (password: string) => boolean,
): Promise<(UserCaller & { readonly username: string }) | null> {
  const rows = await ctx.db.all(findAppPasswordsByEmail, {
    email: username.trim().toLowerCase(),
    limit: appPasswordsMax,
  });
  let found: (typeof rows)[number] | null = null;
  for (const row of rows) {
    const password = open(ctx.sealingKey, row.id, row.sealed);
    if (password !== null && isRight(password)) found = row;
  }
  if (rows.length === 0) isRight(newPassword());
  if (found === null || found.disabledAt !== null) return null;
  await ctx.db.run(noteAppPasswordUse, { id: found.id, now: ctx.now() });
  return {
    kind: 'user',
    userId: found.userId,
    roles: found.roles,
    sessionId: null,
    username: found.email,
  };
}

function newPassword(): string {
  return Array.from({ length: passwordLetters }, () => letters[randomInt(letters.length)]).join('');
}

/** Bound to its row, so that one sealed password cannot be put in the place of another. */
function seal(key: Buffer, id: string, password: string): Buffer {
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(id));
  const sealed = Buffer.concat([cipher.update(password, 'utf8'), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), sealed]);
}

/** Null where the key is another one (a database restored under another home). */
function open(key: Buffer, id: string, sealed: Buffer): string | null {
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, ivBytes))
      .setAAD(Buffer.from(id))
      .setAuthTag(sealed.subarray(ivBytes, ivBytes + tagBytes));
    return (
      decipher.update(sealed.subarray(ivBytes + tagBytes), undefined, 'utf8') +
      decipher.final('utf8')
    );
  } catch {
    return null;
  }
}
