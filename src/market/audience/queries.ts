import type { Id } from '#foundation/kernel/ids.ts';
import type { Provenance } from '#foundation/kernel/counting.ts';
import { column, command, query, sql } from '#foundation/platform/postgres.ts';
import type { AudienceEntity } from '#market/harvest/index.ts';
import type { MetricKind } from './kinds.ts';

export type EntityId = Id<'entity'>;

const sampleId = '00000000-0000-7000-8000-000000000000';
const sampleDay = '2026-01-01';

// ── entities ────────────────────────────────────────────────────────────

const entityColumns = {
  id: column.uuid<EntityId>(),
  type: column.oneOf<AudienceEntity>(),
  name: column.text,
  artistName: column.nullable(column.text),
  catalogId: column.nullable(column.uuid<string>()),
};

export const findByExternalId = query({
  name: 'audience.findByExternalId',
  columns: entityColumns,
  sample: { source: 'soundcharts', type: 'artist', externalId: 'x' },
  text: (p: { source: string; type: AudienceEntity; externalId: string }) => sql`
    select e.id, e.type, e.name, e.artist_name, e.catalog_id
    from audience.external_id x
    join audience.entity e on e.id = x.entity_id
    where x.source = ${p.source} and x.type = ${p.type} and x.external_id = ${p.externalId}`,
});

export const findByName = query({
  name: 'audience.findByName',
  columns: entityColumns,
  sample: { type: 'artist', matchName: 'x', limit: 10 },
  text: (p: { type: AudienceEntity; matchName: string; limit: number }) => sql`
    select id, type, name, artist_name, catalog_id
    from audience.entity
    where type = ${p.type} and match_name = ${p.matchName}
    order by created_at
    limit ${p.limit}`,
});

export const insertEntity = command({
  name: 'audience.insertEntity',
  sample: {
    id: sampleId,
    type: 'artist',
    name: 'x',
    artistName: null,
    matchName: 'x',
    catalogId: null,
    provenance: 'import',
  },
  text: (p: {
    id: string;
    type: AudienceEntity;
    name: string;
    artistName: string | null;
    matchName: string;
    catalogId: string | null;
    provenance: Provenance;
  }) => sql`
    insert into audience.entity (id, type, name, artist_name, match_name, catalog_id, provenance)
    values (${p.id}, ${p.type}, ${p.name}, ${p.artistName}, ${p.matchName}, ${p.catalogId}, ${p.provenance})`,
});

export const putExternalId = command({
  name: 'audience.putExternalId',
  sample: { source: 'soundcharts', type: 'artist', externalId: 'x', entityId: sampleId },
  text: (p: { source: string; type: AudienceEntity; externalId: string; entityId: string }) => sql`
    insert into audience.external_id (source, type, external_id, entity_id)
    values (${p.source}, ${p.type}, ${p.externalId}, ${p.entityId})
    on conflict (source, type, external_id) do nothing`,
});

/** What a service calls each of these; a thing may have several ids there. */
export const externalIdsOf = query({
  name: 'audience.externalIdsOf',
  columns: {
    entityId: column.uuid<EntityId>(),
    type: column.oneOf<AudienceEntity>(),
    externalId: column.text,
  },
  sample: { source: 'soundcharts', entities: [sampleId], limit: 1 },
  text: (p: { source: string; entities: readonly string[]; limit: number }) => sql`
    select entity_id, type, external_id
    from audience.external_id
    where source = ${p.source} and entity_id = any(${p.entities}::uuid[])
    order by entity_id, external_id
    limit ${p.limit}`,
});

export const putEntityArtist = command({
  name: 'audience.putEntityArtist',
  sample: { artistId: sampleId, entityId: sampleId },
  text: (p: { artistId: string; entityId: string }) => sql`
    insert into audience.entity_artist (artist_id, entity_id)
    values (${p.artistId}, ${p.entityId})
    on conflict do nothing`,
});

