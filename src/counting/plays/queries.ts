import type { DeviceId, PlaceId, RecordingId, UserId } from '#foundation/kernel/ids.ts';
import type { Instant } from '#foundation/kernel/time.ts';
import type { Provenance } from '#foundation/kernel/provenance.ts';
import { column, command, query, sql } from '#foundation/platform/postgres.ts';

const someId = '00000000-0000-7000-8000-000000000001';
const someTime = 1_790_000_000_000;

// ── counting ────────────────────────────────────────────────────────────

/** One device writes at a time, so that a key cannot be used for two times by two requests at once. */
export const lockDevices = command({
  name: 'plays.lockDevices',
  sample: { deviceIds: [someId] },
  text: (p: { deviceIds: readonly string[] }) => sql`
    select pg_advisory_xact_lock(1852793966, device)
    from (
      select distinct hashtext(id) as device
      from unnest(${p.deviceIds}::text[]) as id
      order by device) as devices`,
});

/** Evidence that may merge waits for other evidence of the same recordings; stripes are taken in order. */
export const lockRecordings = command({
  name: 'plays.lockRecordings',
  sample: { recordingIds: [someId] },
  text: (p: { recordingIds: readonly string[] }) => sql`
    select pg_advisory_xact_lock(1852793967, stripe)
    from (
      select distinct (hashtext(id) & 63) as stripe
      from unnest(${p.recordingIds}::text[]) as id
      order by stripe) as stripes`,
});

/** Columns of evidence as PostgreSQL arrays (`plainArray`), each as long as the others; null for a column of nulls. */
export type EvidenceColumns = {
  readonly deviceIds: string | null;
  readonly keys: string | null;
  readonly startedAts: string | null;
  readonly recordingIds: string | null;
  readonly listenerIds: string | null;
  readonly playedMs: string | null;
  readonly sources: string | null;
  readonly provenances: string | null;
  readonly territories: string | null;
  readonly seqs: string | null;
  readonly confidences: string | null;
  readonly lats: string | null;
  readonly lons: string | null;
  readonly accuracies: string | null;
  readonly placeIds: string | null;
  readonly cells: string | null;
  readonly clockOffsets: string | null;
  readonly payloadHashes: readonly (string | null)[] | null;
};

const noEvidence: EvidenceColumns = {
  deviceIds: '{}',
  keys: '{}',
  startedAts: '{}',
  recordingIds: '{}',
  listenerIds: '{}',
  playedMs: '{}',
  sources: '{}',
  provenances: '{}',
  territories: '{}',
  seqs: '{}',
  confidences: '{}',
  lats: '{}',
  lons: '{}',
  accuracies: '{}',
  placeIds: '{}',
  cells: '{}',
  clockOffsets: '{}',
  payloadHashes: null,
};

/**
 * The statement that counts. The caller holds the locks of these devices, so what is not known now cannot appear
 * meanwhile, and the insert needs no conflict clause, which would cost a fifth of the ingest. Rows come sorted by key.
 * What was new moves the rollups in the same statement. `lo` and `hi` bound the partitions that are asked.
 * Answers the places (from 1) of the rows that were repeated, and of those whose key named another time.
 */
