import type { DayNumber } from './days.ts';
import type { MetricKind } from './kinds.ts';
import { pointsIn, type Point, type Span } from './spans.ts';

// What a series says of a period, by its kind. A running total that halves in the middle of a month has a measured part and a day
// nobody knows; a sum of levels is never answered, because no kind has one.

/** Spans this many days around the period are read, to tell the first day and to bound what lies in a gap at its edge. */
export const aroundDays = 62;

export type Reset = { readonly day: DayNumber; readonly before: bigint; readonly after: bigint };
export type Gap = { readonly from: DayNumber; readonly to: DayNumber };
/** Lower and upper bound. */
export type Interval = { readonly low: bigint; readonly high: bigint };

export type Measured = {
  readonly kind: MetricKind;
  /** Counter: measured increase. Flow: sum of the observed days. Null for every other kind. */
  readonly total: bigint | null;
  /** With the unknown days bounded by what lies around them; null where nothing bounds them, or nothing is unknown. */
  readonly estimate: Interval | null;
  readonly first: Point | null;
  readonly last: Point | null;
  /** Last minus first, for levels. */
  readonly delta: bigint | null;
  readonly lowest: bigint | null;
  /** Highest level; for a counter the highest increase of one day; for a rank the best. */
  readonly peak: bigint | null;
  /** Mean of the observed levels, or of the days whose flow is known. */
  readonly mean: number | null;
  /** Days with an observation, and those that repeat the value of the day before. */
  readonly daysObserved: number;
  readonly daysStale: number;
  /** Days whose flow (counter, flow) or level (other kinds) nobody knows. */
  readonly unknown: readonly Gap[];
  readonly unknownDays: number;
  readonly resets: readonly Reset[];
  /** Known flow by day; an increase over several days is not spread over them. */
  readonly byDay: readonly Point[];
};

/** `spans`: in order, from `aroundDays` before `from` to as many after `to`. `from` and `to` are inclusive. */
export function measure(
  kind: MetricKind,
  spans: readonly Span[],
  from: DayNumber,
  to: DayNumber,
): Measured {
  const inside = pointsIn(spans, from, to);
  const head = headOf(kind, spans, inside, from);
  if (kind === 'counter') return { ...head, ...measureCounter(spans, from, to) };
  const unknown = gapsOf(inside, from, to);
  const sum = inside.reduce((total, point) => total + point.value, 0n);
  return {
    ...head,
    total: kind === 'flow' && inside.length > 0 ? sum : null,
    estimate: null,
    mean: inside.length === 0 ? null : Number(sum) / inside.length,
    unknown,
    unknownDays: daysIn(unknown),
    resets: [],
    byDay: inside,
  };
}

function headOf(
  kind: MetricKind,
  spans: readonly Span[],
  inside: readonly Point[],
  from: DayNumber,
) {
  const first = inside[0] ?? null;
  const last = inside.at(-1) ?? null;
  const values = inside.map((point) => point.value);
  const lowest = values.length === 0 ? null : min(values);
  const highest = values.length === 0 ? null : max(values);
  const isLevel = kind !== 'counter' && kind !== 'flow';
  const before = new Map(pointsIn(spans, from - 1, from - 1).map((p) => [p.day, p.value]));
  for (const point of inside) before.set(point.day, point.value);
  return {
    kind,
    first,
    last,
    delta: isLevel && first !== null && last !== null ? last.value - first.value : null,
    lowest,
    peak: kind === 'rank' ? lowest : highest,
    daysObserved: inside.length,
    daysStale:
      kind === 'flow'
        ? 0
        : inside.filter((point) => before.get(point.day - 1) === point.value).length,
  };
}

type Step = { readonly from: Point; readonly to: Point };

