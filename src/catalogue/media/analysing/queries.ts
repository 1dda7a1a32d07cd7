import type { MediaId, RecordingId } from '#foundation/kernel/ids.ts';
import { column, command, query, sql } from '#foundation/platform/postgres.ts';
import { sampleId } from '../importing/queries.ts';

export const countUnanalysed = query({
  name: 'media.countUnanalysed',
  columns: { files: column.int4 },
  sample: {},
  text: () => sql`
    select count(*)::int as files
    from media.file f
    where f.missing_since is null
      and not exists (select from media.analysis a where a.file_id = f.id)`,
});

export const listUnanalysed = query({
  name: 'media.listUnanalysed',
  columns: {
    id: column.uuid<MediaId>(),
    recordingId: column.uuid<RecordingId>(),
    path: column.text,
    contentType: column.text,
  },
  sample: { after: sampleId, limit: 1 },
  text: (p: { after: string; limit: number }) => sql`
    select f.id, f.recording_id, f.path, f.content_type
    from media.file f
    where f.id > ${p.after} and f.missing_since is null
      and not exists (select from media.analysis a where a.file_id = f.id)
    order by f.id
    limit ${p.limit}`,
});

type Analysis = {
  fileId: string;
  durationMs: number | null;
  loudnessLufs: number | null;
  peakDbtp: number | null;
  waveform: Uint8Array | null;
  problem: string | null;
};

export const putAnalysis = command({
  name: 'media.putAnalysis',
  sample: {
    fileId: sampleId,
    durationMs: 1,
    loudnessLufs: null,
    peakDbtp: null,
    waveform: null,
    problem: null,
  },
  text: (p: Analysis) => sql`
    insert into media.analysis (file_id, duration_ms, loudness_lufs, peak_dbtp, waveform, problem)
    select f.id, ${p.durationMs}::int, ${p.loudnessLufs}::real, ${p.peakDbtp}::real, ${p.waveform}::bytea, ${p.problem}::text
    from media.file f
    where f.id = ${p.fileId}
    on conflict (file_id) do update
    set duration_ms = excluded.duration_ms, loudness_lufs = excluded.loudness_lufs, peak_dbtp = excluded.peak_dbtp,
        waveform = excluded.waveform, problem = excluded.problem, analysed_at = now()`,
});
