import { toIso, type Instant } from '#foundation/kernel/time.ts';
import { serving, userOf, type Kit } from '#foundation/platform/http.ts';
import type { Preset } from './assumptions.ts';
import * as contract from './contract.ts';
import { impactOf, tornado, valuesOf, type Impact } from './model.ts';
import {
  assumptionHistory,
  changeAssumption,
  readEconomy,
  readMonths,
  readPreset,
  withChange,
  type EconomyContext,
  type MonthOfStreams,
} from './read-economy.ts';

const presetDefault: Preset['name'] = 'ngoma-2026';
/** System 1 keeps these answers for five minutes. */
const cacheS = 300;

export function serveEconomy(kit: Kit, ctx: EconomyContext): void {
  const serve = serving(kit, {});
  const cached = createCache(ctx);

  serve(contract.getKpis, async ({ query: { preset = presetDefault }, reply }) =>
    cached(`kpis ${preset}`, reply, async () => {
      const economy = await readEconomy(ctx, preset);
      const { month, impact, uncertainty } = economy;
      return {
        total_streams: impact?.streams ?? null,
        // The middle of the draws: the central assumptions alone lie outside it where their ranges are lopsided.
        total_revenue_usd: cents(uncertainty?.grossUsd.p50),
        gdp_contribution_usd: cents(uncertainty?.gdpUsd.p50),
        jobs_supported: uncertainty?.jobs.p50 ?? null,
        export_value_usd: cents(uncertainty?.exportsUsd.p50),
        top_platform: topOf(month),
        last_updated: toIso(ctx.now() as Instant),
        period: month?.month.slice(0, 7) ?? null,
        provenance: [...(month?.provenances ?? [])],
        interval:
          uncertainty === null
            ? null
            : {
                total_revenue_usd: uncertainty.grossUsd,
                gdp_contribution_usd: uncertainty.gdpUsd,
                jobs_supported: uncertainty.jobs,
                export_value_usd: uncertainty.exportsUsd,
              },
        version: economy.preset.version,
        notes: notesOf(preset, month),
      };
    }),
  );

  serve(contract.getTrends, async ({ query, reply }) => {
    const { preset = presetDefault, platform = 'all' } = query;
    return cached(`trends ${preset} ${platform}`, reply, async () => {
      const { assumptions, version } = await readPreset(ctx, preset);
      const months = (await readMonths(ctx)).map((month) =>
        platform === 'all' ? month : onlyPlatform(month, platform),
      );
      const at = (scenario: 'low' | 'central' | 'high') =>
        months.map((month) => ({
          date: month.month,
          value: cents(impactOf(preset, month.streams, valuesOf(assumptions, scenario)).grossUsd)!,
        }));
      return {
        revenue_over_time: at('central'),
        streams_over_time: months.map((month) => ({ date: month.month, value: sumOf(month) })),
        platform,
        provenance: [...new Set(months.flatMap((month) => [...month.provenances]))],
        interval: { low: at('low'), high: at('high') },
        version,
      };
    });
  });

  serve(contract.getPlatformShare, async ({ reply }) =>
    cached('share', reply, async () => {
      const month = (await readMonths(ctx)).at(-1) ?? null;
      const total = month === null ? 0 : sumOf(month);
      return {
        platforms: [...(month?.streams ?? [])]
          .toSorted((a, b) => b[1] - a[1])
          .map(([name, streams]) => ({
            name,
            streams,
            percentage: total === 0 ? 0 : Math.round((1_000 * streams) / total) / 10,
          })),
        period: month?.month.slice(0, 7) ?? null,
        provenance: [...(month?.provenances ?? [])],
        interval: null,
        version: month?.month ?? 'none',
        notes: notesOf(presetDefault, month),
      };
    }),
  );

  serve(contract.getEconomy, async ({ query: { preset = presetDefault } }) => {
    const economy = await readEconomy(ctx, preset);
    const { month, uncertainty } = economy;
    const { assumptions, version } = economy.preset;
    const scenario = (name: 'low' | 'central' | 'high'): Impact =>
      impactOf(preset, month!.streams, valuesOf(assumptions, name));
    return {
      preset,
      version,
      period: month?.month.slice(0, 7) ?? null,
      assumptions: [...assumptions],
      scenarios:
        month === null
          ? null
          : { low: scenario('low'), central: scenario('central'), high: scenario('high') },
      uncertainty,
      tornado: month === null ? [] : [...tornado(economy.preset, month.streams, 'gdpUsd')],
      streams: [...(month?.streams ?? [])].map(([platform, streams]) => ({ platform, streams })),
      provenance: [...(month?.provenances ?? [])],
      notes: notesOf(preset, month),
    };
  });

  serve(contract.previewAssumption, async ({ params, body }) => {
    const economy = await readEconomy(ctx, presetDefault);
    const changed = withChange(economy.preset, params.key, body);
    if ('kind' in changed) return changed;
    const { month } = economy;
    return {
      before: economy.impact,
      after:
        month === null
          ? null
          : impactOf(presetDefault, month.streams, valuesOf(changed.assumptions, 'central')),
      version: economy.preset.version,
    };
  });

  serve(contract.putAssumption, async ({ params, body, caller }) => {
    const refused = await changeAssumption(ctx, userOf(caller).userId, params.key, body);
    if (refused !== null) return refused;
    cached.drop();
    return { version: (await readPreset(ctx, presetDefault)).version };
  });

  serve(contract.getAssumptionHistory, async ({ params }) => {
    const rows = await assumptionHistory(ctx, params.key);
    return {
      items: rows.map((row) => ({
        version: row.version,
        low: Number(row.low),
        central: Number(row.central),
        high: Number(row.high),
        source: row.source,
        confidence: row.confidence,
        reason: row.reason,
        setAt: toIso(row.setAt),
      })),
    };
  });
}

