import { refuse, type Refusal } from '#foundation/kernel/outcome.ts';
import {
  methodBreaks,
  openArtist,
  readSeries,
  toDay,
  toDayNumber,
  tracksOf,
  type ArtistFound,
  type DayNumber,
  type EntityId,
  type SeriesRead,
  type Track,
} from '#market/audience/index.ts';
import { availabilityOf, type Availability } from './availability.ts';
import type { AnalyticsContext } from './context.ts';
import {
  dayLines,
  groupSeries,
  lineOf,
  trackLines,
  type DayLine,
  type MetricLine,
  type TrackLine,
} from './metric-lines.ts';
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

export type ArtistMetrics = {
  readonly artists: readonly ArtistFound[];
  readonly from: string;
  readonly to: string;
  readonly country: string | null;
  readonly platforms: readonly string[];
  readonly summary: readonly MetricLine[];
  readonly tracks: readonly TrackLine[];
  readonly dates: readonly DayLine[];
  readonly availability: Availability;
  readonly notes: readonly string[];
};

const daysMax = 366;
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

/** The days from `from` to `to`, both included, not beyond today. */
export function readPeriod(
  ctx: Pick<AnalyticsContext, 'now'>,
  filter: Pick<MetricsFilter, 'from' | 'to'>,
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
        provenances: [days[0]!.provenance === 'demo' ? ('demo' as const) : ('counted' as const)],
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
