import type { DeviceId, RecordingId, UserId } from '#foundation/kernel/ids.ts';
import type { Instant } from '#foundation/kernel/time.ts';
import { column, command, query, sql } from '#foundation/platform/postgres.ts';
import { moveHourly } from './move-hourly.ts';
import { state } from './stored-words.ts';

// The SQL of merging: what sounded around, and what changes when it is one sound.

const someId = '00000000-0000-7000-8000-000000000001';
const someTime = 1_790_000_000_000;

export const evidenceRow = {
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
export const evidenceColumns = sql`p.device_id, p.key, p.started_at, p.recording_id, p.played_ms, p.source, p.state, p.listener_id, p.lat, p.lon, p.accuracy_m, p.cell, p.play_id, p.received_at`;

// What may overlap a stretch of time began within it, or up to an hour before it; what is longer than an hour began up to a day
// before, and is found by an index of the few that are.

type Overlapping = {
  readonly recordingIds: readonly string[];
  readonly froms: readonly number[];
  readonly tos: readonly number[];
  readonly lo: number;
  readonly hi: number;
  readonly lookBackMs: number;
  readonly longestMs: number;
};

const overlaps = (p: Overlapping) => sql`
      p.started_at < to_timestamp(n.to_ms / 1000.0)
      and p.started_at + p.played_ms * interval '1 ms' > to_timestamp(n.from_ms / 1000.0)
      and p.started_at >= to_timestamp(${p.lo} / 1000.0) and p.started_at < to_timestamp(${p.hi} / 1000.0)
      and p.state in (${state('counted')}, ${state('merged')})`;
const beganLately = (p: Overlapping) => sql`
      p.started_at > to_timestamp((n.from_ms - ${p.lookBackMs}::float8) / 1000.0)`;
const isLong = (p: Overlapping) => sql`
      p.played_ms > 3600000 and p.started_at > to_timestamp((n.from_ms - ${p.longestMs}::float8) / 1000.0)
      and p.started_at <= to_timestamp((n.from_ms - ${p.lookBackMs}::float8) / 1000.0)`;

const sampleOverlap = {
  recordingIds: [someId],
  froms: [someTime],
  tos: [someTime],
  lo: someTime,
  hi: someTime,
  lookBackMs: 1,
  longestMs: 1,
};

/** Evidence of the same recordings that sounded at the same time in the cells around, counted or merged. */
export const findNearby = query({
  name: 'plays.findNearby',
  columns: evidenceRow,
  sample: { ...sampleOverlap, cells: [1] },
  text: (p: Overlapping & { cells: readonly number[] }) => sql`
    with n as (
      select *
      from unnest(${p.recordingIds}::uuid[], ${p.cells}::int[], ${p.froms}::float8[], ${p.tos}::float8[]) as n (recording_id, cell, from_ms, to_ms))
    select ${evidenceColumns}
    from n
    join plays.play p on p.recording_id = n.recording_id and p.cell = n.cell
    where ${beganLately(p)} and ${overlaps(p)}
    union
    select ${evidenceColumns}
    from n
    join plays.play p on p.recording_id = n.recording_id and p.cell = n.cell
    where ${isLong(p)} and p.cell is not null and ${overlaps(p)}`,
});

export const findOfListeners = query({
  name: 'plays.findOfListeners',
  columns: evidenceRow,
  sample: { ...sampleOverlap, listenerIds: [someId] },
  text: (p: Overlapping & { listenerIds: readonly string[] }) => sql`
    with n as (
      select *
      from unnest(${p.listenerIds}::uuid[], ${p.recordingIds}::uuid[], ${p.froms}::float8[], ${p.tos}::float8[]) as n (listener_id, recording_id, from_ms, to_ms))
    select ${evidenceColumns}
    from n
    join plays.play p on p.listener_id = n.listener_id and p.recording_id = n.recording_id
    where ${beganLately(p)} and ${overlaps(p)}
    union
    select ${evidenceColumns}
    from n
    join plays.play p on p.listener_id = n.listener_id and p.recording_id = n.recording_id
    where ${isLong(p)} and p.listener_id is not null and ${overlaps(p)}`,
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
    ${moveHourly(sql`
    select b.recording_id, date_trunc('hour', b.started_at), b.source, coalesce(b.territory, ''), b.provenance,
      sum((c.state = ${state('counted')})::int - (b.state = ${state('counted')})::int), sum(b.played_ms * ((c.state = ${state('counted')})::int - (b.state = ${state('counted')})::int))
    from before b
    join change c on c.device_id = b.device_id and c.key = b.key and c.started_at = b.started_at
    where (c.state = ${state('counted')}) <> (b.state = ${state('counted')}) and b.recording_id is not null
    group by 1, 2, 3, 4, 5
    order by 1, 2, 3, 4, 5`)}`,
});

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