/** The artist an id means: ours, one of the catalogue, or a service's own. */
export const findArtists = query({
  name: 'audience.findArtists',
  columns: entityColumns,
  sample: { id: sampleId, limit: 5 },
  text: (p: { id: string; limit: number }) => sql`
    select id, type, name, artist_name, catalog_id
    from audience.entity
    where type = 'artist'
      and (id::text = ${p.id} or catalog_id::text = ${p.id}
        or id in (select entity_id from audience.external_id where type = 'artist' and external_id = ${p.id}))
    limit ${p.limit}`,
});

export const searchArtists = query({
  name: 'audience.searchArtists',
  columns: { ...entityColumns, series: column.int8 },
  sample: { q: 'x', demo: true, limit: 10 },
  text: (p: { q: string; demo: boolean; limit: number }) => sql`
    select e.id, e.type, e.name, e.artist_name, e.catalog_id,
      (select count(*) from audience.series s
       where s.entity_id = e.id
         or s.entity_id in (select a.entity_id from audience.entity_artist a where a.artist_id = e.id)) as series
    from audience.entity e
    where e.type = 'artist' and (${p.demo} or e.provenance <> 'demo')
      and (${p.q} = '' or e.match_name like '%' || ${p.q} || '%')
    order by (e.match_name = ${p.q}) desc, (e.match_name like ${p.q} || '%') desc, e.name, e.id
    limit ${p.limit}`,
});

export const recordingsOfArtists = query({
  name: 'audience.recordingsOfArtists',
  columns: { ...entityColumns, artistId: column.uuid<EntityId>() },
  sample: { artists: [sampleId], limit: 10 },
  text: (p: { artists: readonly string[]; limit: number }) => sql`
    select e.id, e.type, e.name, e.artist_name, e.catalog_id, a.artist_id
    from audience.entity_artist a
    join audience.entity e on e.id = a.entity_id
    where a.artist_id = any(${p.artists}::uuid[])
    order by e.name, e.id
    limit ${p.limit}`,
});

// ── series ──────────────────────────────────────────────────────────────

const seriesColumns = {
  id: column.int8,
  entityId: column.uuid<EntityId>(),
  platform: column.text,
  metric: column.text,
  kind: column.oneOf<MetricKind>(),
  windowDays: column.nullable(column.int4),
  territory: column.text,
  identifier: column.text,
  provenance: column.oneOf<Provenance>(),
};
export type SeriesRow = {
  readonly id: bigint;
  readonly entityId: EntityId;
  readonly platform: string;
  readonly metric: string;
  readonly kind: MetricKind;
  readonly windowDays: number | null;
  readonly territory: string;
  readonly identifier: string;
  readonly provenance: Provenance;
};

/** The series, made if it is new, and locked: two batches of one series wait for each other. */
export const putSeries = query({
  name: 'audience.putSeries',
  columns: seriesColumns,
  sample: {
    entityId: sampleId,
    platform: 'spotify',
    metric: 'streams',
    kind: 'counter',
    windowDays: null,
    territory: '',
    identifier: '',
    provenance: 'import',
  },
  text: (p: Omit<SeriesRow, 'id' | 'entityId'> & { readonly entityId: string }) => sql`
    insert into audience.series (entity_id, platform, metric, kind, window_days, territory, identifier, provenance)
    values (${p.entityId}, ${p.platform}, ${p.metric}, ${p.kind}, ${p.windowDays}, ${p.territory}, ${p.identifier}, ${p.provenance})
    on conflict (entity_id, platform, metric, territory, identifier, provenance) do update set kind = audience.series.kind
    returning id, entity_id, platform, metric, kind, window_days, territory, identifier, provenance`,
});

export const seriesOf = query({
  name: 'audience.seriesOf',
  columns: seriesColumns,
  sample: { entities: [sampleId], demo: true, territory: '', limit: 10 },
  text: (p: {
    entities: readonly string[];
    demo: boolean;
    territory: string | null;
    limit: number;
  }) => sql`
    select id, entity_id, platform, metric, kind, window_days, territory, identifier, provenance
    from audience.series
    where entity_id = any(${p.entities}::uuid[]) and (${p.demo} or provenance <> 'demo')
      and (${p.territory}::text is null or territory = ${p.territory})
    order by id
    limit ${p.limit}`,
});

