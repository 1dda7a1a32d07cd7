import { refuse, type Refusal } from '#foundation/kernel/outcome.ts';
import { isUuid } from '#foundation/kernel/ids.ts';
import { readEconomy } from '#market/economy/index.ts';
import { artistMetrics } from '../artist-metrics.ts';
import type { AnalyticsContext } from '../context.ts';
import type { Metric } from './metrics.ts';
import { countedPlays, songsByMonth } from './queries.ts';
import { limitDefault, readPlan, type Plan } from './read-plan.ts';

export type SemanticRow = {
  /** What the dimensions are here, in the order of the plan. */
  readonly labels: readonly (string | null)[];
  /** The day a bucket begins; null for the whole period. */
  readonly at: string | null;
  readonly value: number;
  readonly interval: { readonly low: number; readonly high: number } | null;
};

export type Answered = {
  readonly kind: 'answered';
  readonly metric: Metric;
  readonly plan: Plan;
  readonly rows: readonly SemanticRow[];
  readonly provenance: readonly string[];
  readonly notes: readonly string[];
};

/** Rows of a plan. A plan that means nothing is refused in a sentence; one without figures answers no rows and says so. */
export async function runPlan(
  ctx: AnalyticsContext,
  asked: Plan,
): Promise<Answered | Refusal<'VALIDATION_FAILED' | 'NOT_FOUND'>> {
  const read = readPlan(ctx, asked);
  if ('kind' in read) return read;
  const { metric, plan } = read;
  if (metric.owner === 'economy') return estimate(ctx, metric, plan);
  if (metric.owner === 'plays') return plays(ctx, metric, plan);
  return plan.filters.artist === undefined ? songs(ctx, metric, plan) : artist(ctx, metric, plan);
}

async function plays(ctx: AnalyticsContext, metric: Metric, plan: Plan) {
  const { from, to, artist: artistId, recording, ...filters } = plan.filters;
  for (const [name, id] of [
    ['artist', artistId],
    ['recording', recording],
  ] as const)
    if (id !== undefined && !isUuid(id))
      return refuse('NOT_FOUND', `No ${name} of the catalogue has the id ${id}.`, 'filters');
  const rows = await ctx.db.all(countedPlays, {
    cuts: plan.dimensions,
    grain: plan.grain,
    inHours: metric.name === 'listened_hours',
    from,
    to,
    artist: artistId ?? null,
    recording: recording ?? null,
    genre: filters.genre ?? null,
    territory: filters.territory ?? null,
    source: filters.source ?? null,
    demo: ctx.demo,
    limit: plan.limit ?? limitDefault,
  });
  return answered(metric, plan, rows, []);
}

async function songs(ctx: AnalyticsContext, metric: Metric, plan: Plan) {
  const { from, to, platform } = plan.filters;
  const rows = await ctx.db.all(songsByMonth, {
    metric: metric.name,
    cuts: plan.dimensions,
    grain: plan.grain,
    from: `${from.slice(0, 7)}-01`,
    to,
    platform: platform ?? null,
    demo: ctx.demo,
    limit: plan.limit ?? limitDefault,
  });
  return answered(metric, plan, rows, [
    'Figures of outside platforms are of the world, and of whole months.',
  ]);
}

type Row = {
  readonly first: string | null;
  readonly second: string | null;
  readonly at: string | null;
  readonly value: number;
  readonly provenances: readonly string[];
};

function answered(
  metric: Metric,
  plan: Plan,
  rows: readonly Row[],
  notes: readonly string[],
): Answered {
  return {
    kind: 'answered',
    metric,
    plan,
    rows: rows.map((row) => ({
      labels: [row.first, row.second].slice(0, plan.dimensions.length),
      at: row.at,
      value: row.value,
      interval: null,
    })),
    provenance: [...new Set(rows.flatMap((row) => [...row.provenances]))].toSorted(),
    notes,
  };
}

/** One artist on outside platforms, by the kind of each figure: any days, with what is unknown bounded. */
async function artist(ctx: AnalyticsContext, metric: Metric, plan: Plan) {
  const { from, to, platform } = plan.filters;
  const metrics = await artistMetrics(ctx, {
    artists: [plan.filters.artist!],
    from,
    to,
    platforms: platform === undefined ? [] : [platform],
    country: null,
    groupBy: 'platform',
  });
  if ('kind' in metrics) return metrics;
  const byTrack = plan.dimensions.includes('recording');
  const lines = (byTrack ? metrics.tracks : metrics.summary).filter(
    (line) => line.metric === metric.name && line.territory === null,
  );
  const rows = lines.flatMap((line): SemanticRow[] => {
    const value = metric.kind === 'level' ? (line.last?.value ?? null) : line.total;
    const label = (name: string): string | null =>
      name === 'platform'
        ? line.platform
        : name === 'recording' && 'title' in line
          ? String(line.title)
          : (metrics.artists[0]?.name ?? null);
    return value === null
      ? []
      : [{ labels: plan.dimensions.map(label), at: null, value, interval: line.interval }];
  });
  return {
    kind: 'answered' as const,
    metric,
    plan,
    rows: rows.toSorted((a, b) => b.value - a.value).slice(0, plan.limit ?? limitDefault),
    provenance: [...new Set(lines.flatMap((line) => [...line.provenance]))].toSorted(),
    notes: metrics.notes,
  };
}

async function estimate(ctx: AnalyticsContext, metric: Metric, plan: Plan): Promise<Answered> {
  const { uncertainty, month, preset } = await readEconomy(ctx, 'ngoma-2026');
  const figure = {
    revenue_usd: uncertainty?.grossUsd,
    gdp_usd: uncertainty?.gdpUsd,
    exports_usd: uncertainty?.exportsUsd,
    jobs: uncertainty?.jobs,
  }[metric.name];
  return {
    kind: 'answered',
    metric,
    plan,
    rows:
      figure === undefined
        ? []
        : [
            {
              labels: [],
              at: month?.month ?? null,
              value: figure.p50,
              interval: { low: figure.p10, high: figure.p90 },
            },
          ],
    provenance: ['estimated', ...(month?.provenances ?? [])],
    notes: [
      `Estimated with the assumptions ${preset.version}; the interval holds four of five draws.`,
    ],
  };
}