function measureCounter(spans: readonly Span[], from: DayNumber, to: DayNumber) {
  const points = pointsIn(spans, from - aroundDays, to + aroundDays);
  const steps: Step[] = points.slice(1).map((point, i) => ({ from: points[i]!, to: point }));
  let total = 0n;
  let knownDays = 0;
  const byDay: Point[] = [];
  const resets: Reset[] = [];
  const unknown: Gap[] = [];
  const bounds: (Interval | null)[] = [];
  for (const step of steps) {
    const first = Math.max(step.from.day + 1, from);
    const last = Math.min(step.to.day, to);
    if (first > last) continue;
    const grown = step.to.value - step.from.value;
    if (grown < 0n) {
      resets.push({ day: step.to.day, before: step.from.value, after: step.to.value });
      unknown.push({ from: first, to: last });
      bounds.push(boundOfReset(steps, step, last - first + 1));
    } else if (first === step.from.day + 1 && last === step.to.day) {
      total += grown;
      knownDays += last - first + 1;
      if (first === last) byDay.push({ day: first, value: grown });
    } else {
      // The gap crosses the edge of the period: some of the increase lies outside it.
      unknown.push({ from: first, to: last });
      bounds.push({ low: 0n, high: grown });
    }
  }
  const edges = edgesOf(points, from, to);
  const gaps = [...unknown, ...edges].toSorted((a, b) => a.from - b.from);
  const isBounded = edges.length === 0 && bounds.every((bound) => bound !== null);
  return {
    total: knownDays === 0 ? null : total,
    estimate: gaps.length > 0 && isBounded ? widen(total, bounds as readonly Interval[]) : null,
    peak: byDay.length === 0 ? null : max(byDay.map((point) => point.value)),
    mean: knownDays === 0 ? null : Number(total) / knownDays,
    unknown: gaps,
    unknownDays: daysIn(gaps),
    resets,
    byDay,
  };
}

/** Days before the first observation, that day included, and after the last: nothing says what happened on them. */
function edgesOf(points: readonly Point[], from: DayNumber, to: DayNumber): readonly Gap[] {
  const first = points[0]?.day;
  const last = points.at(-1)?.day;
  if (first === undefined || last === undefined || first > to || last < from) return [{ from, to }];
  return [
    ...(first >= from ? [{ from, to: first }] : []),
    ...(last < to ? [{ from: last + 1, to }] : []),
  ];
}

const neighboursMax = 7;

/** On the days of a reset as much happened as on the days around it, give or take: the means of up to a week on either side. */
function boundOfReset(steps: readonly Step[], reset: Step, days: number): Interval | null {
  const at = steps.indexOf(reset);
  const rates = [
    rateOf(steps.slice(Math.max(0, at - neighboursMax), at)),
    rateOf(steps.slice(at + 1, at + 1 + neighboursMax)),
  ].filter((rate) => rate !== null);
  if (rates.length === 0) return null;
  const [low, high] = [Math.min(...rates), Math.max(...rates)];
  return { low: BigInt(Math.floor(low * days)), high: BigInt(Math.ceil(high * days)) };
}

function rateOf(steps: readonly Step[]): number | null {
  const grown = steps.filter((step) => step.to.value >= step.from.value);
  const days = grown.reduce((sum, step) => sum + step.to.day - step.from.day, 0);
  if (days === 0) return null;
  return grown.reduce((sum, step) => sum + Number(step.to.value - step.from.value), 0) / days;
}

function gapsOf(points: readonly Point[], from: DayNumber, to: DayNumber): readonly Gap[] {
  const gaps: { from: DayNumber; to: DayNumber }[] = [];
  let next = from;
  for (const { day } of points) {
    if (day > next) gaps.push({ from: next, to: day - 1 });
    next = day + 1;
  }
  if (next <= to) gaps.push({ from: next, to });
  return gaps;
}

function widen(total: bigint, bounds: readonly Interval[]): Interval {
  return bounds.reduce((sum, b) => ({ low: sum.low + b.low, high: sum.high + b.high }), {
    low: total,
    high: total,
  });
}

function daysIn(gaps: readonly Gap[]): number {
  return gaps.reduce((sum, gap) => sum + gap.to - gap.from + 1, 0);
}

function min(values: readonly bigint[]): bigint {
  return values.reduce((a, b) => (b < a ? b : a));
}

function max(values: readonly bigint[]): bigint {
  return values.reduce((a, b) => (b > a ? b : a));
}
