import { refuse, type Refusal } from '#foundation/kernel/outcome.ts';
import type { UserId } from '#foundation/kernel/ids.ts';
import type { Database } from '#foundation/platform/postgres.ts';
import {
  presets,
  versionOf,
  type Assumption,
  type Confidence,
  type Preset,
} from './assumptions.ts';
import { impactOf, monteCarlo, valuesOf, type Impact, type Uncertainty } from './model.ts';
import { changedAssumptions, insertAssumption, lastMonth, streamsByMonth } from './queries.ts';

export type EconomyContext = {
  readonly db: Database;
  readonly now: () => number;
  readonly demo: boolean;
};

const changesMax = 10_000;
const monthsShown = 14;
/** Every reader sees the same draws. */
const seed = 20_260_101;

/** A preset with what people changed. The preset of system 1 is kept as it was and cannot be changed. */
export async function readPreset(
  ctx: EconomyContext,
  name: Preset['name'],
): Promise<Preset & { readonly version: string }> {
  const preset = presets.find((one) => one.name === name)!;
  const rows =
    name === 'nmas-1.0'
      ? []
      : await ctx.db.all(changedAssumptions, { key: null, limit: changesMax });
  const newest = new Map<string, (typeof rows)[number]>();
  for (const row of rows) if (!newest.has(row.key)) newest.set(row.key, row);
  const assumptions = preset.assumptions.map((assumption): Assumption => {
    const row = newest.get(assumption.key);
    if (row === undefined) return assumption;
    const { source, confidence, version } = row;
    return {
      ...assumption,
      low: Number(row.low),
      central: Number(row.central),
      high: Number(row.high),
      source,
      confidence,
      version,
    };
  });
  return { name, assumptions, version: versionOf(name, assumptions) };
}

export type MonthOfStreams = {
  readonly month: string;
  readonly streams: ReadonlyMap<string, number>;
  readonly provenances: ReadonlySet<string>;
  readonly unknownDays: number;
};

/** The last months that are over, oldest first; a month without any figure is not among them. */
export async function readMonths(ctx: EconomyContext): Promise<readonly MonthOfStreams[]> {
  const thisMonth = `${new Date(ctx.now()).toISOString().slice(0, 7)}-01`;
  const { month: last } = await ctx.db.one(lastMonth, { before: thisMonth, demo: ctx.demo });
  if (last === null) return [];
  const from = new Date(`${last}T00:00:00Z`);
  from.setUTCMonth(from.getUTCMonth() - monthsShown + 1);
  const rows = await ctx.db.all(streamsByMonth, {
    from: from.toISOString().slice(0, 10),
    to: last,
    demo: ctx.demo,
  });
  return [...Map.groupBy(rows, (row) => row.month as string)].map(([month, of]) => ({
    month,
    streams: new Map(of.map((row) => [row.platform, Number(row.streams)])),
    provenances: new Set(of.flatMap((row) => row.provenances)),
    unknownDays: of.reduce((sum, row) => sum + Number(row.unknownDays), 0),
  }));
}

export type Economy = {
  readonly month: MonthOfStreams | null;
  readonly impact: Impact | null;
  readonly uncertainty: Uncertainty | null;
  readonly preset: Preset & { readonly version: string };
};

export async function readEconomy(ctx: EconomyContext, name: Preset['name']): Promise<Economy> {
  const preset = await readPreset(ctx, name);
  const month = (await readMonths(ctx)).at(-1) ?? null;
  if (month === null) return { month, impact: null, uncertainty: null, preset };
  return {
    month,
    preset,
    impact: impactOf(preset.name, month.streams, valuesOf(preset.assumptions, 'central')),
    uncertainty: monteCarlo(preset, month.streams, seed),
  };
}

export type AssumptionChange = {
  readonly low: number;
  readonly central: number;
  readonly high: number;
  readonly source: string;
  readonly confidence: Confidence;
  readonly reason: string;
};

/** Null when it is kept. The version before stays and can be read. */
export async function changeAssumption(
  ctx: EconomyContext,
  userId: UserId,
  key: string,
  change: AssumptionChange,
): Promise<Refusal<'NOT_FOUND' | 'VALIDATION_FAILED'> | null> {
  const problem = problemOf(key, change);
  if (problem !== null) return problem;
  await ctx.db.run(insertAssumption, { key, ...change, setBy: userId });
  return null;
}

/** The preset as it would be, for a look before anything is kept. */
export function withChange(
  preset: Preset,
  key: string,
  change: Pick<AssumptionChange, 'low' | 'central' | 'high'>,
): Preset | Refusal<'NOT_FOUND' | 'VALIDATION_FAILED'> {
  const problem = problemOf(key, change);
  if (problem !== null) return problem;
  return {
    ...preset,
    assumptions: preset.assumptions.map((one) => (one.key === key ? { ...one, ...change } : one)),
  };
}

function problemOf(
  key: string,
  { low, central, high }: { low: number; central: number; high: number },
) {
  const [ngoma] = presets;
  if (!ngoma!.assumptions.some((one) => one.key === key))
    return refuse('NOT_FOUND', `The model has no assumption ${key}.`, 'key');
  if (!(low <= central && central <= high))
    return refuse(
      'VALIDATION_FAILED',
      'The central value lies between the low and the high one.',
      'central',
    );
  if (low < 0)
    return refuse('VALIDATION_FAILED', 'No assumption of this model is negative.', 'low');
  if (key === 'productivity' && low === 0)
    return refuse('VALIDATION_FAILED', 'The value added of a worker is more than nothing.', 'low');
  return null;
}

export async function assumptionHistory(ctx: EconomyContext, key: string) {
  return ctx.db.all(changedAssumptions, { key, limit: changesMax });
}
