import type { UserId } from '#foundation/kernel/ids.ts';
import { column, command, query, sql } from '#foundation/platform/postgres.ts';
import type { Confidence } from './assumptions.ts';

const id = '00000000-0000-7000-8000-000000000000';
const day = '2026-01-01';

/** Streams of recordings by platform and month: what running totals grew by, and our own counted streams. */
export const streamsByMonth = query({
  name: 'economy.streamsByMonth',
  columns: {
    platform: column.text,
    month: column.day,
    streams: column.numeric,
    provenances: column.textArray,
    unknownDays: column.int8,
  },
  sample: { from: day, to: day, demo: true },
  text: (p: { from: string; to: string; demo: boolean }) => sql`
    select platform, month, sum(total) as streams, array_agg(distinct provenance) as provenances,
      sum(days_unknown) as unknown_days
    from (
      -- What was both imported and asked for counts once: as it is known on most days.
      select distinct on (s.entity_id, s.platform, s.metric, s.identifier, m.month) s.platform, m.month, m.total,
        s.provenance, m.days_unknown
      from audience.public_series s
      join audience.public_monthly m on m.series_id = s.series_id
      where s.kind = 'counter' and s.metric in ('streams', 'views', 'plays') and s.type = 'recording' and s.territory = ''
        and m.month between ${p.from} and ${p.to} and (${p.demo} or s.provenance <> 'demo')
      order by s.entity_id, s.platform, s.metric, s.identifier, m.month, m.days_observed desc, s.provenance) once
    group by platform, month
    union all
    select 'ngoma', date_trunc('month', h.hour at time zone 'UTC')::date, sum(h.plays), array_agg(distinct h.provenance), 0
    from plays.public_hourly h
    where h.source = 'stream' and h.hour >= ${p.from}::date and h.hour < (${p.to}::date + interval '1 month')
      and (${p.demo} or h.provenance <> 'demo')
    group by 2
    order by 2, 1`,
});

/** The newest month with figures of both kinds that is over. */
export const lastMonth = query({
  name: 'economy.lastMonth',
  columns: { month: column.nullable(column.day) },
  sample: { before: day, demo: true },
  text: (p: { before: string; demo: boolean }) => sql`
    select max(month) as month
    from (
      select max(m.month) as month
      from audience.public_monthly m
      join audience.public_series s on s.series_id = m.series_id
      where m.month < ${p.before}::date and s.kind = 'counter' and (${p.demo} or s.provenance <> 'demo')
      union all
      select max(date_trunc('month', h.hour at time zone 'UTC')::date)
      from plays.public_hourly h
      where h.hour < ${p.before}::date and (${p.demo} or h.provenance <> 'demo')) x`,
});

export const changedAssumptions = query({
  name: 'economy.changedAssumptions',
  columns: {
    key: column.text,
    version: column.int4,
    low: column.numeric,
    central: column.numeric,
    high: column.numeric,
    source: column.text,
    confidence: column.oneOf<Confidence>(),
    reason: column.text,
    setBy: column.uuid<UserId>(),
    setAt: column.instant,
  },
  sample: { key: null, limit: 1 },
  text: (p: { key: string | null; limit: number }) => sql`
    select key, version, low, central, high, source, confidence, reason, set_by, set_at
    from economy.assumption
    where ${p.key}::text is null or key = ${p.key}
    order by key, version desc
    limit ${p.limit}`,
});

/** The next version of a key. Two people at once: the second meets the unique key and is told. */
export const insertAssumption = command({
  name: 'economy.insertAssumption',
  sample: {
    key: 'x',
    low: 0,
    central: 1,
    high: 2,
    source: 'x',
    confidence: 'low',
    reason: 'x',
    setBy: id,
  },
  text: (p: {
    key: string;
    low: number;
    central: number;
    high: number;
    source: string;
    confidence: Confidence;
    reason: string;
    setBy: string;
  }) => sql`
    insert into economy.assumption (key, version, low, central, high, source, confidence, reason, set_by)
    select ${p.key}, coalesce(max(version), 0) + 1, ${p.low}, ${p.central}, ${p.high}, ${p.source}, ${p.confidence},
      ${p.reason}, ${p.setBy}
    from economy.assumption
    where key = ${p.key}`,
});
