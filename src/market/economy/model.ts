import type { Assumption, Preset } from './assumptions.ts';

// From streams to what they mean for a country: streams by platform, royalty, what is retained, value added, suppliers and
// spending, jobs, exports, tax. Pure. Nothing is added twice: exports are part of the royalty, not on top of it.

export type StreamsByPlatform = ReadonlyMap<string, number>;

export type Impact = {
  readonly streams: number;
  readonly grossUsd: number;
  readonly retainedUsd: number;
  readonly directUsd: number;
  /** Suppliers, and the spending of those whom they pay, on top of the direct value added. */
  readonly indirectUsd: number;
  readonly inducedUsd: number;
  readonly gdpUsd: number;
  readonly jobs: number;
  readonly exportsUsd: number;
  readonly taxUsd: number;
};

export type Values = ReadonlyMap<string, number>;
export type Scenario = 'low' | 'central' | 'high';

export function valuesOf(assumptions: readonly Assumption[], scenario: Scenario): Values {
  return new Map(assumptions.map((a) => [a.key, a[scenario]]));
}

export function impactOf(
  preset: Preset['name'],
  streams: StreamsByPlatform,
  values: Values,
): Impact {
  return preset === 'nmas-1.0' ? flatImpact(streams, values) : chainImpact(streams, values);
}

function chainImpact(streams: StreamsByPlatform, values: Values): Impact {
  const of = (key: string): number => values.get(key)!;
  const abroad = of('share.abroad');
  let total = 0;
  let home = 0;
  let foreign = 0;
  for (const [platform, count] of streams) {
    const name = values.has(`rate.${platform}.home`) ? platform : 'ngoma';
    total += count;
    home += count * (1 - abroad) * of(`rate.${name}.home`);
    foreign += count * abroad * of(`rate.${name}.abroad`);
  }
  const retained = (home + foreign) * of('share.retained');
  const direct = retained * of('ratio.value-added');
  const [typeOne, typeTwo] = [of('multiplier.indirect'), of('multiplier.induced')];
  const indirect = direct * (typeOne - 1);
  const induced = direct * Math.max(0, typeTwo - typeOne);
  const gdp = direct + indirect + induced;
  return {
    streams: total,
    grossUsd: home + foreign,
    retainedUsd: retained,
    directUsd: direct,
    indirectUsd: indirect,
    inducedUsd: induced,
    gdpUsd: gdp,
    jobs: Math.floor(gdp / of('productivity')),
    exportsUsd: foreign * of('share.retained'),
    taxUsd: retained * of('rate.tax'),
  };
}

/** NMAS 1.0: revenue is streams times a flat rate, GDP half as much again, exports a share of all revenue. */
function flatImpact(streams: StreamsByPlatform, values: Values): Impact {
  const of = (key: string): number => values.get(key)!;
  let total = 0;
  let revenue = 0;
  for (const [platform, count] of streams) {
    total += count;
    revenue += count * (values.get(`rate.${platform}`) ?? of('rate.other'));
  }
  return {
    streams: total,
    grossUsd: revenue,
    retainedUsd: revenue,
    directUsd: revenue,
    indirectUsd: revenue * (of('multiplier.gdp') - 1),
    inducedUsd: 0,
    gdpUsd: revenue * of('multiplier.gdp'),
    jobs: Math.floor(revenue / of('cost.job')),
    exportsUsd: revenue * of('share.export'),
    taxUsd: 0,
  };
}

export type Interval = { readonly p10: number; readonly p50: number; readonly p90: number };
export type Uncertainty = { readonly [K in keyof Impact]: Interval };

export const drawsDefault = 10_000;

/**
 * Draws every assumption from a triangle between its bounds and computes the impact; the same seed gives the same answer.
 * Assumptions are drawn independently, which the sources neither confirm nor deny.
 */
export function monteCarlo(
  preset: Preset,
  streams: StreamsByPlatform,
  seed: number,
  draws = drawsDefault,
): Uncertainty {
  const next = randomOf(seed);
  const columns = new Map<keyof Impact, Float64Array>();
  for (let i = 0; i < draws; i++) {
    const values = new Map(preset.assumptions.map((a) => [a.key, triangular(a, next())]));
    const impact = impactOf(preset.name, streams, values);
    for (const [key, value] of Object.entries(impact) as [keyof Impact, number][]) {
      const column = columns.get(key) ?? new Float64Array(draws);
      column[i] = value;
      columns.set(key, column);
    }
  }
  return Object.fromEntries(
    [...columns].map(([key, column]) => {
      column.sort();
      const at = (q: number): number => column[Math.min(draws - 1, Math.floor(q * draws))]!;
      return [key, { p10: at(0.1), p50: at(0.5), p90: at(0.9) }];
    }),
  ) as Uncertainty;
}

export type Bar = {
  readonly key: string;
  readonly label: string;
  readonly low: number;
  readonly high: number;
};

/** What each assumption alone does to one figure, between its bounds; the longest bar first. */
export function tornado(
  preset: Preset,
  streams: StreamsByPlatform,
  figure: keyof Impact,
): readonly Bar[] {
  const central = valuesOf(preset.assumptions, 'central');
  return preset.assumptions
    .map((assumption) => {
      const [low, high] = (['low', 'high'] as const).map((side) => {
        const values = new Map(central).set(assumption.key, assumption[side]);
        return impactOf(preset.name, streams, values)[figure];
      });
      return { key: assumption.key, label: assumption.label, low: low!, high: high! };
    })
    .filter((bar) => bar.low !== bar.high)
    .toSorted((a, b) => Math.abs(b.high - b.low) - Math.abs(a.high - a.low));
}

/** The inverse of the triangular distribution. */
function triangular({ low, central, high }: Assumption, u: number): number {
  if (low === high) return central;
  const cut = (central - low) / (high - low);
  return u < cut
    ? low + Math.sqrt(u * (high - low) * (central - low))
    : high - Math.sqrt((1 - u) * (high - low) * (high - central));
}

/** splitmix32 (Steele, Lea, Flood 2014): small, seeded, good enough for ten thousand draws. */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    return ((z ^ (z >>> 16)) >>> 0) / 4_294_967_296;
  };
}