type Headers = { header(name: string, value: string): unknown };

/** Answers for five minutes, with their age. Dropped when an assumption changes. */
function createCache(ctx: EconomyContext) {
  const kept = new Map<string, { readonly at: number; readonly answer: unknown }>();
  async function cached<T>(key: string, reply: Headers, make: () => Promise<T>): Promise<T> {
    const known = kept.get(key);
    const age = known === undefined ? cacheS : Math.floor((ctx.now() - known.at) / 1_000);
    reply.header('cache-control', `public, max-age=${cacheS}`);
    if (known !== undefined && age < cacheS) {
      reply.header('age', String(age));
      return known.answer as T;
    }
    const answer = await make();
    if (kept.size > 200) kept.clear();
    kept.set(key, { at: ctx.now(), answer });
    reply.header('age', '0');
    return answer;
  }
  return Object.assign(cached, { drop: () => kept.clear() });
}

function notesOf(preset: Preset['name'], month: MonthOfStreams | null): string[] {
  if (month === null)
    return [
      'No month with figures is over yet. Import or collect streams, or wait for the month to end.',
    ];
  return [
    ...(month.unknownDays > 0
      ? [`Unknown days of single series, not in the total: ${month.unknownDays}.`]
      : []),
    ...(preset === 'nmas-1.0'
      ? [
          'NMAS 1.0 applies flat rates to all streams and its share of streams abroad to money. Its sample states 75 jobs where its own formula gives 50.',
        ]
      : ['Streams are measured, money and jobs are estimated.']),
  ];
}

function onlyPlatform(month: MonthOfStreams, platform: string): MonthOfStreams {
  const streams = month.streams.get(platform);
  return { ...month, streams: new Map(streams === undefined ? [] : [[platform, streams]]) };
}

function sumOf(month: MonthOfStreams): number {
  return [...month.streams.values()].reduce((sum, streams) => sum + streams, 0);
}

function topOf(month: MonthOfStreams | null): string | null {
  return [...(month?.streams ?? [])].toSorted((a, b) => b[1] - a[1])[0]?.[0] ?? null;
}

function cents(usd: number | undefined): number | null {
  return usd === undefined ? null : Math.round(usd * 100) / 100;
}
