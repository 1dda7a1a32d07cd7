import { monthOf, type DayNumber } from './days.ts';

// Observations as spans: the days on which one value was observed day after day. Small artists repeat a value for weeks, so this
// is a fraction of a row a day, and nothing is lost: a day outside every span was not observed.

export type Span = { readonly day: DayNumber; readonly lastDay: DayNumber; readonly value: bigint };
export type Point = { readonly day: DayNumber; readonly value: bigint };

export type Merged = {
  /** Every span of the months touched, in order. */
  readonly spans: readonly Span[];
  /** Days that had another value before. */
  readonly corrected: number;
  /** Points that said what was known already. */
  readonly repeated: number;
};

/**
 * Lays observations over what is known; the later observation of a day counts. `known` must hold the spans of every month a
 * point lies in. The same points again change nothing, in whatever order they come.
 */
export function mergePoints(known: readonly Span[], points: readonly Point[]): Merged {
  const values = new Map<DayNumber, bigint>();
  for (const span of known)
    for (let day = span.day; day <= span.lastDay; day++) values.set(day, span.value);
  let corrected = 0;
  let repeated = 0;
  for (const { day, value } of points) {
    const before = values.get(day);
    if (before === value) repeated += 1;
    else if (before !== undefined) corrected += 1;
    values.set(day, value);
  }
  return { spans: toSpans(values), corrected, repeated };
}

/** Days and their values as spans, none over the end of a month. */
export function toSpans(values: ReadonlyMap<DayNumber, bigint>): readonly Span[] {
  const spans: { day: DayNumber; lastDay: DayNumber; value: bigint }[] = [];
  let month = '';
  for (const day of [...values.keys()].toSorted((a, b) => a - b)) {
    const value = values.get(day)!;
    const last = spans.at(-1);
    const ofMonth = monthOf(day);
    if (last !== undefined && last.value === value && last.lastDay === day - 1 && month === ofMonth)
      last.lastDay = day;
    else spans.push({ day, lastDay: day, value });
    month = ofMonth;
  }
  return spans;
}

/** The observed days, one by one and in order, within `from` and `to` inclusive. */
export function pointsIn(spans: readonly Span[], from: DayNumber, to: DayNumber): readonly Point[] {
  const points: Point[] = [];
  for (const span of spans)
    for (let day = Math.max(from, span.day); day <= Math.min(to, span.lastDay); day++)
      points.push({ day, value: span.value });
  return points;
}
