import {
  measure,
  metricDef,
  pointsIn,
  toDay,
  type DayNumber,
  type Gap,
  type Measured,
  type SeriesRead,
  type Track,
} from '#market/audience/index.ts';

// Series as lines a person reads: one for each platform and metric, for each track, for each day.

export type MetricLine = {
  readonly platform: string;
  readonly metric: string;
  readonly unit: string;
  readonly kind: Measured['kind'];
  readonly territory: string | null;
  readonly total: number | null;
  readonly interval: { readonly low: number; readonly high: number } | null;
  readonly first: { readonly day: string; readonly value: number } | null;
  readonly last: { readonly day: string; readonly value: number } | null;
  readonly delta: number | null;
  readonly avgDaily: number | null;
  readonly peak: number | null;
  readonly daysTracked: number;
  readonly daysStale: number;
  readonly unknownDays: number;
  readonly unknown: readonly { readonly from: string; readonly to: string }[];
  readonly resets: readonly {
    readonly day: string;
    readonly before: number;
    readonly after: number;
    readonly track: string | null;
  }[];
  readonly provenance: readonly string[];
};

export type TrackLine = MetricLine & {
  readonly trackId: string | null;
  readonly title: string;
  readonly recordingId: string | null;
};

export type DayLine = {
  readonly day: string;
  readonly platform: string;
  readonly metric: string;
  readonly value: number | null;
  readonly state: 'present' | 'stale' | 'partial' | 'missing';
};

export function groupSeries(
  series: readonly SeriesRead[],
): ReadonlyMap<string, readonly SeriesRead[]> {
  return new Map(
    [...Map.groupBy(series, (s) => `${s.platform} ${s.metric} ${s.territory}`)].toSorted(
      ([a], [b]) => (a < b ? -1 : 1),
    ),
  );
}

export function trackLines(
  series: readonly SeriesRead[],
  trackOf: ReadonlyMap<string, Track>,
  titles: ReadonlyMap<string, string>,
  from: DayNumber,
  to: DayNumber,
): readonly TrackLine[] {
  const byTrack = Map.groupBy(
    series,
    (s) => `${s.entityId} ${s.platform} ${s.metric} ${s.territory}`,
  );
  return [...byTrack.values()]
    .map((group) => {
      const track = trackOf.get(group[0]!.entityId);
      return {
        ...lineOf(group, from, to, titles),
        trackId: track?.id ?? null,
        title: track?.title ?? titles.get(group[0]!.entityId)!,
        recordingId: track?.recordingId ?? null,
      };
    })
    .toSorted((a, b) => (b.total ?? b.last?.value ?? 0) - (a.total ?? a.last?.value ?? 0));
}

/** Several series of one metric as one line: flows and increases are added once each, levels of tracks too, day by day. */
export function lineOf(
  group: readonly SeriesRead[],
  from: DayNumber,
  to: DayNumber,
  titles: ReadonlyMap<string, string>,
): MetricLine {
  const { platform, metric, kind, territory } = group[0]!;
  const parts = group.map((series) => ({ series, m: measure(kind, series.spans, from, to) }));
  const whole = parts.length === 1 ? parts[0]!.m : addUp(parts.map((part) => part.m));
  return {
    platform,
    metric,
    unit: metricDef(metric)?.unit ?? metric,
    kind,
    territory: territory === '' ? null : territory,
    total: numberOf(whole.total),
    interval:
      whole.estimate === null
        ? null
        : { low: Number(whole.estimate.low), high: Number(whole.estimate.high) },
    first: pointOf(whole.first),
    last: pointOf(whole.last),
    delta: numberOf(whole.delta),
    avgDaily: whole.mean === null ? null : Math.round(whole.mean * 100) / 100,
    peak: numberOf(whole.peak),
    daysTracked: whole.daysObserved,
    daysStale: whole.daysStale,
    unknownDays: whole.unknownDays,
    unknown: whole.unknown.map((gap) => ({ from: toDay(gap.from), to: toDay(gap.to) })),
    resets: parts.flatMap(({ series, m }) =>
      m.resets.map((reset) => ({
        day: toDay(reset.day),
        before: Number(reset.before),
        after: Number(reset.after),
        track: titles.get(series.entityId) ?? null,
      })),
    ),
    provenance: [...new Set(group.flatMap((series) => series.provenances))].toSorted(),
  };
}

