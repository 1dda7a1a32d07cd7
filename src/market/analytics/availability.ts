import {
  measure,
  toDay,
  type DayNumber,
  type SeriesRead,
  type Track,
} from '#market/audience/index.ts';

// Which cells (a series on a day) have an observation. A track that a platform was never seen to list is said apart: there is
// nothing to sync.

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

export type Availability = {
  /** Percent of the cells with an observation. */
  readonly coverage: number;
  readonly cells: number;
  readonly present: number;
  readonly stale: number;
  readonly missingCells: number;
  readonly notListed: number;
  readonly missing: readonly MissingCells[];
};

const missingListedMax = 500;

export function availabilityOf(
  series: readonly SeriesRead[],
  titles: ReadonlyMap<string, string>,
  tracks: readonly Track[],
  from: DayNumber,
  to: DayNumber,
): Availability {
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
