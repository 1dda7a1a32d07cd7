import { newId } from '#foundation/kernel/ids.ts';
import { artistMetrics, metricsWorkbook } from '#market/analytics/index.ts';
import type { ReportsContext } from './context.ts';
import type { KeptFilters } from './contract.ts';
import { daysOf, filterOf } from './keep-query.ts';
import { nextAfter } from './period-of.ts';
import { dropOldShares, dueQueries, insertReport, setSchedule, type Every } from './queries.ts';

const atOnceMax = 100;

/**
 * Makes every report that is due, each in a transaction with its next time: a crash makes none twice and leaves none out. Answers how
 * many were made. A question that cannot be answered any more becomes a report that says why.
 */
export async function makeReports(ctx: ReportsContext, signal: AbortSignal): Promise<number> {
  const now = ctx.now();
  await ctx.db.run(dropOldShares, { now: new Date(now) });
  let made = 0;
  for (const due of await ctx.db.all(dueQueries, { now: new Date(now), limit: atOnceMax })) {
    if (signal.aborted) break;
    if (!(await ctx.isActive(due.ownerId))) {
      await ctx.db.run(setSchedule, { id: due.id, every: null, nextAt: null });
      continue;
    }
    const filters = due.filters as KeptFilters;
    const metrics = await artistMetrics(ctx, filterOf(ctx, filters));
    const workbook = 'kind' in metrics ? null : await metricsWorkbook(metrics, new Date(now));
    const { from, to } = daysOf(ctx, filters);
    await ctx.db.tx(async (tx) => {
      await tx.run(insertReport, {
        id: newId<'report'>(),
        queryId: due.id,
        ownerId: due.ownerId,
        name: due.name,
        from,
        to,
        now: new Date(now),
        workbook,
        problem: 'kind' in metrics ? (metrics.detail ?? metrics.code) : null,
      });
      const every: Every = due.every!;
      await tx.run(setSchedule, { id: due.id, every, nextAt: new Date(nextAfter(every, now)) });
    });
    made += 1;
  }
  return made;
}