export const insertEvidence = query({
  name: 'plays.insertEvidence',
  columns: {
    repeated: column.nullable(column.int4Array),
    reused: column.nullable(column.int4Array),
  },
  sample: { receivedAt: someTime, lo: someTime, hi: someTime, evidence: noEvidence },
  text: ({
    evidence: e,
    ...p
  }: {
    receivedAt: number;
    lo: number;
    hi: number;
    evidence: EvidenceColumns;
  }) => sql`
    with given as materialized (
      select device_id, key, to_timestamp(started_ms / 1000.0) as started_at, recording_id, listener_id, played_ms, source, provenance,
        territory, seq, confidence, lat, lon, accuracy_m, place_id, cell, clock_offset_ms, payload_hash, n::int as n
      from unnest(
        ${e.deviceIds}::uuid[], ${e.keys}::uuid[], ${e.startedAts}::float8[], ${e.recordingIds}::uuid[], ${e.listenerIds}::uuid[], ${e.playedMs}::int[],
        ${e.sources}::smallint[], ${e.provenances}::smallint[], ${e.territories}::text[], ${e.seqs}::bigint[], ${e.confidences}::real[], ${e.lats}::float8[],
        ${e.lons}::float8[], ${e.accuracies}::real[], ${e.placeIds}::uuid[], ${e.cells}::int[], ${e.clockOffsets}::bigint[], ${e.payloadHashes}::text[])
        with ordinality as g (device_id, key, started_ms, recording_id, listener_id, played_ms, source, provenance, territory, seq, confidence, lat, lon,
          accuracy_m, place_id, cell, clock_offset_ms, payload_hash, n)
    ), known as materialized (
      select g.n, bool_or(p.started_at = g.started_at) as repeated
      from given g
      join plays.play p on p.device_id = g.device_id and p.key = g.key
      where p.started_at >= to_timestamp(${p.lo} / 1000.0) and p.started_at < to_timestamp(${p.hi} / 1000.0)
        and p.started_at >= g.started_at - interval '60 days' and p.started_at <= g.started_at + interval '60 days'
      group by g.n
    ), inserted as (
      insert into plays.play as p (device_id, key, started_at, recording_id, listener_id, played_ms, source, state, provenance, territory, seq,
        confidence, lat, lon, accuracy_m, place_id, cell, clock_offset_ms, payload_hash, received_at)
      select device_id, key, started_at, recording_id, listener_id, played_ms, source, case when recording_id is null then 2 else 0 end, provenance, territory,
        seq, confidence, lat, lon, accuracy_m, place_id, cell, clock_offset_ms, payload_hash, to_timestamp(${p.receivedAt} / 1000.0)
      from given
      where not exists (select from known where known.n = given.n)
      order by n
      returning p.started_at, p.recording_id, p.played_ms, p.source, p.provenance, p.territory
    ), rolled as (
      insert into plays.hourly as h (recording_id, hour, source, territory, provenance, plays, played_ms)
      select recording_id, date_bin('1 hour', started_at, 'epoch'), source, coalesce(territory, ''), provenance, count(*), sum(played_ms)
      from inserted
      where recording_id is not null
      group by 1, 2, 3, 4, 5
      order by 1, 2, 3, 4, 5
      on conflict (recording_id, hour, source, territory, provenance)
      do update set plays = h.plays + excluded.plays, played_ms = h.played_ms + excluded.played_ms
    )
    select
      nullif(array(select n from known where repeated), '{}') as repeated,
      nullif(array(select n from known where not repeated), '{}') as reused`,
});

export const keepReportedText = command({
  name: 'plays.keepReportedText',
  sample: {
    deviceIds: [someId],
    keys: [someId],
    startedAts: [someTime],
    refs: [null],
    isrcs: [null],
    titles: ['t'],
    artists: ['a'],
    durations: [null],
    matchTitles: ['t'],
    matchArtists: ['a'],
    matched: [true],
  } as ReportedText,
  text: (p: ReportedText) => sql`
    insert into plays.reported_text (device_id, key, started_at, recording_ref, isrc, title, artist, duration_ms, match_title, match_artist, matched)
    select device_id, key, to_timestamp(started_ms / 1000.0), ref, isrc, title, artist, duration_ms, match_title, match_artist, matched
    from unnest(${p.deviceIds}::uuid[], ${p.keys}::uuid[], ${p.startedAts}::float8[], ${p.refs}::text[], ${p.isrcs}::text[], ${p.titles}::text[], ${p.artists}::text[], ${p.durations}::int[],
      ${p.matchTitles}::text[], ${p.matchArtists}::text[], ${p.matched}::bool[])
      as t (device_id, key, started_ms, ref, isrc, title, artist, duration_ms, match_title, match_artist, matched)
    order by device_id, key, started_ms
    on conflict do nothing`,
});
export type ReportedText = {
  readonly deviceIds: readonly string[];
  readonly keys: readonly string[];
  readonly startedAts: readonly number[];
  readonly refs: readonly (string | null)[];
  readonly isrcs: readonly (string | null)[];
  readonly titles: readonly (string | null)[];
  readonly artists: readonly (string | null)[];
  readonly durations: readonly (number | null)[];
  readonly matchTitles: readonly (string | null)[];
  readonly matchArtists: readonly (string | null)[];
  readonly matched: readonly boolean[];
};

