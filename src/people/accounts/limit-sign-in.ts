import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { addressGroup } from '#foundation/platform/rate-limits.ts';

/** Attempts within `windowS` seconds. */
export type Limit = { readonly attempts: number; readonly windowS: number };

export type SignInLimits = {
  /** One account from one address. */
  readonly pair: Limit;
  /** One account from anywhere it has not signed in from before: a stranger cannot lock a person out at home. */
  readonly account: Limit;
  /** Any account from one address; generous, thousands share one. */
  readonly address: Limit;
  /** New accounts and first-administrator links from one address. */
  readonly register: Limit;
};

export const signInLimitsDefault: SignInLimits = {
  pair: { attempts: 20, windowS: 15 * 60 },
  account: { attempts: 100, windowS: 60 * 60 },
  address: { attempts: 500, windowS: 10 * 60 },
  register: { attempts: 1_000, windowS: 60 * 60 },
};

export type Limited = { readonly kind: 'limited'; readonly retryAfterMs: number };

export type SignInLimiter = {
  /** Counts an attempt before the password is looked at, so that parallel guesses count too. */
  attempt(account: string, address: string, knownThere: boolean): Promise<Limited | null>;
  /** A right password gives the attempt back. */
  succeeded(account: string, address: string, knownThere: boolean): Promise<void>;
  register(address: string): Promise<Limited | null>;
};

export function createSignInLimiter(limits: SignInLimits = signInLimitsDefault): SignInLimiter {
  const pair = limiter(limits.pair);
  const account = limiter(limits.account);
  const address = limiter(limits.address);
  const register = limiter(limits.register);
  return {
    async attempt(who, where, knownThere) {
      const group = addressGroup(where);
      return (
        (await take(address, group)) ??
        (await take(pair, `${group} ${who}`)) ??
        (knownThere ? null : await take(account, who))
      );
    },
    async succeeded(who, where, knownThere) {
      const group = addressGroup(where);
      await pair.delete(`${group} ${who}`);
      await address.reward(group);
      if (!knownThere) await account.reward(who);
    },
    register: (where) => take(register, addressGroup(where)),
  };
}

function limiter(limit: Limit): RateLimiterMemory {
  return new RateLimiterMemory({ points: limit.attempts, duration: limit.windowS });
}

async function take(from: RateLimiterMemory, key: string): Promise<Limited | null> {
  try {
    await from.consume(key);
    return null;
  } catch (refused) {
    if (refused instanceof RateLimiterRes)
      return { kind: 'limited', retryAfterMs: refused.msBeforeNext };
    throw refused;
  }
}
