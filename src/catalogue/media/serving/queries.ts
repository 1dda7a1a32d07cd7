import type { MediaId, RecordingId } from '#foundation/kernel/ids.ts';
import { column, query, sql } from '#foundation/platform/postgres.ts';
import { sampleId } from '../importing/queries.ts';

/**
 * The files of a recording, the one to play first: there, in a format every browser plays, then the best of that.
 * A merged recording has the files of the one it was merged into.
 */
export const listSounds = query({
  name: 'media.listSounds',
  columns: {
    id: column.uuid<MediaId>(),
    recordingId: column.uuid<RecordingId>(),
    path: column.text,
    contentType: column.text,
    durationMs: column.nullable(column.int4),
  },
  sample: { recordingId: sampleId },
  text: (p: { recordingId: string }) => sql`
    select f.id, f.recording_id, f.path, f.content_type, coalesce(a.duration_ms, f.duration_ms) as duration_ms
    from catalog.public_recording r
    join media.file f on f.recording_id in (r.id, r.merged_into)
    left join media.analysis a on a.file_id = f.id
    where r.id = ${p.recordingId} and f.missing_since is null
    order by array_position(
        array['audio/mpeg', 'audio/mp4', 'audio/aac', 'audio/ogg; codecs=opus', 'audio/ogg', 'audio/flac', 'audio/wav'],
        f.content_type) nulls last,
      f.bitrate desc nulls last, f.id
    limit 20`,
});

/** Null in all its columns of a recording that has no sound or is not analysed yet. */
export const findWaveform = query({
  name: 'media.findWaveform',
  columns: {
    waveform: column.nullable(column.bytea),
    loudnessLufs: column.nullable(column.float8),
    peakDbtp: column.nullable(column.float8),
    durationMs: column.nullable(column.int4),
  },
  sample: { recordingId: sampleId },
  text: (p: { recordingId: string }) => sql`
    select a.waveform, a.loudness_lufs, a.peak_dbtp, a.duration_ms
    from catalog.public_recording r
    left join media.file f on f.recording_id in (r.id, r.merged_into)
    left join media.analysis a on a.file_id = f.id and a.waveform is not null
    where r.id = ${p.recordingId}
    order by a.file_id is null, f.missing_since nulls first, f.id
    limit 1`,
});
