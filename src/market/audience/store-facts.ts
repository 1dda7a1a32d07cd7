import type { Provenance } from '#foundation/kernel/counting.ts';
import { refuse, type Refusal } from '#foundation/kernel/outcome.ts';
import type { Db } from '#foundation/platform/postgres.ts';
import type { AudienceFact } from '#market/harvest/index.ts';
import type { AudienceContext } from './context.ts';
import { monthBounds, monthOf, toDay, toDayNumber } from './days.ts';
import { findEntity } from './find-entity.ts';
import { metricDef, metricDefs } from './kinds.ts';
import { measure } from './measure.ts';
import {
  deleteSpans,
  insertObservation,
  makeMonth,
  putMonths,
  putSeries,
  putSpans,
  spansOf,
  type EntityId,
  type SeriesRow,
} from './queries.ts';
import { mergePoints, pointsIn, type Point, type Span } from './spans.ts';

export type Origin = { readonly provenance: Provenance; readonly payloadId: string | null };

export type StoredFacts = {
  readonly kind: 'stored';
  readonly entityId: EntityId;
  /** The artists to ask for: the entity itself, or those a recording credits. */
  readonly artists: readonly EntityId[];
  readonly series: number;
  readonly points: number;
  /** Days that had another value before; the later one counts and both are kept. */
  readonly corrected: number;
  readonly repeated: number;
};

/**
 * Keeps the series of one body, all or nothing. The same body again changes nothing; a day that is observed anew with another
 * value takes it, and the log keeps both. The month rollups of what moved are exact when this commits.
 */
export async function storeFacts(
  ctx: AudienceContext,
  facts: readonly AudienceFact[],
  origin: Origin,
): Promise<StoredFacts | Refusal<'VALIDATION_FAILED' | 'CONFLICT'>> {
  const [first] = facts;
  if (first === undefined) return refuse('VALIDATION_FAILED', 'There is no series in it.');
  if (origin.provenance === 'demo' && !ctx.demo)
    return refuse('CONFLICT', 'Rows of a demo are kept in an installation that is a demo only.');
  const strange = facts.find((fact) => metricDef(fact.metric) === undefined);
  if (strange !== undefined)
    return refuse(
      'VALIDATION_FAILED',
      `The metric ${strange.metric} has no kind, so nothing could be added up; known are ${metricDefs.map((d) => d.metric).join(', ')}. Nothing was kept.`,
      'metric',
    );
  return ctx.db.tx(async (db) => {
    const { id, artists } = await findEntity(db, first.entity, origin.provenance);
    let points = 0;
    let corrected = 0;
    let repeated = 0;
    for (const fact of facts) {
      const stored = await storeSeries(db, id, fact, origin);
      points += fact.points.length;
      corrected += stored.corrected;
      repeated += stored.repeated;
    }
    return {
      kind: 'stored',
      entityId: id,
      artists: first.entity.type === 'artist' ? [id] : artists,
      series: facts.length,
      points,
      corrected,
      repeated,
    };
  });
}

async function storeSeries(db: Db, entityId: EntityId, fact: AudienceFact, origin: Origin) {
  const def = metricDef(fact.metric)!;
  const series = await db.one(putSeries, {
    entityId,
    platform: fact.platform,
    metric: fact.metric,
    kind: def.kind,
    windowDays: def.windowDays,
    territory: fact.territory ?? '',
    identifier: fact.identifier ?? '',
    provenance: origin.provenance,
  });
  const points = fact.points.map(({ day, value }) => ({
    day: toDayNumber(day),
    value: BigInt(value),
  }));
  return storePoints(db, series, points, origin.payloadId);
}

/** Lays the points over what the series has, in every month they touch. */
async function storePoints(
  db: Db,
  series: SeriesRow,
  points: readonly Point[],
  payloadId: string | null,
) {
  const months = [...new Set(points.map((point) => monthOf(point.day)))].toSorted();
  for (const month of months) await db.one(makeMonth, { month });
  const from = monthBounds(months[0]!).from;
  const to = monthBounds(months.at(-1)!).to;
  const known = await readSpans(db, series.id, from, to);
  const merged = mergePoints(known, points);
  await replaceSpans(db, series.id, known, merged.spans);
  if (merged.repeated < points.length)
    await db.run(insertObservation, {
      seriesId: series.id,
      payloadId,
      days: points.map((p) => p.day),
      values: points.map((p) => p.value),
      corrected: merged.corrected,
    });
  await rollUp(db, series, months);
  return merged;
}

async function replaceSpans(
  db: Db,
  seriesId: bigint,
  before: readonly Span[],
  after: readonly Span[],
): Promise<void> {
  const keyOf = (s: Span): string => `${s.day} ${s.lastDay} ${s.value}`;
  const kept = new Set(before.map(keyOf));
  const days = new Set(after.map((s) => s.day));
  const gone = before.filter((s) => !days.has(s.day));
  const fresh = after.filter((s) => !kept.has(keyOf(s)));
  const id = seriesId.toString();
  if (gone.length > 0)
    await db.run(deleteSpans, {
      series: gone.map(() => id),
      days: gone.map((s) => toDay(s.day) as string),
    });
  if (fresh.length > 0)
    await db.run(putSpans, {
      series: fresh.map(() => id),
      days: fresh.map((s) => toDay(s.day)),
      lastDays: fresh.map((s) => toDay(s.lastDay)),
      values: fresh.map((s) => s.value.toString()),
    });
}

const stepDaysMax = 62;

/** What months come to. The month after one that changed begins from its last value, so it is computed again too. */
async function rollUp(db: Db, series: SeriesRow, changed: readonly string[]): Promise<void> {
  const months = new Set(changed);
  for (const month of changed) months.add(monthOf(monthBounds(month).to + 1));
  for (const month of changed) months.add(monthOf(monthBounds(month).from - 1));
  const sorted = [...months].toSorted();
  const spans = await readSpans(
    db,
    series.id,
    monthBounds(sorted[0]!).from - stepDaysMax,
    monthBounds(sorted.at(-1)!).to + stepDaysMax,
  );
  const rows = sorted.flatMap((month) => {
    const { from, to } = monthBounds(month);
    const inside = pointsIn(spans, from, to);
    const [first, last] = [inside[0], inside.at(-1)];
    if (first === undefined || last === undefined) return [];
    const m = measure(series.kind, spans, from, to);
    const sum = inside.reduce((total, point) => total + point.value, 0n);
    return [
      {
        series_id: series.id.toString(),
        month,
        first_day: toDay(first.day),
        first_value: first.value.toString(),
        last_day: toDay(last.day),
        last_value: last.value.toString(),
        lowest: m.lowest!.toString(),
        peak: (m.peak ?? last.value).toString(),
        total: (series.kind === 'counter' ? (m.total ?? 0n) : sum).toString(),
        days_observed: m.daysObserved,
        days_stale: m.daysStale,
        days_unknown: m.unknownDays,
        resets: m.resets.length,
      },
    ];
  });
  if (rows.length > 0) await db.run(putMonths, { rows: JSON.stringify(rows) });
}

async function readSpans(
  db: Db,
  seriesId: bigint,
  from: number,
  to: number,
): Promise<readonly Span[]> {
  const rows = await db.all(spansOf, {
    series: [seriesId.toString()],
    from: toDay(from),
    to: toDay(to),
  });
  return rows.map((row) => ({
    day: toDayNumber(row.day),
    lastDay: toDayNumber(row.lastDay),
    value: row.value,
  }));
}