function addUp(parts: readonly Measured[]): Measured {
  const known = parts.filter((part) => part.daysObserved > 0);
  const sum = (pick: (m: Measured) => bigint | null): bigint | null => {
    const values = known.map(pick).filter((value) => value !== null);
    return values.length === 0 ? null : values.reduce((a, b) => a + b, 0n);
  };
  const unknown = unionOf(parts.flatMap((part) => part.unknown));
  const byDay = new Map<DayNumber, bigint>();
  for (const part of parts)
    for (const point of part.byDay)
      byDay.set(point.day, (byDay.get(point.day) ?? 0n) + point.value);
  const kind = parts[0]!.kind;
  const isAdded = kind === 'counter' || kind === 'flow';
  const bounded = parts.every((part) => part.unknownDays === 0 || part.estimate !== null);
  return {
    kind,
    total: sum((m) => m.total),
    estimate:
      bounded && unknown.length > 0
        ? {
            low: parts.reduce((a, m) => a + (m.estimate?.low ?? m.total ?? 0n), 0n),
            high: parts.reduce((a, m) => a + (m.estimate?.high ?? m.total ?? 0n), 0n),
          }
        : null,
    first: null,
    last: null,
    delta: isAdded ? null : sum((m) => m.delta),
    lowest: null,
    peak: isAdded && byDay.size > 0 ? [...byDay.values()].reduce((a, b) => (b > a ? b : a)) : null,
    mean: isAdded && known.length > 0 ? known.reduce((a, m) => a + (m.mean ?? 0), 0) : null,
    daysObserved: Math.max(0, ...parts.map((part) => part.daysObserved)),
    daysStale: Math.max(0, ...parts.map((part) => part.daysStale)),
    unknown,
    unknownDays: unknown.reduce((days, gap) => days + gap.to - gap.from + 1, 0),
    resets: [],
    byDay: [],
  };
}

function unionOf(gaps: readonly Gap[]): readonly Gap[] {
  const union: { from: DayNumber; to: DayNumber }[] = [];
  for (const gap of gaps.toSorted((a, b) => a.from - b.from)) {
    const last = union.at(-1);
    if (last !== undefined && gap.from <= last.to + 1) last.to = Math.max(last.to, gap.to);
    else union.push({ ...gap });
  }
  return union;
}

/** A value a day: the known flow, or the level where one series has it. A day that lacks a track is partial. */
export function dayLines(
  groups: ReadonlyMap<string, readonly SeriesRead[]>,
  from: DayNumber,
  to: DayNumber,
): readonly DayLine[] {
  const lines: DayLine[] = [];
  for (const group of groups.values()) {
    const { platform, metric, kind } = group[0]!;
    const byDay = new Map<DayNumber, { sum: bigint; series: number; stale: number }>();
    for (const series of group) {
      const levels = new Map(pointsIn(series.spans, from - 1, to).map((p) => [p.day, p.value]));
      const known = measure(kind, series.spans, from, to).byDay;
      for (const point of known) {
        const day = byDay.get(point.day) ?? { sum: 0n, series: 0, stale: 0 };
        day.sum += point.value;
        day.series += 1;
        if (kind !== 'flow' && levels.get(point.day) === levels.get(point.day - 1)) day.stale += 1;
        byDay.set(point.day, day);
      }
    }
    for (let day = from; day <= to; day++) {
      const found = byDay.get(day);
      lines.push({
        day: toDay(day),
        platform,
        metric,
        value: found === undefined ? null : Number(found.sum),
        state:
          found === undefined
            ? 'missing'
            : found.series < group.length
              ? 'partial'
              : found.stale === found.series
                ? 'stale'
                : 'present',
      });
    }
  }
  return lines;
}

function pointOf(point: Measured['first']) {
  return point === null ? null : { day: toDay(point.day), value: Number(point.value) };
}

function numberOf(value: bigint | null): number | null {
  return value === null ? null : Number(value);
}
