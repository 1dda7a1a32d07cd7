import { column, query, sql, type Fragment } from '#foundation/platform/postgres.ts';
import type { Dimension, Grain } from './metrics.ts';

const columns = {
  first: column.nullable(column.text),
  second: column.nullable(column.text),
  at: column.nullable(column.day),
  value: column.float8,
  provenances: column.textArray,
};

export type PlaysAsked = {
  readonly cuts: readonly Dimension[];
  readonly grain: Grain;
  readonly inHours: boolean;
  readonly from: string;
  readonly to: string;
  readonly artist: string | null;
  readonly recording: string | null;
  readonly genre: string | null;
  readonly territory: string | null;
  readonly source: string | null;
  readonly demo: boolean;
  readonly limit: number;
};

const cutOfPlays: Readonly<Record<Dimension, Fragment>> = {
  artist: sql`r.artist_name`,
  recording: sql`r.title || ' – ' || r.artist_name`,
  genre: sql`r.genres[1]`,
  territory: sql`h.territory`,
  source: sql`h.source`,
  platform: sql`null::text`,
};

/** Days are UTC, weeks begin on Monday. */
export const countedPlays = query({
  name: 'analytics.countedPlays',
  columns,
  sample: {
    cuts: ['genre', 'territory'],
    grain: 'week',
    inHours: false,
    from: '2026-01-01',
    to: '2026-01-31',
    artist: null,
    recording: null,
    genre: null,
    territory: null,
    source: null,
    demo: true,
    limit: 1,
  } as PlaysAsked,
  text: (p: PlaysAsked) => sql`
    select ${p.cuts[0] === undefined ? sql`null::text` : cutOfPlays[p.cuts[0]]} as first,
      ${p.cuts[1] === undefined ? sql`null::text` : cutOfPlays[p.cuts[1]]} as second,
      ${bucket(p.grain, sql`h.hour at time zone 'UTC'`)} as at,
      ${p.inHours ? sql`(sum(h.played_ms) / 3600000.0)::float8` : sql`sum(h.plays)::float8`} as value,
      array_agg(distinct h.provenance) as provenances
    from plays.public_hourly h
    join catalog.public_recording l on l.id = h.recording_id
    join catalog.public_recording r on r.id = coalesce(l.merged_into, l.id)
    where h.hour >= ${p.from}::date and h.hour < ${p.to}::date + 1
      and (${p.demo} or h.provenance <> 'demo')
      and (${p.recording}::uuid is null or r.id = ${p.recording})
      and (${p.genre}::text is null or ${p.genre} = any(r.genres))
      and (${p.territory}::text is null or h.territory = ${p.territory})
      and (${p.source}::text is null or h.source = ${p.source})
      and (${p.artist}::uuid is null or exists (
        select from catalog.public_recording_artist ra where ra.recording_id = r.id and ra.artist_id = ${p.artist}))
    group by 1, 2, 3
    order by ${p.grain === 'total' ? sql`value desc, first, second` : sql`at, value desc, first`}
    limit ${p.limit}`,
});

export type SongsAsked = {
  readonly metric: string;
  readonly cuts: readonly Dimension[];
  readonly grain: Grain;
  readonly from: string;
  readonly to: string;
  readonly platform: string | null;
  readonly demo: boolean;
  readonly limit: number;
};

const cutOfSongs: Readonly<Record<Dimension, Fragment>> = {
  artist: sql`artist_name`,
  recording: sql`name || ' – ' || artist_name`,
  platform: sql`platform`,
  genre: sql`null::text`,
  territory: sql`null::text`,
  source: sql`null::text`,
};

/** Increases of whole months, each figure once however often it came. */
export const songsByMonth = query({
  name: 'analytics.songsByMonth',
  columns,
  sample: {
    metric: 'streams',
    cuts: ['artist'],
    grain: 'month',
    from: '2026-01-01',
    to: '2026-01-31',
    platform: null,
    demo: true,
    limit: 1,
  } as SongsAsked,
  text: (p: SongsAsked) => sql`
    select ${p.cuts[0] === undefined ? sql`null::text` : cutOfSongs[p.cuts[0]]} as first,
      ${p.cuts[1] === undefined ? sql`null::text` : cutOfSongs[p.cuts[1]]} as second,
      ${bucket(p.grain, sql`month`)} as at, sum(total)::float8 as value, array_agg(distinct provenance) as provenances
    from (
      select distinct on (s.entity_id, s.platform, s.metric, s.identifier, m.month) s.name, s.artist_name, s.platform, m.month,
        m.total, s.provenance
      from audience.public_series s
      join audience.public_monthly m on m.series_id = s.series_id
      where s.metric = ${p.metric} and s.kind = 'counter' and s.type = 'recording' and s.territory = ''
        and m.month >= ${p.from}::date and m.month <= ${p.to}::date
        and (${p.platform}::text is null or s.platform = ${p.platform}) and (${p.demo} or s.provenance <> 'demo')
      order by s.entity_id, s.platform, s.metric, s.identifier, m.month, m.days_observed desc, s.provenance) once
    group by 1, 2, 3
    order by ${p.grain === 'total' ? sql`value desc, first, second` : sql`at, value desc, first`}
    limit ${p.limit}`,
});

function bucket(grain: Grain, at: Fragment): Fragment {
  if (grain === 'total') return sql`null::date`;
  if (grain === 'day') return sql`(${at})::date`;
  return grain === 'week'
    ? sql`date_trunc('week', ${at})::date`
    : sql`date_trunc('month', ${at})::date`;
}
