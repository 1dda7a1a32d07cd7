import type { Id, MediaId, RecordingId } from '#foundation/kernel/ids.ts';
import type { JobId } from '#foundation/platform/jobs.ts';
import { column, command, query, sql } from '#foundation/platform/postgres.ts';

export type ImportId = Id<'import'>;
export type ImportStatus = 'running' | 'done' | 'failed' | 'cancelled';

export const sampleId = '00000000-0000-7000-8000-000000000000';

// ── libraries ───────────────────────────────────────────────────────────

export const addLibrary = command({
  name: 'media.addLibrary',
  sample: { path: '/music' },
  text: (p: { path: string }) => sql`
    insert into media.library (path)
    values (${p.path})
    on conflict do nothing`,
});

export const listLibraries = query({
  name: 'media.listLibraries',
  columns: { path: column.text },
  sample: {},
  text: () => sql`
    select path
    from media.library
    order by path
    limit 1000`,
});

// ── what is known of a folder ───────────────────────────────────────────

type Range = { readonly after: string; readonly end: string; readonly limit: number };
const range: Range = { after: '/music/', end: '/music0', limit: 1 };

export const listKnown = query({
  name: 'media.listKnown',
  columns: {
    id: column.uuid<MediaId>(),
    recordingId: column.uuid<RecordingId>(),
    path: column.text,
    sizeBytes: column.int8,
    modifiedMs: column.int8,
    durationMs: column.nullable(column.int4),
    missing: column.bool,
    importedAt: column.instant,
  },
  sample: range,
  text: (p: Range) => sql`
    select id, recording_id, path, size_bytes, modified_ms, duration_ms, missing_since is not null as missing, imported_at
    from media.file
    where path > ${p.after} and path < ${p.end}
    order by path
    limit ${p.limit}`,
});

export const listSkipped = query({
  name: 'media.listSkipped',
  columns: {
    path: column.text,
    sizeBytes: column.int8,
    modifiedMs: column.int8,
    reason: column.text,
    detail: column.text,
  },
  sample: range,
  text: (p: Range) => sql`
    select path, size_bytes, modified_ms, reason, detail
    from media.skipped
    where path > ${p.after} and path < ${p.end}
    order by path
    limit ${p.limit}`,
});

/** How many files each recording has, of those given. */
export const countFiles = query({
  name: 'media.countFiles',
  columns: { recordingId: column.uuid<RecordingId>(), files: column.int4 },
  sample: { ids: [sampleId] },
  text: (p: { ids: readonly string[] }) => sql`
    select recording_id, count(*)::int as files
    from media.file
    where recording_id = any(${p.ids}::uuid[])
    group by recording_id`,
});

// ── what an import writes ───────────────────────────────────────────────

/** A file that was known stays the same file with another sound; one that was moved, or copied with its time, keeps its sound. */
export const putFiles = command({
  name: 'media.putFiles',
  sample: { rows: '[]' },
  text: (p: { rows: string }) => sql`
    insert into media.file (
      id, recording_id, path, sound_id, size_bytes, modified_ms, content_type, codec, bitrate, sample_rate, channels, duration_ms)
    select id, recording_id, path,
      coalesce(
        (
          select f.sound_id
          from media.file f
          where f.recording_id = r.recording_id and f.size_bytes = r.size_bytes and f.modified_ms = r.modified_ms
            and f.path <> r.path
          limit 1),
        id),
      size_bytes, modified_ms, content_type, codec, bitrate, sample_rate, channels, duration_ms
    from jsonb_to_recordset(${p.rows}::jsonb) as r (
      id uuid, recording_id uuid, path text, size_bytes bigint, modified_ms bigint, content_type text, codec text,
      bitrate int, sample_rate int, channels int, duration_ms int)
    on conflict (path) do update
    set recording_id = excluded.recording_id, sound_id = excluded.sound_id, size_bytes = excluded.size_bytes, modified_ms = excluded.modified_ms,
        content_type = excluded.content_type, codec = excluded.codec, bitrate = excluded.bitrate,
        sample_rate = excluded.sample_rate, channels = excluded.channels, duration_ms = excluded.duration_ms,
        missing_since = null`,
});

/** What was measured on bytes that are no longer there. */
export const forgetAnalyses = command({
  name: 'media.forgetAnalyses',
  sample: { paths: ['/music/a'] },
  text: (p: { paths: readonly string[] }) => sql`
    delete from media.analysis
    where file_id in (select id from media.file where path = any(${p.paths}::text[]))`,
});

