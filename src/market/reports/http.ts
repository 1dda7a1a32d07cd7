import { csvContentType } from '#foundation/kernel/csv.ts';
import { limitDefault } from '#foundation/kernel/endpoint.ts';
import { commonProblems, refuse, type Refusal } from '#foundation/kernel/outcome.ts';
import { toIso } from '#foundation/kernel/time.ts';
import { serving, userOf, type Kit } from '#foundation/platform/http.ts';
import {
  artistMetrics,
  metricsCsv,
  metricsWorkbook,
  type ArtistMetrics,
} from '#market/analytics/index.ts';
import type { ReportsContext } from './context.ts';
import * as contract from './contract.ts';
import { filterOf, keepQuery, readQueries } from './keep-query.ts';
import * as queries from './queries.ts';
import { scheduleQuery } from './schedule-query.ts';
import { readShared, shareQuery } from './share-query.ts';

const workbookType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

export function serveReports(kit: Kit, ctx: ReportsContext): void {
  const serve = serving(kit, commonProblems);
  const { db } = ctx;

  serve(contract.keepQuery, async ({ body, caller }) =>
    keepQuery(ctx, userOf(caller).userId, body.name, body.filters),
  );

  serve(contract.listQueries, async ({ query, caller }) => {
    const limit = query.limit ?? limitDefault;
    const { userId } = userOf(caller);
    const items = await readQueries(ctx, userId, query.cursor ?? null, limit + 1);
    return cut(items, limit, (last) => last.queryId);
  });

  serve(contract.dropQuery, async ({ params, caller }) => {
    const { userId } = userOf(caller);
    const dropped = await db.maybe(queries.dropQuery, { id: params.queryId, ownerId: userId });
    return dropped === null ? noQuestion() : {};
  });

  serve(contract.scheduleQuery, async ({ params, body, caller }) =>
    scheduleQuery(ctx, userOf(caller).userId, params.queryId, body.every),
  );

  serve(contract.shareQuery, async ({ params, body, caller }) =>
    shareQuery(ctx, userOf(caller).userId, params.queryId, body.days),
  );

  serve(contract.dropShare, async ({ params, caller }) => {
    const { userId } = userOf(caller);
    const dropped = await db.maybe(queries.dropShare, { id: params.shareId, ownerId: userId });
    return dropped === null ? refuse('NOT_FOUND', 'You gave no such link.') : {};
  });

  serve(contract.readShared, async ({ params }) => {
    const shared = await readShared(ctx, params.secret);
    return 'kind' in shared ? shared : (shared as never);
  });

  serve(contract.exportQuery, async ({ params, caller, reply }) => {
    const metrics = await answer(params.queryId, userOf(caller).userId);
    if ('kind' in metrics) return metrics;
    nameFile(reply, `ngoma-${metrics.from}--${metrics.to}.xlsx`, workbookType);
    return metricsWorkbook(metrics, new Date(ctx.now()));
  });

  serve(contract.exportQueryCsv, async ({ params, caller, reply }) => {
    const metrics = await answer(params.queryId, userOf(caller).userId);
    if ('kind' in metrics) return metrics;
    nameFile(reply, `ngoma-${metrics.from}--${metrics.to}.csv`, csvContentType);
    return metricsCsv(metrics);
  });

  serve(contract.listReports, async ({ query, caller }) => {
    const limit = query.limit ?? limitDefault;
    const rows = await db.all(queries.reportsOf, {
      ownerId: userOf(caller).userId,
      before: query.cursor ?? null,
      limit: limit + 1,
    });
    const items = rows.map(({ id, madeAt, readAt, ...row }) => ({
      ...row,
      reportId: id,
      madeAt: toIso(madeAt),
      isRead: readAt !== null,
    }));
    return cut(items, limit, (last) => last.reportId);
  });

  serve(contract.getReport, async ({ params, caller, reply }) => {
    const report = await db.maybe(queries.openReport, {
      id: params.reportId,
      ownerId: userOf(caller).userId,
      now: new Date(ctx.now()),
    });
    if (report?.workbook == null) return refuse('NOT_FOUND', 'No such report was made for you.');
    nameFile(reply, `ngoma-report-${report.to}.xlsx`, workbookType);
    return report.workbook;
  });

  async function find(id: string, ownerId: string) {
    return (await db.maybe(queries.findQuery, { id, ownerId })) ?? noQuestion();
  }

  async function answer(id: string, ownerId: string): Promise<ArtistMetrics | Refusal> {
    const kept = await find(id, ownerId);
    if ('kind' in kept) return kept;
    return artistMetrics(ctx, filterOf(ctx, kept.filters as contract.KeptFilters));
  }
}

function noQuestion(): Refusal<'NOT_FOUND'> {
  return refuse('NOT_FOUND', 'You keep no such question.');
}

type Headers = { header(name: string, value: string): unknown };

function nameFile(reply: Headers, name: string, type: string): void {
  reply.header('content-disposition', `attachment; filename="${name}"`);
  reply.header('content-type', type);
}

function cut<T>(items: readonly T[], limit: number, cursorOf: (last: T) => string) {
  return {
    items: items.slice(0, limit),
    nextCursor: items.length > limit ? cursorOf(items[limit - 1]!) : null,
  };
}