/** Which play repeated evidence was merged into, where it was. */
export const findStored = query({
  name: 'plays.findStored',
  columns: { deviceId: column.uuid<DeviceId>(), key: column.uuid<string>(), playId: column.bytea },
  sample: { deviceIds: [someId], keys: [someId], lo: someTime, hi: someTime },
  text: (p: {
    deviceIds: readonly string[];
    keys: readonly string[];
    lo: number;
    hi: number;
  }) => sql`
    select p.device_id, p.key, p.play_id
    from unnest(${p.deviceIds}::uuid[], ${p.keys}::uuid[]) as given (device_id, key)
    join plays.play p on p.device_id = given.device_id and p.key = given.key
    where p.play_id is not null and p.started_at >= to_timestamp(${p.lo} / 1000.0) and p.started_at < to_timestamp(${p.hi} / 1000.0)`,
});

// ── merging ─────────────────────────────────────────────────────────────

const evidenceRow = {
  deviceId: column.uuid<DeviceId>(),
  key: column.uuid<string>(),
  startedAt: column.instant,
  recordingId: column.uuid<RecordingId>(),
  playedMs: column.int4,
  source: column.int4,
  state: column.int4,
  listenerId: column.nullable(column.uuid<UserId>()),
  lat: column.nullable(column.float8),
  lon: column.nullable(column.float8),
  accuracyM: column.nullable(column.float8),
  cell: column.nullable(column.int4),
  playId: column.nullable(column.bytea),
  receivedAt: column.instant,
};
const evidenceColumns = sql`p.device_id, p.key, p.started_at, p.recording_id, p.played_ms, p.source, p.state, p.listener_id, p.lat, p.lon, p.accuracy_m, p.cell, p.play_id, p.received_at`;

/** Evidence of the same recordings that sounded at the same time in the cells around, whatever its state. */
export const findNearby = query({
  name: 'plays.findNearby',
  columns: evidenceRow,
  sample: {
    recordingIds: [someId],
    cells: [1],
    froms: [someTime],
    tos: [someTime],
    lo: someTime,
    hi: someTime,
    limit: 1,
  },
  text: (p: {
    recordingIds: readonly string[];
    cells: readonly number[];
    froms: readonly number[];
    tos: readonly number[];
    lo: number;
    hi: number;
    limit: number;
  }) => sql`
    select distinct ${evidenceColumns}
    from unnest(${p.recordingIds}::uuid[], ${p.cells}::int[], ${p.froms}::float8[], ${p.tos}::float8[]) as n (recording_id, cell, from_ms, to_ms)
    join plays.play p on p.recording_id = n.recording_id and p.cell = n.cell
      and p.started_at > to_timestamp(n.from_ms / 1000.0) and p.started_at < to_timestamp(n.to_ms / 1000.0)
    where p.started_at >= to_timestamp(${p.lo} / 1000.0) and p.started_at < to_timestamp(${p.hi} / 1000.0) and p.state in (0, 1)
    limit ${p.limit}`,
});

export const findOfListeners = query({
  name: 'plays.findOfListeners',
  columns: evidenceRow,
  sample: {
    listenerIds: [someId],
    recordingIds: [someId],
    froms: [someTime],
    tos: [someTime],
    lo: someTime,
    hi: someTime,
    limit: 1,
  },
  text: (p: {
    listenerIds: readonly string[];
    recordingIds: readonly string[];
    froms: readonly number[];
    tos: readonly number[];
    lo: number;
    hi: number;
    limit: number;
  }) => sql`
    select distinct ${evidenceColumns}
    from unnest(${p.listenerIds}::uuid[], ${p.recordingIds}::uuid[], ${p.froms}::float8[], ${p.tos}::float8[]) as n (listener_id, recording_id, from_ms, to_ms)
    join plays.play p on p.listener_id = n.listener_id and p.recording_id = n.recording_id
      and p.started_at > to_timestamp(n.from_ms / 1000.0) and p.started_at < to_timestamp(n.to_ms / 1000.0)
    where p.started_at >= to_timestamp(${p.lo} / 1000.0) and p.started_at < to_timestamp(${p.hi} / 1000.0) and p.state in (0, 1)
    limit ${p.limit}`,
});

export type StateChanges = {
  readonly deviceIds: readonly string[];
  readonly keys: readonly string[];
  readonly startedAts: readonly number[];
  readonly states: readonly number[];
  readonly playIds: readonly (Buffer | null)[];
  readonly lo: number;
  readonly hi: number;
};

