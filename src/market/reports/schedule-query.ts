import type { UserId } from '#foundation/kernel/ids.ts';
import { refuse, type Refusal } from '#foundation/kernel/outcome.ts';
import { toIso, type Instant } from '#foundation/kernel/time.ts';
import type { ReportsContext } from './context.ts';
import { nextAfter } from './period-of.ts';
import { findQuery, setSchedule, type Every } from './queries.ts';

/** Has a report made of one's own question each week or month from the next one on, or no more. `now`: as if it were said then. */
export async function scheduleQuery(
  ctx: ReportsContext,
  ownerId: UserId,
  queryId: string,
  every: Every | null,
  now = ctx.now(),
): Promise<{ readonly every: Every | null; readonly nextAt: string | null } | Refusal> {
  const kept = await ctx.db.maybe(findQuery, { id: queryId, ownerId });
  if (kept === null) return refuse('NOT_FOUND', 'You keep no such question.');
  const nextAt = every === null ? null : nextAfter(every, now);
  await ctx.db.run(setSchedule, {
    id: kept.id,
    every,
    nextAt: nextAt === null ? null : new Date(nextAt),
  });
  return { every, nextAt: nextAt === null ? null : toIso(nextAt as Instant) };
}
