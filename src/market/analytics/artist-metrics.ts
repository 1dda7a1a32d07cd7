import { refuse, type Refusal } from '#foundation/kernel/outcome.ts';
import {
  measure,
  methodBreaks,
  metricDef,
  openArtist,
  pointsIn,
  readSeries,
  toDay,
  toDayNumber,
  tracksOf,
  type ArtistFound,
  type DayNumber,
  type EntityId,
  type Gap,
  type Measured,
  type SeriesRead,
  type Track,
} from '#market/audience/index.ts';
import type { AnalyticsContext } from './context.ts';
import { chartedTitles, ownPlays, recordingsOfCatalogArtist } from './queries.ts';
import { spellingKey } from '#market/identity/index.ts';

// "All platforms, this artist, last month": what every series of the artist and of the artist's recordings comes to, by its kind,
// with what is missing named. A sum over platforms does not exist, because plays, views and lookups are not one thing.

export type MetricsFilter = {
  readonly artists: readonly string[];
  readonly from: string;
  readonly to: string;
  readonly platforms: readonly string[];
  readonly country: string | null;
  readonly groupBy: 'track' | 'platform' | 'date';
};

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

export type MissingCells = {
  readonly trackId: string | null;
  readonly title: string;
  readonly platform: string;
  readonly metric: string;
  readonly state: 'missing' | 'not listed';
  readonly from: string;
  readonly to: string;
  readonly days: number;
};

export type ArtistMetrics = {
  readonly artists: readonly ArtistFound[];
  readonly from: string;
  readonly to: string;
  readonly country: string | null;
  readonly platforms: readonly string[];
  readonly summary: readonly MetricLine[];
  readonly tracks: readonly TrackLine[];
  readonly dates: readonly DayLine[];
  readonly availability: {
    readonly coverage: number;
    readonly cells: number;
    readonly present: number;
    readonly stale: number;
    readonly missingCells: number;
    readonly notListed: number;
    readonly missing: readonly MissingCells[];
  };
  readonly notes: readonly string[];
};

const daysMax = 366;
const missingListedMax = 500;
const ownPlatform = 'ngoma';

export async function artistMetrics(
  ctx: AnalyticsContext,
  filter: MetricsFilter,
): Promise<ArtistMetrics | Refusal<'NOT_FOUND' | 'VALIDATION_FAILED'>> {
  const period = readPeriod(ctx, filter);
  if ('kind' in period) return period;
  const { from, to } = period;
  const artists: ArtistFound[] = [];
  for (const id of filter.artists) {
    const artist = await openAnyArtist(ctx, id);
    if (artist === null)
      return refuse(
        'NOT_FOUND',
        `No artist has the id ${id}. Search for the name at /api/v1/analytics/artists?q=, or import figures of the artist first.`,
        'artist',
      );
    artists.push(artist);
  }
  const notes: string[] = [];
  const tracks = await tracksFor(ctx, artists, filter.country, notes);
  const titles = new Map<string, string>([
    ...artists.map((artist) => [artist.id as string, artist.name] as const),
    ...tracks.map((track) => [track.id, track.title] as const),
  ]);
  const outside = await readSeries(ctx, [...titles.keys()], from, to, null);
  const own = await ownSeries(ctx, tracks, from, to, filter.country);
  const wanted = [...outside, ...own].filter(
    (series) =>
      (filter.platforms.length === 0 || filter.platforms.includes(series.platform)) &&
      // A country's own figures where the service gives them, and those of the world, each said to be what it is.
      (series.territory === '' || series.territory === filter.country),
  );
  noteCountry(filter.country, wanted, notes);
  await noteBreaks(ctx, wanted, from, to, notes);
  if (wanted.length === 0)
    notes.push(
      'No figures of this artist were collected or imported for these filters. Import a file, or switch a source on in Data management.',
    );
  const trackOf = new Map(tracks.map((track) => [track.id, track]));
  const groups = groupSeries(wanted);
  return {
    artists,
    from: toDay(from),
    to: toDay(to),
    country: filter.country,
    platforms: [...new Set(wanted.map((series) => series.platform))].toSorted(),
    summary: [...groups.values()].map((group) => lineOf(group, from, to, titles)),
    tracks: trackLines(wanted, trackOf, titles, from, to),
    dates: filter.groupBy === 'date' ? dayLines(groups, from, to) : [],
    availability: availabilityOf(wanted, titles, tracks, from, to),
    notes,
  };
}