/** Changes what evidence counts as, and moves the rollups by the difference, in one statement. */
export const changeStates = command({
  name: 'plays.changeStates',
  sample: {
    deviceIds: [someId],
    keys: [someId],
    startedAts: [someTime],
    states: [0],
    playIds: [null],
    lo: someTime,
    hi: someTime,
  } as StateChanges,
  text: (p: StateChanges) => sql`
    with change as materialized (
      select device_id, key, to_timestamp(started_ms / 1000.0) as started_at, state, play_id
      from unnest(${p.deviceIds}::uuid[], ${p.keys}::uuid[], ${p.startedAts}::float8[], ${p.states}::smallint[], ${p.playIds}::bytea[])
        as c (device_id, key, started_ms, state, play_id)
    ), before as materialized (
      select p.device_id, p.key, p.started_at, p.state, p.recording_id, p.source, p.territory, p.provenance, p.played_ms
      from change c
      join plays.play p on p.device_id = c.device_id and p.key = c.key and p.started_at = c.started_at
      where p.started_at >= to_timestamp(${p.lo} / 1000.0) and p.started_at < to_timestamp(${p.hi} / 1000.0)
    ), changed as (
      update plays.play p
      set state = c.state, play_id = c.play_id
      from change c
      where p.device_id = c.device_id and p.key = c.key and p.started_at = c.started_at
        and p.started_at >= to_timestamp(${p.lo} / 1000.0) and p.started_at < to_timestamp(${p.hi} / 1000.0)
    )
    insert into plays.hourly as h (recording_id, hour, source, territory, provenance, plays, played_ms)
    select b.recording_id, date_trunc('hour', b.started_at), b.source, coalesce(b.territory, ''), b.provenance,
      sum((c.state = 0)::int - (b.state = 0)::int), sum(b.played_ms * ((c.state = 0)::int - (b.state = 0)::int))
    from before b
    join change c on c.device_id = b.device_id and c.key = b.key and c.started_at = b.started_at
    where (c.state = 0) <> (b.state = 0) and b.recording_id is not null
    group by 1, 2, 3, 4, 5
    order by 1, 2, 3, 4, 5
    on conflict (recording_id, hour, source, territory, provenance)
    do update set plays = h.plays + excluded.plays, played_ms = h.played_ms + excluded.played_ms`,
});

// ── reading ─────────────────────────────────────────────────────────────

export const findPlaces = query({
  name: 'plays.findPlaces',
  columns: {
    id: column.uuid<PlaceId>(),
    lat: column.float8,
    lon: column.float8,
    accuracyM: column.float8,
    territory: column.nullable(column.text),
  },
  sample: { ids: [someId] },
  text: (p: { ids: readonly string[] }) => sql`
    select id, lat, lon, accuracy_m, territory
    from plays.place
    where id = any (${p.ids}::uuid[])`,
});

export type NewPlace = {
  readonly id: string;
  readonly ownerId: string;
  readonly name: string;
  readonly lat: number;
  readonly lon: number;
  readonly accuracyM: number;
  readonly territory: string | null;
};
export const insertPlace = command({
  name: 'plays.insertPlace',
  sample: {
    id: someId,
    ownerId: someId,
    name: 'n',
    lat: 0,
    lon: 0,
    accuracyM: 0,
    territory: null,
  } as NewPlace,
  text: (p: NewPlace) => sql`
    insert into plays.place (id, owner_id, name, lat, lon, accuracy_m, territory)
    values (${p.id}, ${p.ownerId}, ${p.name}, ${p.lat}, ${p.lon}, ${p.accuracyM}, ${p.territory})`,
});

export const placesOf = query({
  name: 'plays.placesOf',
  columns: {
    id: column.uuid<PlaceId>(),
    name: column.text,
    lat: column.float8,
    lon: column.float8,
    accuracyM: column.float8,
    territory: column.nullable(column.text),
  },
  sample: { ownerId: someId, after: null as string | null, limit: 1 },
  text: (p: { ownerId: string; after: string | null; limit: number }) => sql`
    select id, name, lat, lon, accuracy_m, territory
    from plays.place
    where owner_id = ${p.ownerId} and (${p.after}::uuid is null or id < ${p.after}::uuid)
    order by id desc
    limit ${p.limit}`,
});

type Period = {
  readonly recordingId: string;
  readonly from: number | null;
  readonly to: number | null;
  readonly demo: boolean;
};
const samplePeriod: Period = { recordingId: someId, from: null, to: null, demo: false };
const countColumns = { key: column.text, plays: column.int8, playedMs: column.int8 };

