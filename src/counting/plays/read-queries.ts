import type { DeviceId, RecordingId } from '#foundation/kernel/ids.ts';
import { column, query, sql } from '#foundation/platform/postgres.ts';
import { provenance } from './stored-words.ts';

// The SQL of reading back what was counted.

const someId = '00000000-0000-7000-8000-000000000001';
const someTime = 1_790_000_000_000;

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
      and (${p.demo}::bool or provenance <> ${provenance('demo')})`;
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

type MyPeriod = {
  readonly userId: string;
  readonly from: string;
  readonly to: string;
  readonly demo: boolean;
};
const sampleMyPeriod: MyPeriod = {
  userId: someId,
  from: '2026-01-01',
  to: '2026-02-01',
  demo: false,
};

function ofMine(p: MyPeriod) {
  return sql`
    recording_id in (select o.recording_id from catalog.public_recording_owner o where o.user_id = ${p.userId})
      and hour >= (${p.from}::date)::timestamp at time zone 'UTC' and hour < (${p.to}::date)::timestamp at time zone 'UTC'
      and (${p.demo}::bool or provenance <> ${provenance('demo')})`;
}

export const myPlaysByDay = query({
  name: 'plays.myPlaysByDay',
  columns: countColumns,
  sample: sampleMyPeriod,
  text: (p: MyPeriod) => sql`
    select to_char(hour at time zone 'UTC', 'YYYY-MM-DD') as key, sum(plays)::bigint as plays, sum(played_ms)::bigint as played_ms
    from plays.hourly
    where ${ofMine(p)}
    group by 1
    having sum(plays) > 0
    order by 1
    limit 10000`,
});

export const myPlaysByRecording = query({
  name: 'plays.myPlaysByRecording',
  columns: countColumns,
  sample: sampleMyPeriod,
  text: (p: MyPeriod) => sql`
    select recording_id::text as key, sum(plays)::bigint as plays, sum(played_ms)::bigint as played_ms
    from plays.hourly
    where ${ofMine(p)}
    group by recording_id
    having sum(plays) > 0
    order by 2 desc, 1
    limit 10000`,
});

export const topOfPeriod = query({
  name: 'plays.topOfPeriod',
  columns: {
    recordingId: column.uuid<RecordingId>(),
    title: column.text,
    artist: column.text,
    durationMs: column.nullable(column.int4),
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
        and (${p.demo}::bool or provenance <> ${provenance('demo')})
      group by recording_id
      having sum(plays) > 0
      order by 2 desc, 1
      limit ${p.limit}
    )
    select top.recording_id, r.title, r.artist_name as artist, r.duration_ms, top.plays, top.provenance
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
