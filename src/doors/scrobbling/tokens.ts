import { createHash, createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import { foldLetters } from '#foundation/kernel/fold-letters.ts';
import { newId, type UserId } from '#foundation/kernel/ids.ts';
import { refuse, type Refusal } from '#foundation/kernel/outcome.ts';
import { minuteMs, toIso, type Instant } from '#foundation/kernel/time.ts';
import { isUniqueViolation } from '#foundation/platform/postgres.ts';
import type { ScrobblingContext } from './context.ts';
import { tokensPerListenerMax } from './contract.ts';
import * as queries from './queries.ts';
import type { TokenId } from './queries.ts';

// A scrobble token is all a program needs: ListenBrainz's user token, the password of the two others. It has the form
// of a uuid because ListenBrainz's has, and because mpdscribble takes 32 characters for a password already hashed.

const hintChars = 8;
const touchEveryMs = minuteMs;

/** Whose program it is. */
export type Person = {
  readonly userId: UserId;
  readonly userName: string;
  readonly tokenId: TokenId;
};

export function md5(text: string): Buffer {
  return createHash('md5').update(text, 'utf8').digest();
}

export async function makeToken(
  ctx: ScrobblingContext,
  userId: UserId,
  asked: { readonly name: string; readonly userName?: string },
): Promise<
  | (TokenSummary & { userName: string; token: string; apiKey: string; sharedSecret: string })
  | Refusal<'TOO_MANY_TOKENS' | 'USER_NAME_TAKEN'>
> {
  const token: string = randomUUID();
  const made = await addToken(ctx, userId, { ...asked, token });
  if ('kind' in made) return made;
  return {
    ...summaryOf(made),
    userName: made.userName,
    token,
    apiKey: apiKeyOf(made.id),
    sharedSecret: sharedSecretOf(ctx, made.id),
  };
}

/** A token that nobody is told: a program that was approved holds a session key computed from its id. */
export async function makeSilentToken(
  ctx: ScrobblingContext,
  userId: UserId,
  name: string,
): Promise<TokenSummary | Refusal<'TOO_MANY_TOKENS' | 'USER_NAME_TAKEN'>> {
  const made = await addToken(ctx, userId, { name, token: randomUUID() });
  return 'kind' in made ? made : summaryOf(made);
}

type Added = queries.TokenRow & { readonly userName: string };

async function addToken(
  ctx: ScrobblingContext,
  userId: UserId,
  asked: { readonly name: string; readonly userName?: string; readonly token: string },
): Promise<Added | Refusal<'TOO_MANY_TOKENS' | 'USER_NAME_TAKEN'>> {
  const id = newId<'scrobbleToken'>();
  const now = ctx.now();
  const hint = asked.token.slice(0, hintChars);
  try {
    return await ctx.db.tx(async (tx) => {
      const ownName = asked.userName ?? `listener-${userId.replaceAll('-', '').slice(-12)}`;
      await tx.run(queries.insertListener, {
        userId,
        name: ownName,
        nameKey: foldLetters(ownName),
      });
      if (asked.userName !== undefined)
        await tx.run(queries.renameListener, {
          userId,
          name: asked.userName,
          nameKey: foldLetters(asked.userName),
        });
      const { name: userName } = await tx.one(queries.lockListener, { userId });
      const kept = await tx.all(queries.findTokens, { userId, limit: tokensPerListenerMax });
      if (kept.length >= tokensPerListenerMax)
        return refuse(
          'TOO_MANY_TOKENS',
          `At most ${tokensPerListenerMax} scrobble tokens can be kept; revoke one first.`,
        );
      const name = asked.name.trim();
      const secretMd5 = md5(asked.token);
      await tx.run(queries.insertToken, { id, userId, name, hint, secretMd5, now });
      return { id, name, hint, createdAt: now, lastUsedAt: null, userName };
    });
  } catch (error) {
    if (!isUniqueViolation(error, 'listener_by_name')) throw error;
    return refuse('USER_NAME_TAKEN', 'Choose another name; no token was made.', 'userName');
  }
}

export type TokenSummary = ReturnType<typeof summaryOf>;

function summaryOf(row: queries.TokenRow) {
  return {
    id: row.id,
    name: row.name,
    hint: row.hint,
    createdAt: toIso(row.createdAt),
    lastUsedAt: row.lastUsedAt === null ? null : toIso(row.lastUsedAt),
  };
}

export async function listTokens(ctx: ScrobblingContext, userId: UserId) {
  const listener = await ctx.db.maybe(queries.findListener, { userId });
  const rows = await ctx.db.all(queries.findTokens, { userId, limit: tokensPerListenerMax });
  return { userName: listener?.name ?? null, items: rows.map(summaryOf) };
}

// ── what programs show ──────────────────────────────────────────────────

/** The public name of a program that signs: its token's id, in the 32 hexadecimal digits Last.fm's keys have. */
function apiKeyOf(id: TokenId): string {
  return id.replaceAll('-', '');
}

export function sharedSecretOf(ctx: ScrobblingContext, id: TokenId): string {
  return hmacOf(ctx, `shared secret ${id}`);
}

/** What a program shows after it signed in; it lasts as long as the token. */
export function sessionKeyOf(ctx: ScrobblingContext, id: TokenId): string {
  return `${apiKeyOf(id)}${hmacOf(ctx, `session ${id}`)}`;
}

function hmacOf(ctx: ScrobblingContext, text: string): string {
  return createHmac('sha256', ctx.secret).update(text).digest('hex').slice(0, 32);
}

const idHexPattern = /^([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/;

function idOf(hex: string): TokenId | null {
  return idHexPattern.test(hex) ? (hex.replace(idHexPattern, '$1-$2-$3-$4-$5') as TokenId) : null;
}

export async function findByToken(ctx: ScrobblingContext, token: string): Promise<Person | null> {
  return admit(ctx, await ctx.db.maybe(queries.findBySecret, { secretMd5: md5(token) }));
}

export async function findBySessionKey(
  ctx: ScrobblingContext,
  key: string,
): Promise<Person | null> {
  const id = key.length === 64 ? idOf(key.slice(0, 32)) : null;
  if (id === null || !sameText(key, sessionKeyOf(ctx, id))) return null;
  return admit(ctx, await ctx.db.maybe(queries.findByToken, { id }));
}

export async function findByApiKey(ctx: ScrobblingContext, apiKey: string): Promise<Person | null> {
  const id = idOf(apiKey);
  return id === null ? null : admit(ctx, await ctx.db.maybe(queries.findByToken, { id }));
}

/** The listener of this name for whose token `prove` computes what the program sent. */
export async function findByProof(
  ctx: ScrobblingContext,
  userName: string,
  proof: string,
  prove: (secretMd5Hex: string) => string,
): Promise<Person | null> {
  if (userName.includes('\0')) return null;
  const rows = await ctx.db.all(queries.findByName, {
    nameKey: foldLetters(userName),
    limit: tokensPerListenerMax,
  });
  const found = rows.find((row) => sameText(prove(row.secretMd5.toString('hex')), proof));
  return admit(ctx, found ?? null);
}

async function admit(
  ctx: ScrobblingContext,
  row: (Person & { readonly lastUsedAt: Instant | null }) | null,
): Promise<Person | null> {
  if (row === null || !(await ctx.isActive(row.userId))) return null;
  const now = ctx.now();
  if (row.lastUsedAt === null || row.lastUsedAt < now - touchEveryMs)
    await ctx.db.run(queries.touchToken, { id: row.tokenId, now });
  return { userId: row.userId, userName: row.userName, tokenId: row.tokenId };
}

export function sameText(a: string, b: string): boolean {
  const [x, y] = [Buffer.from(a), Buffer.from(b)];
  return x.length === y.length && timingSafeEqual(x, y);
}
