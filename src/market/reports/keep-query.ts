import { newId, type UserId } from '#foundation/kernel/ids.ts';
import { refuse, type Refusal } from '#foundation/kernel/outcome.ts';
import { toIso } from '#foundation/kernel/time.ts';
import { listIn, readPeriod, type MetricsFilter } from '#market/analytics/index.ts';
import type { ReportsContext } from './context.ts';
import type { KeptFilters, QueryOutput } from './contract.ts';
import { periodOf, type Days } from './period-of.ts';
import { countQueries, insertQuery, listQueries, sharesOf, type QueryId } from './queries.ts';

const queriesMax = 200;
const sharesShownMax = 1_000;

/** Keeps a question that could be asked today. */
export async function keepQuery(
  ctx: ReportsContext,
  ownerId: UserId,
  name: string,
  filters: KeptFilters,
): Promise<{ readonly queryId: QueryId } | Refusal> {
  const period = readPeriod(ctx, daysOf(ctx, filters));
  if ('kind' in period) return period;
  const { kept } = await ctx.db.one(countQueries, { ownerId });
  if (kept >= queriesMax)
    return refuse(
      'CONFLICT',
      `You keep ${queriesMax} questions, which is as many as are kept. Forget one first.`,
    );
  const queryId: QueryId = newId<'query'>();
  await ctx.db.run(insertQuery, {
    id: queryId,
    ownerId,
    name,
    filters: JSON.stringify(filters),
    now: new Date(ctx.now()),
  });
  return { queryId };
}

export async function readQueries(
  ctx: ReportsContext,
  ownerId: UserId,
  before: string | null,
  limit: number,
): Promise<readonly QueryOutput[]> {
  const rows = await ctx.db.all(listQueries, { ownerId, before, limit });
  const shares = await ctx.db.all(sharesOf, {
    queries: rows.map((row) => row.id),
    now: new Date(ctx.now()),
    limit: sharesShownMax,
  });
  const byQuery = Map.groupBy(shares, (share) => share.queryId);
  return rows.map((row) => ({
    queryId: row.id,
    name: row.name,
    filters: row.filters as KeptFilters,
    every: row.every,
    nextAt: row.nextAt === null ? null : toIso(row.nextAt),
    createdAt: toIso(row.createdAt),
    shares: (byQuery.get(row.id) ?? []).map((share) => ({
      shareId: share.id,
      createdAt: toIso(share.createdAt),
      expiresAt: toIso(share.expiresAt),
    })),
  }));
}

export function daysOf(ctx: Pick<ReportsContext, 'now'>, { period }: KeptFilters): Days {
  return 'named' in period ? periodOf(period.named, ctx.now()) : period;
}

/** The question as it is asked now. */
export function filterOf(ctx: Pick<ReportsContext, 'now'>, filters: KeptFilters): MetricsFilter {
  return {
    artists: listIn(filters.artist),
    ...daysOf(ctx, filters),
    platforms: listIn(filters.platforms),
    country: filters.country || null,
    groupBy: 'date',
  };
}
