import { isUuid, type DeviceId, type RecordingId } from '#foundation/kernel/ids.ts';
import { column, query, sql, type Db } from '#foundation/platform/postgres.ts';
import { existingRecordings, mergedAway, resolveRecordings } from '#catalogue/catalog/index.ts';
import { mergeStored } from './merge-stored.ts';
import { moveHourly } from './move-hourly.ts';
import { joinWriters, lockRecordings } from './queries.ts';
import { state } from './stored-words.ts';
import type { Evidence } from './store-evidence.ts';

// Evidence that matched nothing waits; when the catalogue learns recordings, what waited for them is counted.

const chunkMax = 500;
const someId = '00000000-0000-7000-8000-000000000001';
const someTime = 1_790_000_000_000;

export const waitingFor = query({
  name: 'plays.waitingFor',
  columns: {
    deviceId: column.uuid<DeviceId>(),
    key: column.uuid<string>(),
    startedAt: column.instant,
    recordingRef: column.nullable(column.text),
    isrc: column.nullable(column.text),
    title: column.nullable(column.text),
    artist: column.nullable(column.text),
    durationMs: column.nullable(column.int4),
  },
  sample: { recordingIds: [someId], limit: 1, after: [someId, someId, someTime] as const },
  text: (p: {
    recordingIds: readonly string[];
    limit: number;
    after: readonly [deviceId: string, key: string, startedAt: number];
  }) => sql`
    select t.device_id, t.key, t.started_at, t.recording_ref, t.isrc, t.title, t.artist, t.duration_ms
    from plays.reported_text t
    where not t.matched
      and (t.device_id, t.key, t.started_at) > (${p.after[0]}::uuid, ${p.after[1]}::uuid, to_timestamp(${p.after[2]} / 1000.0))
      and (t.recording_ref = any (${p.recordingIds}::text[])
        or t.isrc in (select isrc from catalog.public_recording where id = any (${p.recordingIds}::uuid[]))
        or (t.match_title, t.match_artist) in (select match_title, match_artist from catalog.public_recording where id = any (${p.recordingIds}::uuid[])))
    order by t.device_id, t.key, t.started_at
    limit ${p.limit}`,
});

type Found = {
  readonly deviceIds: readonly string[];
  readonly keys: readonly string[];
  readonly startedAts: readonly number[];
  readonly recordingIds: readonly string[];
};

export const countMatched = query({
  name: 'plays.countMatched',
  columns: {
    deviceId: column.uuid<DeviceId>(),
    key: column.uuid<string>(),
    startedAt: column.instant,
    recordingId: column.uuid<RecordingId>(),
    playedMs: column.int4,
    source: column.int4,
    listenerId: column.nullable(column.uuid()),
    lat: column.nullable(column.float8),
    lon: column.nullable(column.float8),
    accuracyM: column.nullable(column.float8),
    cell: column.nullable(column.int4),
  },
  sample: {
    deviceIds: [someId],
    keys: [someId],
    startedAts: [someTime],
    recordingIds: [someId],
  } as Found,
  text: (p: Found) => sql`
    with found as materialized (
      select device_id, key, to_timestamp(started_ms / 1000.0) as started_at, recording_id
      from unnest(${p.deviceIds}::uuid[], ${p.keys}::uuid[], ${p.startedAts}::float8[], ${p.recordingIds}::uuid[]) as f (device_id, key, started_ms, recording_id)
    ), counted as (
      update plays.play p
      set recording_id = f.recording_id, state = ${state('counted')}
      from found f
      where p.device_id = f.device_id and p.key = f.key and p.started_at = f.started_at and p.state = ${state('unmatched')}
      returning p.*
    ), noted as (
      update plays.reported_text t
      set matched = true
      from found f
      where t.device_id = f.device_id and t.key = f.key and t.started_at = f.started_at
    ), rolled as (
      ${moveHourly(sql`
      select recording_id, date_trunc('hour', started_at), source, coalesce(territory, ''), provenance, count(*), sum(played_ms)
      from counted
      group by 1, 2, 3, 4, 5
      order by 1, 2, 3, 4, 5`)}
    )
    select device_id, key, started_at, recording_id, played_ms, source, listener_id, lat, lon, accuracy_m, cell
    from counted`,
});

/** Counts evidence that waited for these recordings. Repeatable: what was counted is no longer waiting. */
export async function matchKeptEvidence(
  db: Db,
  recordingIds: readonly RecordingId[],
): Promise<number> {
  let total = 0;
  const least = '00000000-0000-0000-0000-000000000000';
  let after: readonly [string, string, number] = [least, least, 0];
  for (;;) {
    const waiting = await db.all(waitingFor, { recordingIds, limit: chunkMax, after });
    if (waiting.length === 0) return total;
    total += await db.tx((tx) => countChunk(tx, waiting));
    const last = waiting.at(-1)!;
    after = [last.deviceId, last.key, last.startedAt];
  }
}

type Waiting = {
  readonly deviceId: DeviceId;
  readonly key: string;
  readonly startedAt: number;
  readonly recordingRef: string | null;
  readonly isrc: string | null;
  readonly title: string | null;
  readonly artist: string | null;
  readonly durationMs: number | null;
};

/** Counts what was just stored as unmatched, where the catalogue knows it by now. */
export async function countLearned(db: Db, unmatched: readonly Evidence[]): Promise<void> {
  if (unmatched.length === 0) return;
  const waiting = unmatched.map(({ reporter, key, startedAt, recording: r }) => ({
    deviceId: reporter.deviceId,
    key,
    startedAt,
    recordingRef: r.kind === 'id' ? r.id : null,
    isrc: r.kind === 'isrc' ? r.isrc : null,
    title: r.kind === 'text' ? r.title : null,
    artist: r.kind === 'text' ? r.artist : null,
    durationMs: r.kind === 'text' ? r.durationMs : null,
  }));
  await db.tx((tx) => countChunk(tx, waiting));
}

async function countChunk(tx: Db, waiting: readonly Waiting[]): Promise<number> {
  const refs = await existingRecordings(
    tx,
    waiting.flatMap((w) =>
      w.recordingRef !== null && isUuid(w.recordingRef) ? [w.recordingRef as RecordingId] : [],
    ),
  );
  const described = await resolveRecordings(tx, waiting);
  const learned = waiting.flatMap((w, i) => {
    const recordingId =
      w.recordingRef !== null && refs.has(w.recordingRef as RecordingId)
        ? (w.recordingRef as RecordingId)
        : described[i];
    return recordingId == null ? [] : [{ ...w, recordingId }];
  });
  if (learned.length === 0) return 0;
  await tx.run(joinWriters, {});
  const into = await mergedAway(
    tx,
    learned.map((f) => f.recordingId),
  );
  const found = learned.map((f) => ({
    ...f,
    recordingId: into.get(f.recordingId) ?? f.recordingId,
  }));
  await tx.run(lockRecordings, {
    recordingIds: [...new Set(found.map((f) => f.recordingId as string))],
  });
  const counted = await tx.all(countMatched, {
    deviceIds: found.map((f) => f.deviceId),
    keys: found.map((f) => f.key),
    startedAts: found.map((f) => f.startedAt),
    recordingIds: found.map((f) => f.recordingId),
  });
  await mergeStored(
    tx,
    counted
      .map((row) => ({
        ...row,
        position:
          row.cell === null
            ? null
            : { lat: row.lat!, lon: row.lon!, accuracyM: row.accuracyM ?? 0 },
      }))
      .filter((e) => e.position !== null || e.listenerId !== null),
  );
  return counted.length;
}
