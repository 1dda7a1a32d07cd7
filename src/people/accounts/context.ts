import { randomBytes } from 'node:crypto';
import type { Instant } from '#foundation/kernel/time.ts';
import { secondMs } from '#foundation/kernel/time.ts';
import type { Log } from '#foundation/platform/log.ts';
import type { Database } from '#foundation/platform/postgres.ts';
import { createExpiringCache, type ExpiringCache } from './expiring-cache.ts';
import type { Matrix } from './permissions.ts';
import { createPasswordHasher, type PasswordHasher } from './hash-password.ts';
import { createSignInLimiter, type SignInLimiter, type SignInLimits } from './limit-sign-in.ts';
import type { FoundApiKey, Standing } from './session-queries.ts';
import type { SigningKey } from './signing-key.ts';

/** How long another process may go on believing in a session or key that has been revoked. */
export const standingMsMax = 30 * secondMs;
const standingsMax = 50_000;

export type AccountsContext = {
  readonly db: Database;
  readonly log: Log;
  readonly now: () => Instant;
  readonly signingKey: SigningKey;
  readonly passwords: PasswordHasher;
  readonly signInLimiter: SignInLimiter;
  readonly standings: ExpiringCache<Standing | null>;
  readonly apiKeys: ExpiringCache<FoundApiKey | null>;
  readonly appPasswords: AppPasswords;
  /** By the table that all rooms fill together. */
  readonly permissionsOf: Matrix['permissionsOf'];
};

/** What the passwords of players are kept with. */
export type AppPasswords = {
  readonly db: Database;
  readonly now: () => Instant;
  /** 32 bytes. */
  readonly sealingKey: Buffer;
};

/** Who asks, for the audit log and the list of sessions. */
export type From = { readonly address: string; readonly userAgent: string | null };

export async function accountsContext(parts: {
  readonly db: Database;
  readonly log: Log;
  readonly now: () => Instant;
  readonly signingKey: SigningKey;
  readonly signInLimits?: SignInLimits;
  /** Seals the passwords of players; without one they last as long as the process. */
  readonly sealingKey?: Buffer;
  readonly permissionsOf: Matrix['permissionsOf'];
}): Promise<AccountsContext> {
  const { db, log, now, signingKey, signInLimits, permissionsOf } = parts;
  const cache = { ttlMs: standingMsMax, entriesMax: standingsMax, now };
  return {
    db,
    log,
    now,
    signingKey,
    permissionsOf,
    passwords: await createPasswordHasher(),
    signInLimiter: createSignInLimiter(signInLimits),
    standings: createExpiringCache(cache),
    apiKeys: createExpiringCache(cache),
    appPasswords: { db, now, sealingKey: parts.sealingKey ?? randomBytes(32) },
  };
}
