import type { RecordingId } from '#foundation/kernel/ids.ts';
import { column, command, query, sql } from '#foundation/platform/postgres.ts';

const someId = '00000000-0000-7000-8000-000000000001';

/** Recordings with a sound, by id; what could not be fingerprinted is passed over. */
export const listSounds = query({
  name: 'recognition.listSounds',
  columns: {
    recordingId: column.uuid<RecordingId>(),
    path: column.text,
    soundId: column.uuid<string>(),
    title: column.text,
    artist: column.text,
  },
  sample: { after: someId, limit: 1 },
  text: (p: { after: string; limit: number }) => sql`
    select s.recording_id, s.path, s.sound_id, r.title, r.artist_name as artist
    from media.public_sound s
    join catalog.public_recording r on r.id = s.recording_id
    where s.recording_id > ${p.after} and r.merged_into is null
      and not exists (select from recognition.unfingerprinted u where u.recording_id = s.recording_id)
    order by s.recording_id
    limit ${p.limit}`,
});

export const noteUnfingerprinted = command({
  name: 'recognition.noteUnfingerprinted',
  sample: { recordingId: someId, reason: 'r', detail: 'd' },
  text: (p: { recordingId: string; reason: string; detail: string }) => sql`
    insert into recognition.unfingerprinted (recording_id, reason, detail)
    values (${p.recordingId}, ${p.reason}, ${p.detail})
    on conflict (recording_id) do update set reason = excluded.reason, detail = excluded.detail, at = now()`,
});

/** Their sound or what is known of them has changed: what could not be read may be readable now. */
export const forgetUnfingerprinted = command({
  name: 'recognition.forgetUnfingerprinted',
  sample: { recordingIds: [someId] as readonly string[] },
  text: (p: { recordingIds: readonly string[] }) => sql`
    delete from recognition.unfingerprinted
    where recording_id = any(${p.recordingIds}::uuid[])`,
});