const spanColumns = {
  seriesId: column.int8,
  day: column.day,
  lastDay: column.day,
  value: column.int8,
};

export const spansOf = query({
  name: 'audience.spansOf',
  columns: spanColumns,
  sample: { series: [1], from: sampleDay, to: sampleDay },
  text: (p: { series: readonly (number | string)[]; from: string; to: string }) => sql`
    select series_id, day, last_day, value
    from audience.daily
    where series_id = any(${p.series}::bigint[]) and day between ${p.from} and ${p.to}
    order by series_id, day`,
});

export const makeMonth = query({
  name: 'audience.makeMonth',
  columns: { makeMonth: column.text },
  sample: { month: sampleDay },
  text: (p: { month: string }) => sql`select audience.make_month(${p.month}::date) as make_month`,
});

export const deleteSpans = command({
  name: 'audience.deleteSpans',
  sample: { series: [1], days: [sampleDay] },
  text: (
    p:
      | { series: readonly string[]; days: readonly string[] }
      | { series: number[]; days: string[] },
  ) => sql`
    delete from audience.daily d
    using unnest(${p.series}::bigint[], ${p.days}::date[]) as gone(series_id, day)
    where d.series_id = gone.series_id and d.day = gone.day`,
});

export const putSpans = command({
  name: 'audience.putSpans',
  sample: { series: [], days: [], lastDays: [], values: [] },
  text: (p: {
    series: readonly string[];
    days: readonly string[];
    lastDays: readonly string[];
    values: readonly string[];
  }) => sql`
    insert into audience.daily (series_id, day, last_day, value)
    select * from unnest(${p.series}::bigint[], ${p.days}::date[], ${p.lastDays}::date[], ${p.values}::bigint[])
    on conflict (series_id, day) do update set last_day = excluded.last_day, value = excluded.value`,
});

export const insertObservation = command({
  name: 'audience.insertObservation',
  sample: { seriesId: 1, payloadId: null, days: [1], values: [1], corrected: 0 },
  text: (p: {
    seriesId: bigint | number;
    payloadId: string | null;
    days: readonly number[];
    values: readonly (bigint | number)[];
    corrected: number;
  }) => sql`
    insert into audience.observation (series_id, payload_id, days, values, corrected)
    values (${p.seriesId}, ${p.payloadId}, ${p.days}::int[], ${p.values}::bigint[], ${p.corrected})`,
});

/** As one JSON array, because a batch touches a few months only. */
export const putMonths = command({
  name: 'audience.putMonths',
  sample: { rows: '[]' },
  text: (p: { rows: string }) => sql`
    insert into audience.monthly (series_id, month, first_day, first_value, last_day, last_value, lowest, peak, total,
      days_observed, days_stale, days_unknown, resets)
    select series_id, month, first_day, first_value, last_day, last_value, lowest, peak, total, days_observed, days_stale,
      days_unknown, resets
    from jsonb_to_recordset(${p.rows}::jsonb) as r(series_id bigint, month date, first_day date, first_value bigint,
      last_day date, last_value bigint, lowest bigint, peak bigint, total numeric, days_observed int, days_stale int,
      days_unknown int, resets int)
    on conflict (series_id, month) do update set first_day = excluded.first_day, first_value = excluded.first_value,
      last_day = excluded.last_day, last_value = excluded.last_value, lowest = excluded.lowest, peak = excluded.peak,
      total = excluded.total, days_observed = excluded.days_observed, days_stale = excluded.days_stale,
      days_unknown = excluded.days_unknown, resets = excluded.resets`,
});

export const breaksIn = query({
  name: 'audience.breaksIn',
  columns: { platform: column.text, metric: column.text, day: column.day, reason: column.text },
  sample: { from: sampleDay, to: sampleDay, demo: true },
  text: (p: { from: string; to: string; demo: boolean }) => sql`
    select platform, metric, day, reason
    from audience.method_break
    where day between ${p.from} and ${p.to} and (${p.demo} or provenance <> 'demo')
    order by day, platform, metric`,
});
