import type { DeviceId, RecordingId, StationId, UserId } from '#foundation/kernel/ids.ts';
import { column, command, query, sql } from '#foundation/platform/postgres.ts';
import type { SavedEar } from './ear.ts';
import type { Source } from './source.ts';

const someId = '00000000-0000-7000-8000-000000000001';
const someTime = 1_790_000_000_000;

const stationRow = {
  id: column.uuid<StationId>(),
  ownerId: column.uuid<UserId>(),
  deviceId: column.uuid<DeviceId>(),
  name: column.text,
  url: column.nullable(column.text),
  mount: column.nullable(column.text),
  territory: column.nullable(column.text),
  createdAt: column.instant,
} as const;
const stationColumns = sql`id, owner_id, device_id, name, url, mount, territory, created_at`;

export type StationRow = {
  readonly id: StationId;
  readonly ownerId: UserId;
  readonly deviceId: DeviceId;
  readonly name: string;
  readonly url: string | null;
  readonly mount: string | null;
  readonly territory: string | null;
  readonly createdAt: number;
};

type NewStation = Omit<StationRow, 'createdAt'> & { readonly now: number };
/** Touches no row when somebody has the mount. */
export const insertStation = command({
  name: 'stations.insertStation',
  sample: {
    id: someId as StationId,
    ownerId: someId as UserId,
    deviceId: someId as DeviceId,
    name: '',
    url: 'http://a',
    mount: null,
    territory: null,
    now: someTime,
  },
  text: (p: NewStation) => sql`
    insert into stations.station (id, owner_id, device_id, name, url, mount, territory, created_at)
    values (${p.id}, ${p.ownerId}, ${p.deviceId}, ${p.name}, ${p.url}, ${p.mount}, ${p.territory}, to_timestamp(${p.now}::float8 / 1000))
    on conflict (mount) where removed_at is null and mount is not null do nothing`,
});

export const removeStation = query({
  name: 'stations.removeStation',
  columns: stationRow,
  sample: { id: someId, ownerId: someId },
  text: (p: { id: string; ownerId: string }) => sql`
    update stations.station
    set removed_at = now()
    where id = ${p.id} and owner_id = ${p.ownerId} and removed_at is null
    returning ${stationColumns}`,
});

export const findStation = query({
  name: 'stations.findStation',
  columns: stationRow,
  sample: { id: someId },
  text: (p: { id: string }) => sql`
    select ${stationColumns}
    from stations.station
    where id = ${p.id} and removed_at is null`,
});

export const findMount = query({
  name: 'stations.findMount',
  columns: stationRow,
  sample: { mount: '' },
  text: (p: { mount: string }) => sql`
    select ${stationColumns}
    from stations.station
    where mount = ${p.mount} and removed_at is null`,
});

export const countStationsOf = query({
  name: 'stations.countStationsOf',
  columns: { stations: column.int4 },
  sample: { ownerId: someId },
  text: (p: { ownerId: string }) => sql`
    select count(*)::int as stations
    from stations.station
    where owner_id = ${p.ownerId} and removed_at is null`,
});

export const stationsOf = query({
  name: 'stations.stationsOf',
  columns: stationRow,
  sample: { ownerId: someId, after: null as string | null, limit: 1 },
  text: (p: { ownerId: string; after: string | null; limit: number }) => sql`
    select ${stationColumns}
    from stations.station
    where owner_id = ${p.ownerId} and removed_at is null and (${p.after}::uuid is null or id > ${p.after}::uuid)
    order by id
    limit ${p.limit}`,
});

export const pulledStations = query({
  name: 'stations.pulledStations',
  columns: stationRow,
  sample: { limit: 1 },
  text: (p: { limit: number }) => sql`
    select ${stationColumns}
    from stations.station
    where removed_at is null and url is not null
    order by id
    limit ${p.limit}`,
});

/** What a channel's row holds: its ear, and as what its plays count. */
export type SavedChannel = SavedEar & { readonly source: Source };

export const findEar = query({
  name: 'stations.findEar',
  columns: { saved: column.json<SavedChannel>(), savedAt: column.instant },
  sample: { deviceId: someId },
  text: (p: { deviceId: string }) => sql`
    select saved, saved_at
    from stations.ear
    where device_id = ${p.deviceId}`,
});

/** Channels that fell silent in the middle of something. */
export const staleEars = query({
  name: 'stations.staleEars',
  columns: { deviceId: column.uuid<DeviceId>(), saved: column.json<SavedChannel>() },
  sample: { before: someTime, limit: 1 },
  text: (p: { before: number; limit: number }) => sql`
    select device_id, saved
    from stations.ear
    where saved_at < to_timestamp(${p.before}::float8 / 1000) and jsonb_array_length(saved -> 'counter' -> 'runs') > 0
    order by saved_at
    limit ${p.limit}`,
});

export const putEar = command({
  name: 'stations.putEar',
  sample: { deviceId: someId, saved: '{}', now: someTime },
  text: (p: { deviceId: string; saved: string; now: number }) => sql`
    insert into stations.ear (device_id, saved, saved_at)
    values (${p.deviceId}, ${p.saved}::jsonb, to_timestamp(${p.now}::float8 / 1000))
    on conflict (device_id) do update set saved = excluded.saved, saved_at = excluded.saved_at`,
});

export const durationOfRecording = query({
  name: 'stations.durationOfRecording',
  columns: { durationMs: column.nullable(column.int4) },
  sample: { id: someId },
  text: (p: { id: string }) => sql`
    select duration_ms
    from catalog.public_recording
    where id = ${p.id}`,
});

