import type { RecordingId } from '#foundation/kernel/ids.ts';
import { column, command, query, sql } from '#foundation/platform/postgres.ts';
import type { RungName } from './ladder.ts';

const someId = '00000000-0000-7000-8000-000000000000';

const unmade = sql`
  media.public_sound s
  join catalog.public_recording r on r.id = s.recording_id and r.merged_into is null
  left join renditions.ladder l on l.recording_id = s.recording_id`;

export const countUnmade = query({
  name: 'renditions.countUnmade',
  columns: { unmade: column.int8, sounds: column.int8 },
  sample: { version: 1 },
  text: (p: { version: number }) => sql`
    select count(*) filter (where l.sound_id is distinct from s.sound_id or l.version <> ${p.version}) as unmade,
      count(*) as sounds
    from ${unmade}`,
});

/** Those somebody waits for first, then the newest. */
export const nextUnmade = query({
  name: 'renditions.nextUnmade',
  columns: { recordingId: column.uuid<RecordingId>(), soundId: column.text, path: column.text },
  sample: { version: 1 },
  text: (p: { version: number }) => sql`
    select s.recording_id, s.sound_id::text as sound_id, s.path
    from ${unmade}
    left join renditions.wanted w on w.recording_id = s.recording_id
    where l.sound_id is distinct from s.sound_id or l.version <> ${p.version}
    order by w.at nulls last, s.recording_id desc
    limit 1`,
});

export const putLadder = command({
  name: 'renditions.putLadder',
  sample: {
    recordingId: someId,
    soundId: someId,
    version: 1,
    durationMs: null,
    problem: 'x',
    now: new Date(0),
  } as NewLadder,
  text: (p: NewLadder) => sql`
    insert into renditions.ladder (recording_id, sound_id, version, duration_ms, problem, made_at)
    values (${p.recordingId}, ${p.soundId}, ${p.version}, ${p.durationMs}, ${p.problem}, ${p.now})
    on conflict (recording_id) do update
    set sound_id = excluded.sound_id, version = excluded.version, duration_ms = excluded.duration_ms,
      problem = excluded.problem, made_at = excluded.made_at`,
});
type NewLadder = {
  readonly recordingId: string;
  readonly soundId: string;
  readonly version: number;
  readonly durationMs: number | null;
  readonly problem: string | null;
  readonly now: Date;
};

export const dropRungs = query({
  name: 'renditions.dropRungs',
  columns: { blob: column.text },
  sample: { recordingId: someId },
  text: (p: { recordingId: string }) => sql`
    delete from renditions.rung where recording_id = ${p.recordingId} returning blob`,
});

export type RungRow = {
  readonly name: RungName;
  readonly blob: string;
  readonly sampleRate: number;
  readonly initBytes: number;
  readonly segmentBytes: readonly number[];
  readonly segmentSamples: readonly number[];
  readonly delaySamples: number;
  readonly paddingSamples: number;
};

export const insertRung = command({
  name: 'renditions.insertRung',
  sample: {
    recordingId: someId,
    name: 'aac-64',
    blob: 'x',
    sampleRate: 1,
    initBytes: 1,
    segmentBytes: [1],
    segmentSamples: [1],
    delaySamples: 0,
    paddingSamples: 0,
  },
  text: (p: RungRow & { readonly recordingId: string }) => sql`
    insert into renditions.rung (recording_id, name, blob, sample_rate, init_bytes, segment_bytes, segment_samples,
      delay_samples, padding_samples)
    values (${p.recordingId}, ${p.name}, ${p.blob}, ${p.sampleRate}, ${p.initBytes}, ${p.segmentBytes}::int[],
      ${p.segmentSamples}::int[], ${p.delaySamples}, ${p.paddingSamples})`,
});

export const dropWanted = command({
  name: 'renditions.dropWanted',
  sample: { recordingId: someId },
  text: (p: { recordingId: string }) => sql`
    delete from renditions.wanted where recording_id = ${p.recordingId}`,
});

export const putWanted = command({
  name: 'renditions.putWanted',
  sample: { recordingId: someId, now: new Date(0) },
  text: (p: { recordingId: string; now: Date }) => sql`
    insert into renditions.wanted (recording_id, at)
    values (${p.recordingId}, ${p.now})
    on conflict do nothing`,
});

/** The rungs of a recording, or of the one it was merged into. */
export const rungsOf = query({
  name: 'renditions.rungsOf',
  columns: {
    name: column.oneOf<RungName>(),
    blob: column.text,
    sampleRate: column.int4,
    initBytes: column.int4,
    segmentBytes: column.int4Array,
    segmentSamples: column.int4Array,
    delaySamples: column.int4,
    paddingSamples: column.int4,
  },
  sample: { recordingId: someId },
  text: (p: { recordingId: string }) => sql`
    select g.name, g.blob, g.sample_rate, g.init_bytes, g.segment_bytes, g.segment_samples, g.delay_samples,
      g.padding_samples
    from catalog.public_recording r
    join renditions.rung g on g.recording_id = coalesce(r.merged_into, r.id)
    where r.id = ${p.recordingId}
    order by g.name`,
});
