import type { RecordingId } from '#foundation/kernel/ids.ts';
import { column, command, query, sql } from '#foundation/platform/postgres.ts';

const someId = '00000000-0000-7000-8000-000000000001';

/** Recordings with a sound, by id; what could not be fingerprinted is passed over. */
export const listSounds = query({
  name: 'recognition.listSounds',
  columns: {
    recordingId: column.uuid<RecordingId>(),
    path: column.text,
    title: column.text,
    artist: column.text,
  },
  sample: { after: someId, limit: 1 },
  text: (p: { after: string; limit: number }) => sql`
    select s.recording_id, s.path, r.title, r.artist_name as artist
    from media.public_sound s
    join catalog.public_recording r on r.id = s.recording_id
    where s.recording_id > ${p.after} and r.merged_into is null
      and not exists (select from recognition.unfingerprinted u where u.recording_id = s.recording_id)
    order by s.recording_id
    limit ${p.limit}`,
});

export const findSound = query({
  name: 'recognition.findSound',
  columns: { path: column.text },
  sample: { recordingId: someId },
  text: (p: { recordingId: string }) => sql`
    select path
    from media.public_sound
    where recording_id = ${p.recordingId}`,
});

export const noteUnfingerprinted = command({
  name: 'recognition.noteUnfingerprinted',
  sample: { recordingId: someId, reason: 'r', detail: 'd' },
  text: (p: { recordingId: string; reason: string; detail: string }) => sql`
    insert into recognition.unfingerprinted (recording_id, reason, detail)
    values (${p.recordingId}, ${p.reason}, ${p.detail})
    on conflict (recording_id) do update set reason = excluded.reason, detail = excluded.detail, at = now()`,
});

export type FindingKind = 'same' | 'edit' | 'respeed' | 'sample';
export type NewFinding = {
  readonly recordingId: string;
  readonly otherId: string;
  readonly kind: FindingKind;
  readonly speed: number;
  readonly pitchCents: number;
  readonly confidence: number;
  readonly windowsMatched: number;
  readonly windowsAsked: number;
  readonly toReview: boolean;
};

export const noteFinding = command({
  name: 'recognition.noteFinding',
  sample: {
    recordingId: someId,
    otherId: someId,
    kind: 'same',
    speed: 1,
    pitchCents: 0,
    confidence: 1,
    windowsMatched: 1,
    windowsAsked: 1,
    toReview: false,
  } as NewFinding,
  text: (p: NewFinding) => sql`
    insert into recognition.finding (recording_id, other_id, kind, speed, pitch_cents, confidence, windows_matched, windows_asked, to_review)
    values (${p.recordingId}, ${p.otherId}, ${p.kind}, ${p.speed}, ${p.pitchCents}, ${p.confidence}, ${p.windowsMatched}, ${p.windowsAsked}, ${p.toReview})
    on conflict (recording_id, other_id) do update
    set kind = excluded.kind, speed = excluded.speed, pitch_cents = excluded.pitch_cents, confidence = excluded.confidence,
      windows_matched = excluded.windows_matched, windows_asked = excluded.windows_asked, to_review = excluded.to_review`,
});

export const listFindings = query({
  name: 'recognition.listFindings',
  columns: {
    recordingId: column.uuid<RecordingId>(),
    title: column.text,
    artist: column.text,
    otherId: column.uuid<RecordingId>(),
    otherTitle: column.text,
    otherArtist: column.text,
    kind: column.oneOf<FindingKind>(),
    speed: column.float8,
    pitchCents: column.float8,
    confidence: column.float8,
    windowsMatched: column.int4,
    windowsAsked: column.int4,
    toReview: column.bool,
    foundAt: column.instant,
  },
  sample: { recordingId: null as string | null, after: someId, limit: 1 },
  text: (p: { recordingId: string | null; after: string; limit: number }) => sql`
    select f.recording_id, r.title, r.artist_name as artist, f.other_id, o.title as other_title, o.artist_name as other_artist, f.kind, f.speed, f.pitch_cents,
      f.confidence, f.windows_matched, f.windows_asked, f.to_review, f.found_at
    from recognition.finding f
    join catalog.public_recording r on r.id = f.recording_id
    join catalog.public_recording o on o.id = f.other_id
    where f.recording_id > ${p.after} and (${p.recordingId}::uuid is null or f.recording_id = ${p.recordingId}::uuid)
    order by f.recording_id, f.other_id
    limit ${p.limit}`,
});
