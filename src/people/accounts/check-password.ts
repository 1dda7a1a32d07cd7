import { dictionary } from '@zxcvbn-ts/language-common';
import { refuse, type Refusal } from '#foundation/kernel/outcome.ts';
import { passwordCharsMin } from './contract.ts';

// About 18,000 well-known passwords of a length we would accept (ASVS 6.2.4 asks for 3,000); no rules about
// which characters to use, because those make worse passwords (6.2.5).
const wellKnown: ReadonlySet<string> = new Set(
  (dictionary['passwords-common'] as readonly (string | number)[])
    .map(String)
    .filter((password) => password.length >= passwordCharsMin),
);

export const wellKnownCount = wellKnown.size;

/** Refuses what is tried first: the well-known ones, and the account's own e-mail or name. Length is the contract's. */
export function checkPassword(
  password: string,
  owner: { readonly email: string; readonly name: string },
  field = 'password',
): Refusal<'PASSWORD_TOO_COMMON'> | null {
  const folded = password.normalize('NFKC').toLowerCase();
  const personal = [owner.email, owner.email.split('@')[0]!, owner.name.toLowerCase()];
  if (wellKnown.has(folded) || personal.includes(folded) || isOneCharacter(folded)) {
    return refuse(
      'PASSWORD_TOO_COMMON',
      'This password is one of the first that are tried; nothing was stored. Take a few words that only you would put together.',
      field,
    );
  }
  return null;
}

function isOneCharacter(text: string): boolean {
  return new Set(text).size === 1;
}