function inPeriod(p: Period) {
  return sql`
    recording_id = ${p.recordingId}
      and (${p.from}::float8 is null or hour >= to_timestamp(${p.from}::float8 / 1000.0))
      and (${p.to}::float8 is null or hour < to_timestamp(${p.to}::float8 / 1000.0))
      and (${p.demo}::bool or provenance <> 5)`;
}

export const playsByDay = query({
  name: 'plays.playsByDay',
  columns: countColumns,
  sample: samplePeriod,
  text: (p: Period) => sql`
    select to_char(hour at time zone 'UTC', 'YYYY-MM-DD') as key, sum(plays)::bigint as plays, sum(played_ms)::bigint as played_ms
    from plays.hourly
    where ${inPeriod(p)}
    group by 1
    having sum(plays) > 0
    order by 1
    limit 10000`,
});

export const playsBySource = query({
  name: 'plays.playsBySource',
  columns: countColumns,
  sample: samplePeriod,
  text: (p: Period) => sql`
    select source::text as key, sum(plays)::bigint as plays, sum(played_ms)::bigint as played_ms
    from plays.hourly
    where ${inPeriod(p)}
    group by source
    having sum(plays) > 0
    order by 2 desc, source`,
});

export const playsByTerritory = query({
  name: 'plays.playsByTerritory',
  columns: countColumns,
  sample: samplePeriod,
  text: (p: Period) => sql`
    select territory as key, sum(plays)::bigint as plays, sum(played_ms)::bigint as played_ms
    from plays.hourly
    where ${inPeriod(p)}
    group by 1
    having sum(plays) > 0
    order by 2 desc, 1`,
});

export const topOfPeriod = query({
  name: 'plays.topOfPeriod',
  columns: {
    recordingId: column.uuid<RecordingId>(),
    title: column.text,
    artist: column.text,
    plays: column.int8,
    provenance: column.int4,
  },
  sample: {
    from: '2026-01-01',
    to: '2026-02-01',
    territory: null as string | null,
    demo: false,
    limit: 1,
  },
  text: (p: {
    from: string;
    to: string;
    territory: string | null;
    demo: boolean;
    limit: number;
  }) => sql`
    with top as (
      select recording_id, sum(plays)::bigint as plays, max(provenance) as provenance
      from plays.hourly
      where hour >= (${p.from}::date)::timestamp at time zone 'UTC' and hour < (${p.to}::date)::timestamp at time zone 'UTC'
        and (${p.territory}::text is null or territory = ${p.territory})
        and (${p.demo}::bool or provenance <> 5)
      group by recording_id
      having sum(plays) > 0
      order by 2 desc, 1
      limit ${p.limit}
    )
    select top.recording_id, r.title, r.artist_name as artist, top.plays, top.provenance
    from top
    join catalog.public_recording r on r.id = top.recording_id
    order by top.plays desc, top.recording_id`,
});

export const recentPlays = query({
  name: 'plays.recentPlays',
  columns: {
    deviceId: column.uuid<DeviceId>(),
    deviceName: column.text,
    key: column.uuid<string>(),
    startedAt: column.instant,
    recordingId: column.nullable(column.uuid<RecordingId>()),
    playedMs: column.int4,
    source: column.int4,
    state: column.int4,
    title: column.nullable(column.text),
    artist: column.nullable(column.text),
  },
  sample: {
    ownerId: someId,
    deviceId: null as string | null,
    before: someTime,
    beforeKey: someId,
    since: someTime,
    limit: 1,
  },
  text: (p: {
    ownerId: string;
    deviceId: string | null;
    before: number;
    beforeKey: string;
    since: number;
    limit: number;
  }) => sql`
    select p.device_id, d.name as device_name, p.key, p.started_at, p.recording_id, p.played_ms, p.source, p.state,
      coalesce(r.title, t.title) as title, coalesce(r.artist_name, t.artist) as artist
    from plays.device d
    join plays.play p on p.device_id = d.id
    left join catalog.public_recording r on r.id = p.recording_id
    left join plays.reported_text t on t.device_id = p.device_id and t.key = p.key and t.started_at = p.started_at
    where d.owner_id = ${p.ownerId} and (${p.deviceId}::uuid is null or d.id = ${p.deviceId}::uuid)
      and p.started_at >= to_timestamp(${p.since} / 1000.0)
      and (p.started_at, p.key) < (to_timestamp(${p.before} / 1000.0), ${p.beforeKey}::uuid)
    order by p.started_at desc, p.key desc
    limit ${p.limit}`,
});

