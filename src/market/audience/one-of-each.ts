import type { Provenance } from '#foundation/kernel/counting.ts';
import type { MetricKind } from './kinds.ts';
import { mergePoints, pointsIn, toSpans, type Span } from './spans.ts';

// One figure may reach us twice: a file was imported, later the service was asked for the same days; or a service gave one value
// for a song at first and one for each of its ids later. Added up, both would count twice.

export type SeriesRead = {
  readonly entityId: string;
  readonly platform: string;
  readonly metric: string;
  readonly kind: MetricKind;
  readonly windowDays: number | null;
  readonly territory: string;
  readonly identifier: string;
  /** More than one where the same figure came in several ways. */
  readonly provenances: readonly Provenance[];
  readonly spans: readonly Span[];
};

/** The most direct first. */
const precedence: readonly Provenance[] = [
  'counted',
  'api',
  'import',
  'scrape',
  'estimated',
  'demo',
];

/** Series that say the same in other ways become one; a day takes the most direct of its values. */
export function oneOfEach(series: readonly SeriesRead[]): readonly SeriesRead[] {
  const merged = [...Map.groupBy(series, keyOf).values()].map(overlay);
  const byId = new Set(merged.filter((one) => one.identifier !== '').map(placeOf));
  return merged.map((one) =>
    one.identifier === '' && byId.has(placeOf(one))
      ? withoutDaysOf(
          one,
          merged.filter((other) => other.identifier !== '' && placeOf(other) === placeOf(one)),
        )
      : one,
  );
}

function overlay(group: readonly SeriesRead[]): SeriesRead {
  const [best, ...others] = group.toSorted((a, b) => rankOf(a) - rankOf(b));
  if (others.length === 0) return best!;
  const spans = [...others.toReversed(), best!].reduce<readonly Span[]>(
    (below, { spans: above }) => mergePoints(below, pointsOf(above)).spans,
    [],
  );
  return {
    ...best!,
    provenances: [...new Set(group.flatMap((one) => one.provenances))].toSorted(),
    spans,
  };
}

/** The value of a song as a whole counts only on days without values of its ids. */
function withoutDaysOf(whole: SeriesRead, ofIds: readonly SeriesRead[]): SeriesRead {
  const days = new Set(ofIds.flatMap(({ spans }) => pointsOf(spans).map(({ day }) => day)));
  const left = pointsOf(whole.spans).filter(({ day }) => !days.has(day));
  return { ...whole, spans: toSpans(new Map(left.map(({ day, value }) => [day, value]))) };
}

function pointsOf(spans: readonly Span[]) {
  return spans.length === 0 ? [] : pointsIn(spans, spans[0]!.day, spans.at(-1)!.lastDay);
}

function placeOf({ entityId, platform, metric, territory }: SeriesRead): string {
  return `${entityId} ${platform} ${metric} ${territory}`;
}

function keyOf(series: SeriesRead): string {
  return `${placeOf(series)} ${series.identifier}`;
}

function rankOf({ provenances: [first] }: SeriesRead): number {
  return precedence.indexOf(first!);
}
