import { foldLetters } from '#foundation/kernel/fold-letters.ts';
import type { UserId } from '#foundation/kernel/ids.ts';
import { refuse, type Refusal } from '#foundation/kernel/outcome.ts';
import { toIso } from '#foundation/kernel/time.ts';
import type { Db } from '#foundation/platform/postgres.ts';
import type { AccountsContext } from './context.ts';
import type { Preferences, Profile, Role } from './contract.ts';
import { findUser, lockUser, updateProfile } from './queries.ts';

const preferencesMax = 200;
const preferencesCharsMax = 32_000;

export async function readProfile(
  db: Db,
  ctx: Pick<AccountsContext, 'permissionsOf'>,
  userId: UserId,
): Promise<Profile> {
  const user = await db.one(findUser, { id: userId });
  const roles = [...user.roles] as Role[];
  return {
    id: user.id,
    email: user.email,
    name: user.name,
    roles,
    permissions: [...ctx.permissionsOf(roles)],
    territory: user.territory,
    locale: user.locale,
    timeZone: user.timeZone,
    preferences: user.preferences,
    createdAt: toIso(user.createdAt),
  };
}

export type ProfileEdit = {
  readonly name?: string;
  readonly territory?: string | null;
  readonly locale?: string;
  readonly timeZone?: string;
  readonly preferences?: Readonly<Record<string, Preferences[string] | null>>;
};

/** Preferences are merged name by name; null removes one. The rooms that read them give them meaning. */
export async function editProfile(
  ctx: AccountsContext,
  userId: UserId,
  edit: ProfileEdit,
): Promise<Profile | Refusal<'VALIDATION_FAILED'>> {
  if (edit.timeZone !== undefined && !isTimeZone(edit.timeZone)) {
    return refuse(
      'VALIDATION_FAILED',
      `${edit.timeZone} is no IANA time zone, Africa/Kigali is one; nothing was changed.`,
      'timeZone',
    );
  }
  return ctx.db.tx(async (tx) => {
    const user = await tx.one(lockUser, { id: userId });
    const preferences = merge(user.preferences, edit.preferences ?? {});
    const text = JSON.stringify(preferences);
    if (Object.keys(preferences).length > preferencesMax || text.length > preferencesCharsMax) {
      return refuse(
        'VALIDATION_FAILED',
        `At most ${preferencesMax} preferences of together ${preferencesCharsMax} characters are kept; nothing was changed.`,
        'preferences',
      );
    }
    const name = edit.name?.trim() ?? user.name;
    await tx.run(updateProfile, {
      id: userId,
      name,
      nameKey: foldLetters(name),
      territory: edit.territory === undefined ? user.territory : edit.territory,
      locale: edit.locale ?? user.locale,
      timeZone: edit.timeZone ?? user.timeZone,
      preferences: text,
    });
    return readProfile(tx, ctx, userId);
  });
}

function merge(
  kept: Preferences,
  change: Readonly<Record<string, Preferences[string] | null>>,
): Preferences {
  return Object.fromEntries(
    Object.entries({ ...kept, ...change }).filter(
      (entry): entry is [string, Preferences[string]] => entry[1] !== null,
    ),
  );
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