// ── devices ─────────────────────────────────────────────────────────────

export const insertDevice = command({
  name: 'plays.insertDevice',
  sample: {
    id: someId,
    ownerId: someId,
    name: 'n',
    kind: 'phone',
    keyHash: Buffer.alloc(32),
    lat: null,
    lon: null,
    accuracyM: null,
    placeId: null,
    territory: null,
    provenance: 'counted',
  } as NewDevice,
  text: (p: NewDevice) => sql`
    insert into plays.device (id, owner_id, name, kind, key_hash, lat, lon, accuracy_m, place_id, territory, provenance)
    values (${p.id}, ${p.ownerId}, ${p.name}, ${p.kind}, ${p.keyHash}, ${p.lat}, ${p.lon}, ${p.accuracyM}, ${p.placeId}, ${p.territory}, ${p.provenance})
    on conflict (id) do nothing`,
});
export type NewDevice = {
  readonly id: string;
  readonly ownerId: string;
  readonly name: string;
  readonly kind: string;
  readonly keyHash: Buffer;
  readonly lat: number | null;
  readonly lon: number | null;
  readonly accuracyM: number | null;
  readonly placeId: string | null;
  readonly territory: string | null;
  readonly provenance: Provenance;
};

const deviceRow = {
  id: column.uuid<DeviceId>(),
  ownerId: column.uuid<UserId>(),
  name: column.text,
  kind: column.text,
  keyHash: column.bytea,
  lat: column.nullable(column.float8),
  lon: column.nullable(column.float8),
  accuracyM: column.nullable(column.float8),
  placeId: column.nullable(column.uuid<PlaceId>()),
  territory: column.nullable(column.text),
  provenance: column.oneOf<Provenance>(),
  createdAt: column.instant,
  lastSeenAt: column.nullable(column.instant),
  revokedAt: column.nullable(column.instant),
};
const deviceColumns = sql`id, owner_id, name, kind, key_hash, lat, lon, accuracy_m, place_id, territory, provenance, created_at, last_seen_at, revoked_at`;

export const findDevice = query({
  name: 'plays.findDevice',
  columns: deviceRow,
  sample: { id: someId },
  text: (p: { id: string }) => sql`select ${deviceColumns} from plays.device where id = ${p.id}`,
});

export const devicesOf = query({
  name: 'plays.devicesOf',
  columns: deviceRow,
  sample: { ownerId: someId, after: null as string | null, limit: 1 },
  text: (p: { ownerId: string; after: string | null; limit: number }) => sql`
    select ${deviceColumns}
    from plays.device
    where owner_id = ${p.ownerId} and kind not in ('player', 'scrobbler') and (${p.after}::uuid is null or id < ${p.after}::uuid)
    order by id desc
    limit ${p.limit}`,
});

export const markRevoked = command({
  name: 'plays.markRevoked',
  sample: { id: someId, ownerId: someId },
  text: (p: { id: string; ownerId: string }) => sql`
    update plays.device set revoked_at = now() where id = ${p.id} and owner_id = ${p.ownerId} and revoked_at is null`,
});

export const touchDevice = command({
  name: 'plays.touchDevice',
  sample: { id: someId, seq: null as number | null },
  text: (p: { id: string; seq: number | null }) => sql`
    update plays.device
    set last_seen_at = now(), last_seq = greatest(last_seq, ${p.seq}::bigint)
    where id = ${p.id}`,
});

export type DeviceRow = {
  readonly id: DeviceId;
  readonly ownerId: UserId;
  readonly name: string;
  readonly kind: string;
  readonly keyHash: Buffer;
  readonly lat: number | null;
  readonly lon: number | null;
  readonly accuracyM: number | null;
  readonly placeId: PlaceId | null;
  readonly territory: string | null;
  readonly provenance: Provenance;
  readonly createdAt: Instant;
  readonly lastSeenAt: Instant | null;
  readonly revokedAt: Instant | null;
};
export type StoredEvidence = {
  readonly deviceId: DeviceId;
  readonly key: string;
  readonly startedAt: Instant;
  readonly recordingId: RecordingId;
  readonly playedMs: number;
  readonly source: number;
  readonly state: number;
  readonly listenerId: UserId | null;
  readonly lat: number | null;
  readonly lon: number | null;
  readonly accuracyM: number | null;
  readonly cell: number | null;
  readonly playId: Buffer | null;
  readonly receivedAt: Instant;
};