const detectionRow = {
  id: column.uuid<string>(),
  recordingId: column.uuid<RecordingId>(),
  title: column.nullable(column.text),
  artist: column.nullable(column.text),
  startedAt: column.instant,
  endedAt: column.instant,
  heardMs: column.int4,
  playedMs: column.int4,
  coverage: column.nullable(column.float8),
  speed: column.float8,
  confidence: column.float8,
  titleHint: column.nullable(column.text),
  evidenceHash: column.text,
  algorithm: column.text,
  outcome: column.nullable(column.text),
} as const;

export const detectionsOf = query({
  name: 'stations.detectionsOf',
  columns: detectionRow,
  sample: { deviceId: someId, before: someTime, beforeId: someId, limit: 1 },
  text: (p: { deviceId: string; before: number; beforeId: string; limit: number }) => sql`
    select d.id, d.recording_id, r.title, r.artist_name as artist, d.started_at, d.ended_at, d.heard_ms, d.played_ms,
      d.coverage, d.speed, d.confidence, d.title_hint, d.evidence_hash, d.algorithm, d.outcome
    from stations.detection d
    left join catalog.public_recording r on r.id = d.recording_id
    where d.device_id = ${p.deviceId} and (d.started_at, d.id) < (to_timestamp(${p.before}::float8 / 1000), ${p.beforeId}::uuid)
    order by d.started_at desc, d.id desc
    limit ${p.limit}`,
});

export const recordingsNamed = query({
  name: 'stations.recordingsNamed',
  columns: { id: column.uuid<RecordingId>(), title: column.text, artist: column.text },
  sample: { ids: [someId] },
  text: (p: { ids: readonly string[] }) => sql`
    select id, title, artist_name as artist
    from catalog.public_recording
    where id = any (${p.ids}::uuid[])`,
});

export type Detection = {
  readonly id: string;
  readonly deviceId: string;
  readonly recordingId: string;
  readonly source: string;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly heardMs: number;
  readonly playedMs: number;
  readonly firstOffsetMs: number;
  readonly lastOffsetMs: number;
  readonly coverage: number | null;
  readonly coverageBits: string;
  readonly speed: number;
  readonly confidence: number;
  readonly margin: number;
  readonly titleHint: string | null;
  readonly sameAudio: readonly string[];
  readonly evidenceHash: string;
  readonly algorithm: string;
  readonly hits: string;
  readonly clip: Uint8Array | null;
};

const someDetection: Detection = {
  id: someId,
  deviceId: someId,
  recordingId: someId,
  source: 'radio',
  startedAt: someTime,
  endedAt: someTime,
  heardMs: 1,
  playedMs: 1,
  firstOffsetMs: 0,
  lastOffsetMs: 1,
  coverage: null,
  coverageBits: '1',
  speed: 1,
  confidence: 1,
  margin: 1,
  titleHint: null,
  sameAudio: [],
  evidenceHash: '',
  algorithm: '',
  hits: '',
  clip: null,
};

export const insertDetection = command({
  name: 'stations.insertDetection',
  sample: someDetection,
  text: (p: Detection) => sql`
    insert into stations.detection (id, device_id, recording_id, source, started_at, ended_at, heard_ms, played_ms, first_offset_ms,
      last_offset_ms, coverage, coverage_bits, speed, confidence, margin, title_hint, same_audio, evidence_hash, algorithm, hits, clip)
    values (${p.id}, ${p.deviceId}, ${p.recordingId}, ${p.source}, to_timestamp(${p.startedAt}::float8 / 1000), to_timestamp(${p.endedAt}::float8 / 1000),
      ${p.heardMs}, ${p.playedMs}, ${p.firstOffsetMs}, ${p.lastOffsetMs}, ${p.coverage}, ${p.coverageBits}, ${p.speed}, ${p.confidence},
      ${p.margin}, ${p.titleHint}, ${p.sameAudio}::uuid[], ${p.evidenceHash}, ${p.algorithm}, ${p.hits}, ${p.clip})
    on conflict (id) do nothing`,
});

export const unreportedDetections = query({
  name: 'stations.unreportedDetections',
  columns: {
    id: column.uuid<string>(),
    deviceId: column.uuid<DeviceId>(),
    recordingId: column.uuid<RecordingId>(),
    source: column.text,
    startedAt: column.instant,
    playedMs: column.int4,
    confidence: column.float8,
    evidenceHash: column.text,
  },
  sample: { after: someId, limit: 1 },
  text: (p: { after: string; limit: number }) => sql`
    select id, device_id, recording_id, source, started_at, played_ms, confidence, evidence_hash
    from stations.detection
    where outcome is null and id > ${p.after}
    order by id
    limit ${p.limit}`,
});

export const noteOutcome = command({
  name: 'stations.noteOutcome',
  sample: { id: someId, outcome: 'counted' },
  text: (p: { id: string; outcome: string }) => sql`
    update stations.detection
    set outcome = ${p.outcome}
    where id = ${p.id}`,
});

export const forgetEvidence = command({
  name: 'stations.forgetEvidence',
  sample: { clipsBefore: someTime, hitsBefore: someTime, limit: 1 },
  text: (p: { clipsBefore: number; hitsBefore: number; limit: number }) => sql`
    update stations.detection
    set clip = null,
      hits = case when ended_at < to_timestamp(${p.hitsBefore}::float8 / 1000) then null else hits end
    where id in (
      select id
      from stations.detection
      where (clip is not null and ended_at < to_timestamp(${p.clipsBefore}::float8 / 1000))
        or (hits is not null and ended_at < to_timestamp(${p.hitsBefore}::float8 / 1000))
      order by ended_at
      limit ${p.limit})`,
});
