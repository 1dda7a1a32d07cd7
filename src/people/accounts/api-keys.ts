import { cutPage, type PageOf } from '#foundation/kernel/endpoint.ts';
import { newId, type UserId } from '#foundation/kernel/ids.ts';
import { refuse, type Refusal } from '#foundation/kernel/outcome.ts';
import { dayMs, toIso, type Instant } from '#foundation/kernel/time.ts';
import { audit } from './audit.ts';
import type { AccountsContext, From } from './context.ts';
import type { ApiKeySummary } from './contract.ts';
import { lockUser } from './queries.ts';
import {
  findApiKeys,
  insertApiKey,
  revokeApiKey as revokeKey,
  type ApiKeyId,
} from './session-queries.ts';
import { hashSecret, newSecret } from './tokens.ts';

/** Lets secret scanners and people recognise one of ours. */
export const apiKeyPrefix = 'ngk_';
const hintChars = apiKeyPrefix.length + 6;
const apiKeysPerUserMax = 50;

/** The key itself is in this answer and nowhere else. It may do what its owner's roles allow, except touch the account. */
export async function makeApiKey(
  ctx: AccountsContext,
  userId: UserId,
  asked: { readonly name: string; readonly expiresInDays?: number },
  from: From,
): Promise<(ApiKeySummary & { key: string }) | Refusal<'TOO_MANY_API_KEYS'>> {
  const key = apiKeyPrefix + newSecret();
  const now = ctx.now();
  const made = {
    id: newId<'apiKey'>(),
    name: asked.name.trim(),
    hint: key.slice(0, hintChars),
    expiresAt:
      asked.expiresInDays === undefined ? null : ((now + asked.expiresInDays * dayMs) as Instant),
  };
  return ctx.db.tx(async (tx) => {
    await tx.one(lockUser, { id: userId });
    const kept = await tx.all(findApiKeys, { userId, before: null, limit: apiKeysPerUserMax });
    if (kept.length >= apiKeysPerUserMax)
      return refuse(
        'TOO_MANY_API_KEYS',
        `At most ${apiKeysPerUserMax} can be kept; revoke one first.`,
      );
    await tx.one(insertApiKey, { ...made, userId, keyHash: hashSecret(key), now });
    await audit(tx, {
      actor: userId,
      action: 'api_key.made',
      subject: made.id,
      detail: { name: made.name },
      address: from.address,
    });
    return { ...summaryOf({ ...made, createdAt: now, lastUsedAt: null }), key };
  });
}

export async function listApiKeys(
  ctx: AccountsContext,
  userId: UserId,
  asked: { readonly cursor?: string; readonly limit: number },
): Promise<PageOf<ApiKeySummary>> {
  const rows = await ctx.db.all(findApiKeys, {
    userId,
    before: asked.cursor ?? null,
    limit: asked.limit + 1,
  });
  return cutPage(rows, asked.limit, summaryOf, (last) => last.id);
}

/** False when this person has no such key. */
export async function revokeApiKey(
  ctx: AccountsContext,
  userId: UserId,
  id: ApiKeyId,
  from: From,
): Promise<boolean> {
  const keyHash = await ctx.db.tx(async (tx) => {
    const row = await tx.maybe(revokeKey, { id, userId, now: ctx.now() });
    if (row !== null)
      await audit(tx, {
        actor: userId,
        action: 'api_key.revoked',
        subject: id,
        address: from.address,
      });
    return row?.keyHash ?? null;
  });
  if (keyHash !== null) ctx.apiKeys.delete(keyHash.toString('hex'));
  return keyHash !== null;
}

type KeyRow = {
  readonly id: ApiKeyId;
  readonly name: string;
  readonly hint: string;
  readonly createdAt: Instant;
  readonly expiresAt: Instant | null;
  readonly lastUsedAt: Instant | null;
};

function summaryOf(row: KeyRow): ApiKeySummary {
  return {
    id: row.id,
    name: row.name,
    hint: row.hint,
    createdAt: toIso(row.createdAt),
    expiresAt: row.expiresAt === null ? null : toIso(row.expiresAt),
    lastUsedAt: row.lastUsedAt === null ? null : toIso(row.lastUsedAt),
  };
}
