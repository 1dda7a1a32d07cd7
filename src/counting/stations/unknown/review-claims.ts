import { cutPage, limitDefault } from '#foundation/kernel/endpoint.ts';
import { isUuid } from '#foundation/kernel/ids.ts';
import { refuse, type Refusal } from '#foundation/kernel/outcome.ts';
import { toIso } from '#foundation/kernel/time.ts';
import type { UserCaller } from '#foundation/platform/http.ts';
import type { StationsContext } from '../stations.ts';
import { reportDetections } from '../keep-detection.ts';
import * as queries from './claim-queries.ts';
import { creditHearings, indexCredited } from './credit-sound.ts';

// Who may correct the catalogue sees every claim and decides it; everybody else sees their own and what became of it.

export async function listClaims(
  ctx: StationsContext,
  caller: UserCaller,
  query: { readonly waiting?: boolean; readonly limit?: number; readonly cursor?: string },
) {
  const limit = query.limit ?? limitDefault;
  const rows = await ctx.db.all(queries.claimsFor, {
    ...viewOf(ctx, caller),
    waiting: query.waiting ?? false,
    id: null,
    before: query.cursor ?? null,
    limit: limit + 1,
  });
  return cutPage(
    rows,
    limit,
    ({ userId, ...row }) => ({
      ...row,
      stations: [...row.stations],
      claimedAt: toIso(row.claimedAt),
      decidedAt: row.decidedAt === null ? null : toIso(row.decidedAt),
      lastHeardAt: toIso(row.lastHeardAt),
      isMine: userId === caller.userId,
      mayDecide: row.decision === null && userId !== caller.userId && mayReview(ctx, caller),
    }),
    (last) => last.id,
  );
}

/** 15 s of the sound as mono of 16 bits at 16 kHz. */
export async function openClip(
  ctx: StationsContext,
  caller: UserCaller,
  id: string,
): Promise<Buffer | Refusal> {
  const row = isUuid(id)
    ? await ctx.db.maybe(queries.clipFor, { id, ...viewOf(ctx, caller) })
    : null;
  if (row === null) return refuse('NOT_FOUND', 'There is no such claim.');
  return row.clip ?? refuse('NOT_FOUND', 'No sound of it was kept.');
}

export type ClaimDecision =
  | { readonly decision: 'accepted'; readonly recordingId: string }
  | { readonly decision: 'rejected'; readonly reason: string };

/** Accepted, the sound is one of the recording's: what was heard of it counts, and it is recognised from now on. */
export async function decideClaim(
  ctx: StationsContext,
  caller: UserCaller,
  id: string,
  wanted: ClaimDecision,
): Promise<Refusal | null> {
  const view = { ...viewOf(ctx, caller), waiting: false, id, before: null, limit: 1 };
  const [claim] = isUuid(id) ? await ctx.db.all(queries.claimsFor, view) : [];
  if (claim === undefined) return refuse('NOT_FOUND', 'There is no such claim.');
  if (!mayReview(ctx, caller))
    return refuse('FORBIDDEN', 'Claims are decided by who may correct the catalogue.');
  if (claim.userId === caller.userId)
    return refuse('OWN_CLAIM', 'Let somebody else decide this one.');
  const decided = refuse('CLAIM_DECIDED', 'Somebody has decided this claim; look at it again.');
  const { userId } = caller;
  if (wanted.decision === 'rejected') {
    const rejected = { id, decision: 'rejected' as const, reason: wanted.reason, userId };
    return (await ctx.db.run(queries.decideClaim, rejected)) === 0 ? decided : null;
  }
  const { recordingId } = wanted;
  if ((await ctx.db.maybe(queries.findRecording, { id: recordingId })) === null)
    return refuse('VALIDATION_FAILED', 'There is no such recording.', 'recordingId');
  const isDone = await ctx.db.tx(async (tx) => {
    const accepted = { id, decision: 'accepted' as const, reason: null, userId };
    if ((await tx.run(queries.decideClaim, accepted)) === 0) return false;
    await tx.run(queries.creditSound, { id: claim.soundId, recordingId });
    await creditHearings(tx, claim.soundId, recordingId);
    return true;
  });
  if (!isDone) return decided;
  ctx.unknown?.forget(claim.soundId);
  await indexCredited(ctx);
  await reportDetections(ctx);
  return null;
}

function mayReview(ctx: StationsContext, caller: UserCaller): boolean {
  return ctx.permits(caller, 'catalog.edit');
}

function viewOf(ctx: StationsContext, caller: UserCaller) {
  return { userId: caller.userId, isReviewer: mayReview(ctx, caller) };
}
