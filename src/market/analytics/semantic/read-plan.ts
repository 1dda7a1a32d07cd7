import { refuse, type Refusal } from '#foundation/kernel/outcome.ts';
import type { AnalyticsContext } from '../context.ts';
import { readPeriod } from '../artist-metrics.ts';
import { metricNamed, metrics, type Dimension, type Grain, type Metric } from './metrics.ts';

/** A question in the words of the table: what, cut by what, of which, when, how many. */
export type Plan = {
  readonly metric: string;
  readonly dimensions: readonly Dimension[];
  readonly filters: {
    readonly from: string;
    readonly to: string;
    /** An id of an artist or a recording of the catalogue or of outside figures. */
    readonly artist?: string;
    readonly recording?: string;
    readonly genre?: string;
    readonly territory?: string;
    readonly source?: string;
    readonly platform?: string;
  };
  readonly grain: Grain;
  readonly limit?: number;
};

export const rowsMax = 1_000;
export const limitDefault = 100;
const cutsMax = 2;

/** Whether a plan means something: nothing is asked of a metric that it cannot answer, and no level is added up. */
export function readPlan(
  ctx: Pick<AnalyticsContext, 'now'>,
  plan: Plan,
): { readonly metric: Metric; readonly plan: Plan } | Refusal<'VALIDATION_FAILED'> {
  const metric = metricNamed(plan.metric);
  if (metric === undefined)
    return no(
      `There is no metric ${plan.metric}; there are ${metrics.map(({ name }) => name).join(', ')}.`,
      'metric',
    );
  const cut = plan.dimensions.find((dimension) => !metric.cuts.includes(dimension));
  if (cut !== undefined)
    return no(
      `${metric.name} cannot be cut by ${cut}; it can by ${metric.cuts.join(', ') || 'nothing'}.`,
      'dimensions',
    );
  if (plan.dimensions.length > cutsMax || new Set(plan.dimensions).size < plan.dimensions.length)
    return no(`At most ${cutsMax} dimensions, each once.`, 'dimensions');
  const { from, to, ...filters } = plan.filters;
  const filter = (Object.keys(filters) as Dimension[]).find(
    (name) => filters[name as keyof typeof filters] !== undefined && !metric.filters.includes(name),
  );
  if (filter !== undefined)
    return no(
      `${metric.name} cannot be narrowed to a ${filter}; it can by ${metric.filters.join(', ') || 'nothing'}.`,
      'filters',
    );
  if (!metric.grains.includes(plan.grain))
    return no(
      metric.kind === 'level'
        ? `${metric.name} is a level: it has a last value and a change, and no sum of a ${plan.grain}.`
        : `${metric.name} has no figures by ${plan.grain}; it has by ${metric.grains.join(', ')}.`,
      'grain',
    );
  if (metric.kind === 'level' && filters.artist === undefined)
    return no(
      `${metric.name} of whom? Name an artist: levels of several are not added up.`,
      'filters',
    );
  const period = readPeriod(ctx, { from, to });
  if ('kind' in period) return period;
  if (plan.limit !== undefined && (plan.limit < 1 || plan.limit > rowsMax))
    return no(`A limit lies between 1 and ${rowsMax}.`, 'limit');
  return { metric, plan };
}

function no(sentence: string, field: string): Refusal<'VALIDATION_FAILED'> {
  return refuse('VALIDATION_FAILED', sentence, field);
}