export const putSkipped = command({
  name: 'media.putSkipped',
  sample: { rows: '[]' },
  text: (p: { rows: string }) => sql`
    insert into media.skipped (path, size_bytes, modified_ms, reason, detail)
    select distinct on (path) path, size_bytes, modified_ms, reason, detail
    from jsonb_to_recordset(${p.rows}::jsonb) as r (path text collate "C", size_bytes bigint, modified_ms bigint, reason text, detail text)
    on conflict (path) do update
    set size_bytes = excluded.size_bytes, modified_ms = excluded.modified_ms, reason = excluded.reason,
        detail = excluded.detail, seen_at = now()`,
});

export const dropSkipped = command({
  name: 'media.dropSkipped',
  sample: { paths: ['/music/a'] },
  text: (p: { paths: readonly string[] }) => sql`
    delete from media.skipped
    where path = any(${p.paths}::text[])`,
});

export const markMissing = query({
  name: 'media.markMissing',
  columns: { recordingId: column.uuid<RecordingId>() },
  sample: { paths: ['/music/a'] },
  text: (p: { paths: readonly string[] }) => sql`
    update media.file
    set missing_since = now()
    where path = any(${p.paths}::text[]) and missing_since is null
    returning recording_id`,
});

export const markFound = query({
  name: 'media.markFound',
  columns: { recordingId: column.uuid<RecordingId>() },
  sample: { paths: ['/music/a'] },
  text: (p: { paths: readonly string[] }) => sql`
    update media.file
    set missing_since = null
    where path = any(${p.paths}::text[])
    returning recording_id`,
});

/** Files of a recording that was merged away are files of the one that stays. */
export const moveFiles = command({
  name: 'media.moveFiles',
  sample: { fromId: sampleId, intoId: sampleId },
  text: (p: { fromId: string; intoId: string }) => sql`
    update media.file
    set recording_id = ${p.intoId}
    where recording_id = ${p.fromId}`,
});

// ── runs ────────────────────────────────────────────────────────────────

/** A run that a crash interrupted goes on as the same run. */
export const beginRun = query({
  name: 'media.beginRun',
  columns: { startedAt: column.instant },
  sample: { id: sampleId, folder: '/music', jobId: null as string | null },
  text: (p: { id: string; folder: string; jobId: string | null }) => sql`
    insert into media.import_run (id, folder, job_id)
    values (${p.id}, ${p.folder}, ${p.jobId})
    on conflict (id) do update
    set status = 'running', ended_at = null, problem = null, job_id = coalesce(excluded.job_id, media.import_run.job_id)
    returning started_at`,
});

type Counts = {
  seen: number;
  added: number;
  updated: number;
  unchanged: number;
  skipped: number;
  missing: number;
};
export type RunNote = Counts & { id: string; status: ImportStatus; problem: string | null };

export const noteRun = command({
  name: 'media.noteRun',
  sample: {
    id: sampleId,
    status: 'running',
    problem: null,
    seen: 0,
    added: 0,
    updated: 0,
    unchanged: 0,
    skipped: 0,
    missing: 0,
  },
  text: (p: RunNote) => sql`
    update media.import_run
    set status = ${p.status}, problem = ${p.problem}, seen = ${p.seen}, added = ${p.added}, updated = ${p.updated},
        unchanged = ${p.unchanged}, skipped = ${p.skipped}, missing = ${p.missing},
        ended_at = case when ${p.status} = 'running' then null else now() end
    where id = ${p.id}`,
});

const runColumns = {
  id: column.uuid<ImportId>(),
  folder: column.text,
  jobId: column.nullable(column.uuid<JobId>()),
  status: column.oneOf<ImportStatus>(),
  startedAt: column.instant,
  endedAt: column.nullable(column.instant),
  seen: column.int4,
  added: column.int4,
  updated: column.int4,
  unchanged: column.int4,
  skipped: column.int4,
  missing: column.int4,
  problem: column.nullable(column.text),
};
const runText = sql`id, folder, job_id, status, started_at, ended_at, seen, added, updated, unchanged, skipped, missing, problem`;

export const findRun = query({
  name: 'media.findRun',
  columns: runColumns,
  sample: { id: sampleId },
  text: (p: { id: string }) => sql`
    select ${runText}
    from media.import_run
    where id = ${p.id}`,
});

export const listRuns = query({
  name: 'media.listRuns',
  columns: runColumns,
  sample: { before: null as string | null, limit: 1 },
  text: (p: { before: string | null; limit: number }) => sql`
    select ${runText}
    from media.import_run
    where ${p.before}::uuid is null or id < ${p.before}::uuid
    order by id desc
    limit ${p.limit}`,
});
