import type { Id, RecordingId, UserId } from '#foundation/kernel/ids.ts';
import { column, command, query, sql } from '#foundation/platform/postgres.ts';

export type SessionId = Id<'session'>;

const someId = '00000000-0000-7000-8000-000000000001';
const someTime = 1_790_000_000_000;

export const insertSession = command({
  name: 'playback.insertSession',
  sample: { id: someId, userId: someId, recordingId: someId, now: someTime, isAdaptive: false },
  text: (p: {
    id: string;
    userId: string;
    recordingId: string;
    now: number;
    isAdaptive: boolean;
  }) => sql`
    insert into playback.session (id, user_id, recording_id, started_at, last_report_at, fetched_ms)
    values (${p.id}, ${p.userId}, ${p.recordingId}, to_timestamp(${p.now} / 1000.0), to_timestamp(${p.now} / 1000.0),
      ${p.isAdaptive ? 0 : null}::int)`,
});

export const insertListened = command({
  name: 'playback.insertListened',
  sample: { id: someId, userId: someId, recordingId: someId, startedAt: someTime, listenedMs: 1 },
  text: (p: {
    id: string;
    userId: string;
    recordingId: string;
    startedAt: number;
    listenedMs: number;
  }) => sql`
    insert into playback.session (id, user_id, recording_id, started_at, listened_ms, last_report_at, ended_at)
    values (${p.id}, ${p.userId}, ${p.recordingId}, to_timestamp(${p.startedAt} / 1000.0), ${p.listenedMs},
      to_timestamp((${p.startedAt}::float8 + ${p.listenedMs}::int) / 1000.0),
      to_timestamp((${p.startedAt}::float8 + ${p.listenedMs}::int) / 1000.0))
    on conflict (id) do nothing`,
});

/**
 * Takes a report. What was heard never shrinks, and never exceeds the time that has passed (a twentieth and two seconds
 * are given for clocks), so a player cannot claim an hour in a minute; nor, where it fetches segments, what it has not fetched. Closed
 * sessions are left alone.
 */
export const noteListening = query({
  name: 'playback.noteListening',
  columns: {
    recordingId: column.uuid<RecordingId>(),
    startedAt: column.instant,
    listenedMs: column.int4,
  },
  sample: { id: someId, userId: someId, listenedMs: 0, ended: false, fetchedMs: 0, now: someTime },
  text: (p: {
    id: string;
    userId: string;
    listenedMs: number;
    ended: boolean;
    fetchedMs: number;
    now: number;
  }) => sql`
    update playback.session
    set listened_ms = greatest(listened_ms, least(${p.listenedMs}::int,
          (extract(epoch from to_timestamp(${p.now} / 1000.0) - started_at) * 1050 + 2000)::int,
          fetched_ms + ${p.fetchedMs}::int)),
      fetched_ms = fetched_ms + ${p.fetchedMs}::int,
      last_report_at = to_timestamp(${p.now} / 1000.0),
      ended_at = case when ${p.ended}::bool then to_timestamp(${p.now} / 1000.0) end
    where id = ${p.id} and user_id = ${p.userId} and ended_at is null
    returning recording_id, started_at, listened_ms`,
});

export const findSession = query({
  name: 'playback.findSession',
  columns: {
    recordingId: column.uuid<RecordingId>(),
    listenedMs: column.int4,
    endedAt: column.nullable(column.instant),
    outcome: column.nullable(column.text),
  },
  sample: { id: someId, userId: someId },
  text: (p: { id: string; userId: string }) => sql`
    select recording_id, listened_ms, ended_at, outcome
    from playback.session
    where id = ${p.id} and user_id = ${p.userId}`,
});

export const noteOutcome = command({
  name: 'playback.noteOutcome',
  sample: { id: someId, outcome: 'counted' },
  text: (p: { id: string; outcome: string }) =>
    sql`update playback.session set outcome = ${p.outcome} where id = ${p.id}`,
});

/** Sessions that fell silent, and sessions closed by a server that died before it counted them. */
export const takeAbandoned = query({
  name: 'playback.takeAbandoned',
  columns: {
    id: column.uuid<SessionId>(),
    userId: column.uuid<UserId>(),
    recordingId: column.uuid<RecordingId>(),
    startedAt: column.instant,
    listenedMs: column.int4,
  },
  sample: { silentSince: someTime, limit: 1 },
  text: (p: { silentSince: number; limit: number }) => sql`
    update playback.session
    set ended_at = coalesce(ended_at, last_report_at)
    where id in (
      select id
      from playback.session
      where outcome is null and last_report_at < to_timestamp(${p.silentSince} / 1000.0)
      order by last_report_at
      limit ${p.limit}
      for update skip locked)
    returning id, user_id, recording_id, started_at, listened_ms`,
});

export const historyOf = query({
  name: 'playback.historyOf',
  columns: {
    id: column.uuid<SessionId>(),
    recordingId: column.uuid<RecordingId>(),
    title: column.text,
    artist: column.text,
    startedAt: column.instant,
    listenedMs: column.int4,
  },
  sample: { userId: someId, before: null as string | null, limit: 1 },
  text: (p: { userId: string; before: string | null; limit: number }) => sql`
    select s.id, s.recording_id, r.title, r.artist_name as artist, s.started_at, s.listened_ms
    from playback.session s
    join catalog.public_recording r on r.id = s.recording_id
    where s.user_id = ${p.userId} and s.listened_ms > 0 and (${p.before}::uuid is null or s.id < ${p.before}::uuid)
    order by s.id desc
    limit ${p.limit}`,
});
