import type { UserId } from '#foundation/kernel/ids.ts';
import { column, command, query, sql } from '#foundation/platform/postgres.ts';

const someId = '00000000-0000-7000-8000-000000000001';

/** Touches no row when the sound is no longer offered, or somebody else's claim stands. */
export const insertClaim = command({
  name: 'stations.insertClaim',
  sample: { id: someId, soundId: someId, userId: someId, note: '' },
  text: (p: { id: string; soundId: string; userId: string; note: string }) => sql`
    insert into stations.claim (id, sound_id, user_id, note, claimed_at)
    select ${p.id}::uuid, id, ${p.userId}::uuid, ${p.note}, now()
    from stations.unknown_sound
    where id = ${p.soundId} and times > 1 and recording_id is null
    on conflict (sound_id) where decision is null or decision = 'accepted'
    do update set note = excluded.note, claimed_at = excluded.claimed_at
    where stations.claim.user_id = excluded.user_id and stations.claim.decision is null`,
});

export const isOffered = query({
  name: 'stations.isOffered',
  columns: { id: column.uuid<string>() },
  sample: { id: someId },
  text: (p: { id: string }) => sql`
    select id
    from stations.unknown_sound
    where id = ${p.id} and times > 1 and recording_id is null`,
});

const claimRow = {
  id: column.uuid<string>(),
  soundId: column.uuid<string>(),
  userId: column.uuid<UserId>(),
  claimant: column.nullable(column.text),
  note: column.text,
  claimedAt: column.instant,
  decision: column.nullable(column.text),
  reason: column.nullable(column.text),
  decidedAt: column.nullable(column.instant),
  titleHint: column.nullable(column.text),
  durationMs: column.int4,
  times: column.int4,
  lastHeardAt: column.instant,
  hasClip: column.bool,
  recordingId: column.nullable(column.uuid<string>()),
  recordingTitle: column.nullable(column.text),
  recordingArtist: column.nullable(column.text),
  stations: column.textArray,
} as const;

/** Claims a person may see: a reviewer all of them, everybody else their own. Newest first. */
export const claimsFor = query({
  name: 'stations.claimsFor',
  columns: claimRow,
  sample: { userId: someId, isReviewer: false, waiting: true, id: null, before: null, limit: 1 },
  text: (p: {
    userId: string;
    isReviewer: boolean;
    waiting: boolean;
    id: string | null;
    before: string | null;
    limit: number;
  }) => sql`
    select c.id, c.sound_id, c.user_id, n.name as claimant, c.note, c.claimed_at, c.decision, c.reason, c.decided_at,
      u.title_hint, u.duration_ms, u.times, u.last_heard_at, u.clip is not null as has_clip, u.recording_id,
      r.title as recording_title, r.artist_name as recording_artist,
      array(
        select distinct s.name
        from stations.unknown_hearing h
        join stations.station s on s.device_id = h.device_id
        where h.sound_id = u.id
        order by s.name
        limit 20) as stations
    from stations.claim c
    join stations.unknown_sound u on u.id = c.sound_id
    left join accounts.public_name n on n.id = c.user_id
    left join catalog.public_recording r on r.id = u.recording_id
    where (${p.isReviewer}::bool or c.user_id = ${p.userId})
      and (not ${p.waiting}::bool or c.decision is null)
      and (${p.id}::uuid is null or c.id = ${p.id}::uuid)
      and (${p.before}::uuid is null or c.id < ${p.before}::uuid)
    order by c.id desc
    limit ${p.limit}`,
});

/** The clip of a claimed sound, for whoever may see the claim. */
export const clipFor = query({
  name: 'stations.clipFor',
  columns: { clip: column.nullable(column.bytea) },
  sample: { id: someId, userId: someId, isReviewer: false },
  text: (p: { id: string; userId: string; isReviewer: boolean }) => sql`
    select u.clip
    from stations.claim c
    join stations.unknown_sound u on u.id = c.sound_id
    where c.id = ${p.id} and (${p.isReviewer}::bool or c.user_id = ${p.userId})`,
});

type Decided = {
  readonly id: string;
  readonly decision: 'accepted' | 'rejected';
  readonly reason: string | null;
  readonly userId: string;
};
/** Touches no row when somebody has decided already. */
export const decideClaim = command({
  name: 'stations.decideClaim',
  sample: { id: someId, decision: 'rejected', reason: null, userId: someId } as Decided,
  text: (p: Decided) => sql`
    update stations.claim
    set decision = ${p.decision}, reason = ${p.reason}, decided_at = now(), decided_by = ${p.userId}
    where id = ${p.id} and decision is null`,
});

export const findRecording = query({
  name: 'stations.findClaimedRecording',
  columns: { id: column.uuid<string>() },
  sample: { id: someId },
  text: (p: { id: string }) => sql`
    select id
    from catalog.public_recording
    where id = ${p.id} and merged_into is null`,
});

export const creditSound = command({
  name: 'stations.creditSound',
  sample: { id: someId, recordingId: someId },
  text: (p: { id: string; recordingId: string }) => sql`
    update stations.unknown_sound
    set recording_id = ${p.recordingId}
    where id = ${p.id}`,
});

/** Sounds that belong to a recording, with what the index needs to know them by. */
export const creditedSounds = query({
  name: 'stations.creditedSounds',
  columns: {
    id: column.uuid<string>(),
    recordingId: column.uuid<string>(),
    title: column.text,
    artist: column.text,
    landmarks: column.bytea,
  },
  sample: { after: someId, limit: 1 },
  text: (p: { after: string; limit: number }) => sql`
    select u.id, r.id as recording_id, r.title, r.artist_name as artist, u.landmarks
    from stations.unknown_sound u
    join catalog.public_recording r on r.id = u.recording_id
    where u.recording_id is not null and r.merged_into is null and u.id > ${p.after}
    order by u.id
    limit ${p.limit}`,
});

export const hearingsOf = query({
  name: 'stations.hearingsOf',
  columns: { deviceId: column.uuid<string>(), heardAt: column.instant, durationMs: column.int4 },
  sample: { id: someId },
  text: (p: { id: string }) => sql`
    select device_id, heard_at, duration_ms
    from stations.unknown_hearing
    where sound_id = ${p.id}
    order by heard_at, device_id`,
});
