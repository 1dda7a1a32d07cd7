import { randomBytes } from 'node:crypto';
import { hourMs, type Instant } from '#foundation/kernel/time.ts';
import type { TokenId } from '../queries.ts';

// What auth.getToken hands out: good for an hour, for the program that asked, and worth a session once somebody signed
// in approved it. Kept in this process; a program whose token was lost asks again.

const validMs = hourMs;
const tokensMax = 10_000;

export type Taken =
  | { readonly kind: 'approved'; readonly tokenId: TokenId }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'expired' }
  | { readonly kind: 'not approved' };

export type RequestTokens = {
  create(apiKey: string, approvedAs: TokenId | null): string;
  /** Whether a program waits for approval under this token. */
  isWaiting(token: string): boolean;
  approve(token: string, tokenId: TokenId): void;
  /** The session behind a token; it is worth one session only. */
  take(token: string, apiKey: string): Taken;
};

type Entry = { readonly apiKey: string; readonly until: number; tokenId: TokenId | null };

export function createRequestTokens(now: () => Instant): RequestTokens {
  const entries = new Map<string, Entry>();
  return {
    create(apiKey, approvedAs) {
      if (entries.size >= tokensMax) entries.delete(entries.keys().next().value!); // the oldest
      const token = randomBytes(16).toString('hex');
      entries.set(token, { apiKey, until: now() + validMs, tokenId: approvedAs });
      return token;
    },
    isWaiting(token) {
      const entry = entries.get(token);
      return entry !== undefined && entry.tokenId === null && entry.until > now();
    },
    approve(token, tokenId) {
      const entry = entries.get(token);
      if (entry !== undefined) entry.tokenId = tokenId;
    },
    take(token, apiKey) {
      const entry = entries.get(token);
      if (entry === undefined || entry.apiKey !== apiKey) return { kind: 'unknown' };
      if (entry.until <= now()) return { kind: 'expired' };
      if (entry.tokenId === null) return { kind: 'not approved' };
      entries.delete(token);
      return { kind: 'approved', tokenId: entry.tokenId };
    },
  };
}
