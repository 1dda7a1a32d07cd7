import { csvContentType } from '#foundation/kernel/csv.ts';
import { serving, type Kit } from '#foundation/platform/http.ts';
import { listArtists } from '#market/audience/index.ts';
import { spellingKey } from '#market/identity/index.ts';
import { artistMetrics, type MetricsFilter } from './artist-metrics.ts';
import type { AnalyticsContext } from './context.ts';
import {
  artistsShownMax,
  downloadArtistMetrics,
  getArtistMetrics,
  listMetricArtists,
  listMetrics,
  queryMetrics,
} from './contract.ts';
import { metricsCsv, metricsWorkbook } from './export-metrics.ts';
import { metrics as askable } from './semantic/metrics.ts';
import type { Plan } from './semantic/read-plan.ts';
import { runPlan } from './semantic/run-plan.ts';

export function serveAnalytics(kit: Kit, ctx: AnalyticsContext): void {
  const serve = serving(kit, {});

  serve(listMetricArtists, async ({ query }) => {
    const rows = await listArtists(ctx, spellingKey(query.q ?? ''), artistsShownMax);
    return {
      items: rows.map(({ id, name, catalogId, series }) => ({
        id: id as never,
        name,
        catalogId,
        series: Number(series),
      })),
    };
  });

  serve(listMetrics, async () => ({
    items: askable.map(({ cuts, filters, grains, ...metric }) => ({
      ...metric,
      dimensions: [...cuts],
      filters: [...filters],
      grains: [...grains],
    })),
  }));

  serve(queryMetrics, async ({ body }) => {
    const answered = await runPlan(ctx, body as Plan);
    if (answered.kind === 'refused') return answered;
    const { metric, rows, provenance, notes } = answered;
    return {
      plan: body,
      unit: metric.unit,
      rows: rows.map((row) => ({ ...row, labels: [...row.labels] })),
      provenance: [...provenance],
      notes: [...notes],
    };
  });

  serve(getArtistMetrics, async ({ query }) => {
    const metrics = await artistMetrics(ctx, filterOf(query));
    return 'kind' in metrics ? metrics : (metrics as never);
  });

  serve(downloadArtistMetrics, async ({ query, reply }) => {
    const { format = 'xlsx' } = query;
    const metrics = await artistMetrics(ctx, { ...filterOf(query), groupBy: 'date' });
    if ('kind' in metrics) return metrics;
    const name = `ngoma-artist-metrics-${metrics.from}--${metrics.to}.${format}`;
    reply.header('content-disposition', `attachment; filename="${name}"`);
    if (format === 'csv') {
      reply.header('content-type', csvContentType);
      return metricsCsv(metrics);
    }
    reply.header(
      'content-type',
      'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    );
    return metricsWorkbook(metrics, new Date(ctx.now()));
  });
}

type Query = {
  readonly artist: string;
  readonly from: string;
  readonly to: string;
  readonly platforms?: string;
  readonly country?: string;
  readonly groupBy?: MetricsFilter['groupBy'];
};

function filterOf(query: Query): MetricsFilter {
  return {
    artists: listIn(query.artist),
    from: query.from,
    to: query.to,
    platforms: listIn(query.platforms),
    country: query.country || null,
    groupBy: query.groupBy ?? 'track',
  };
}

/** Names written with commas, each once. */
export function listIn(text: string | undefined): readonly string[] {
  return [...new Set((text ?? '').split(',').map((part) => part.trim()))].filter((p) => p !== '');
}