function readPeriod(
  ctx: AnalyticsContext,
  filter: MetricsFilter,
): { readonly from: DayNumber; readonly to: DayNumber } | Refusal<'VALIDATION_FAILED'> {
  const [from, to] = [toDayNumber(filter.from), toDayNumber(filter.to)];
  if (Number.isNaN(from) || Number.isNaN(to))
    return refuse('VALIDATION_FAILED', 'A day is written as YYYY-MM-DD and must exist.', 'from');
  if (to < from)
    return refuse('VALIDATION_FAILED', `The period ends on ${filter.to}, before it begins.`, 'to');
  if (to - from + 1 > daysMax)
    return refuse(
      'VALIDATION_FAILED',
      'A period has at most twelve months; ask for a shorter one.',
      'to',
    );
  const today = Math.floor(ctx.now() / 86_400_000);
  if (from > today)
    return refuse(
      'VALIDATION_FAILED',
      `${filter.from} lies in the future; there are no figures of it yet.`,
      'from',
    );
  return { from, to: Math.min(to, today) };
}

/** An artist with outside figures, or one of the catalogue that has only our own plays. */
async function openAnyArtist(ctx: AnalyticsContext, id: string): Promise<ArtistFound | null> {
  const known = await openArtist(ctx, id);
  if (known !== null) return known;
  const [row] = await ctx.db.all(recordingsOfCatalogArtist, { artistId: id, name: null, limit: 1 });
  return row === undefined
    ? null
    : { id: row.artistId as string as EntityId, name: row.artistName, catalogId: row.artistId };
}

async function tracksFor(
  ctx: AnalyticsContext,
  artists: readonly ArtistFound[],
  country: string | null,
  notes: string[],
): Promise<readonly Track[]> {
  const known = await tracksOf(
    ctx,
    artists.map((artist) => artist.id),
  );
  const recordings = new Set(known.map((track) => track.recordingId));
  const all: Track[] = [...known];
  for (const artist of artists) {
    for (const row of await ctx.db.all(recordingsOfCatalogArtist, {
      artistId: artist.catalogId,
      name: spellingKey(artist.name),
      limit: 5_000,
    })) {
      if (recordings.has(row.recordingId)) continue;
      recordings.add(row.recordingId);
      all.push({
        id: row.recordingId,
        title: row.title,
        artist: row.artistName,
        recordingId: row.recordingId,
      });
    }
  }
  if (country === null) return all;
  const charted = await ctx.db.all(chartedTitles, { territory: country, demo: ctx.demo });
  const keys = new Set(charted.map((row) => spellingKey(row.title)));
  const there = all.filter((track) => keys.has(spellingKey(track.title)));
  notes.push(
    charted.length === 0
      ? `No chart of ${country} was collected, so all tracks are shown.`
      : `Tracks are those on charts of ${country}: ${there.length} of ${all.length}.`,
  );
  return charted.length === 0 ? all : there;
}

/** Our own counted plays, a platform like any other. Every day up to today is known, and a day without a play is 0. */
async function ownSeries(
  ctx: AnalyticsContext,
  tracks: readonly Track[],
  from: DayNumber,
  to: DayNumber,
  country: string | null,
): Promise<readonly SeriesRead[]> {
  const recordings = tracks.flatMap((track) => track.recordingId ?? []);
  if (recordings.length === 0) return [];
  const rows = await ctx.db.all(ownPlays, {
    recordings,
    from: new Date(from * 86_400_000),
    to: new Date((to + 1) * 86_400_000),
    territory: country,
    demo: ctx.demo,
  });
  const byRecording = Map.groupBy(rows, (row) => row.recordingId as string);
  return tracks.flatMap((track) => {
    const days = track.recordingId === null ? undefined : byRecording.get(track.recordingId);
    if (days === undefined) return [];
    const values = new Map(days.map((row) => [toDayNumber(row.day), row.plays]));
    const spans = Array.from({ length: to - from + 1 }, (_, i) => ({
      day: from + i,
      lastDay: from + i,
      value: values.get(from + i) ?? 0n,
    }));
    return [
      {
        entityId: track.id,
        platform: ownPlatform,
        metric: 'counted_plays',
        kind: 'flow' as const,
        windowDays: null,
        territory: country ?? '',
        identifier: '',
        provenance: days[0]!.provenance === 'demo' ? ('demo' as const) : ('counted' as const),
        spans,
      },
    ];
  });
}

