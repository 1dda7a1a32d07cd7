import { createHash, randomBytes } from 'node:crypto';
import { newId, type UserId } from '#foundation/kernel/ids.ts';
import { refuse, type Refusal } from '#foundation/kernel/outcome.ts';
import { dayMs, toIso, type Instant } from '#foundation/kernel/time.ts';
import { artistMetrics, type ArtistMetrics } from '#market/analytics/index.ts';
import type { ReportsContext } from './context.ts';
import type { KeptFilters } from './contract.ts';
import { filterOf } from './keep-query.ts';
import { findQuery, findShared, insertShare, sharesOf, type ShareId } from './queries.ts';

const sharesPerQueryMax = 20;

/** A link to one's own question. Its secret is answered once and never stored. */
export async function shareQuery(
  ctx: ReportsContext,
  ownerId: UserId,
  queryId: string,
  days: number,
): Promise<
  { readonly shareId: ShareId; readonly secret: string; readonly expiresAt: string } | Refusal
> {
  const kept = await ctx.db.maybe(findQuery, { id: queryId, ownerId });
  if (kept === null) return refuse('NOT_FOUND', 'You keep no such question.');
  const now = new Date(ctx.now());
  const open = await ctx.db.all(sharesOf, {
    queries: [queryId],
    now,
    limit: sharesPerQueryMax,
  });
  if (open.length >= sharesPerQueryMax)
    return refuse(
      'CONFLICT',
      `This question has ${sharesPerQueryMax} links that still work. End one first.`,
    );
  const secret = randomBytes(32).toString('base64url');
  const shareId: ShareId = newId<'share'>();
  const expiresAt = new Date(ctx.now() + days * dayMs);
  await ctx.db.run(insertShare, {
    id: shareId,
    queryId,
    secretHash: hashOf(secret),
    now,
    expiresAt,
  });
  return { shareId, secret, expiresAt: toIso(expiresAt.getTime() as Instant) };
}

/** What a link shows: its owner's question, asked now. Over, ended and unknown are the same. */
export async function readShared(
  ctx: ReportsContext,
  secret: string,
): Promise<
  { readonly name: string; readonly expiresAt: string; readonly metrics: ArtistMetrics } | Refusal
> {
  const shared = await ctx.db.maybe(findShared, {
    secretHash: hashOf(secret),
    now: new Date(ctx.now()),
  });
  if (shared === null || !(await ctx.isActive(shared.ownerId)))
    return refuse('NOT_FOUND', 'This link is over. Ask whoever gave it to you for a new one.');
  const metrics = await artistMetrics(ctx, filterOf(ctx, shared.filters as KeptFilters));
  if ('kind' in metrics) return metrics;
  return { name: shared.name, expiresAt: toIso(shared.expiresAt), metrics };
}

function hashOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