function noteCountry(country: string | null, series: readonly SeriesRead[], notes: string[]): void {
  if (country === null) return;
  const world = [...new Set(series.filter((s) => s.territory === '').map((s) => s.platform))];
  if (world.length > 0)
    notes.push(
      `Figures of ${world.toSorted().join(', ')} are of the world: the service does not give them by country.`,
    );
}

async function noteBreaks(
  ctx: AnalyticsContext,
  series: readonly SeriesRead[],
  from: DayNumber,
  to: DayNumber,
  notes: string[],
): Promise<void> {
  for (const one of await methodBreaks(ctx, from, to)) {
    if (series.some((s) => s.platform === one.platform && s.metric === one.metric))
      notes.push(`From ${one.day} ${one.platform} counts ${one.metric} otherwise: ${one.reason}.`);
  }
}

function groupSeries(series: readonly SeriesRead[]): ReadonlyMap<string, readonly SeriesRead[]> {
  return new Map(
    [...Map.groupBy(series, (s) => `${s.platform} ${s.metric} ${s.territory}`)].toSorted(
      ([a], [b]) => (a < b ? -1 : 1),
    ),
  );
}

function trackLines(
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
function lineOf(
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
    provenance: [...new Set(group.map((series) => series.provenance))].toSorted(),
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
function dayLines(
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

function availabilityOf(
  series: readonly SeriesRead[],
  titles: ReadonlyMap<string, string>,
  tracks: readonly Track[],
  from: DayNumber,
  to: DayNumber,
): ArtistMetrics['availability'] {
  const days = to - from + 1;
  let present = 0;
  let stale = 0;
  const missing: MissingCells[] = [];
  const trackIds = new Set(tracks.map((track) => track.id));
  for (const one of series) {
    const observed = measure('gauge', one.spans, from, to);
    present += observed.daysObserved - observed.daysStale;
    stale += observed.daysStale;
    for (const gap of observed.unknown)
      missing.push({
        trackId: trackIds.has(one.entityId) ? one.entityId : null,
        title: titles.get(one.entityId)!,
        platform: one.platform,
        metric: one.metric,
        state: 'missing',
        from: toDay(gap.from),
        to: toDay(gap.to),
        days: gap.to - gap.from + 1,
      });
  }
  const listed = new Set(series.map((one) => `${one.entityId} ${one.platform}`));
  const platforms = new Set(
    series.filter((one) => trackIds.has(one.entityId)).map((one) => one.platform),
  );
  let notListed = 0;
  for (const track of tracks)
    for (const platform of platforms)
      if (!listed.has(`${track.id} ${platform}`)) {
        notListed += 1;
        missing.push({
          trackId: track.id,
          title: track.title,
          platform,
          metric: '',
          state: 'not listed',
          from: toDay(from),
          to: toDay(to),
          days,
        });
      }
  const cells = series.length * days;
  return {
    coverage: cells === 0 ? 0 : Math.round((1_000 * (present + stale)) / cells) / 10,
    cells,
    present,
    stale,
    missingCells: cells - present - stale,
    notListed,
    missing: missing.slice(0, missingListedMax),
  };
}

function pointOf(point: Measured['first']) {
  return point === null ? null : { day: toDay(point.day), value: Number(point.value) };
}

function numberOf(value: bigint | null): number | null {
  return value === null ? null : Number(value);
}
