import { column, command, query, sql } from '#foundation/platform/postgres.ts';

const someId = '00000000-0000-7000-8000-000000000001';
const someTime = 1_790_000_000_000;

export const recentUnknown = query({
  name: 'recognition.recentUnknown',
  columns: {
    id: column.uuid<string>(),
    landmarks: column.bytea,
    durationMs: column.int4,
    times: column.int4,
  },
  sample: { limit: 1 },
  text: (p: { limit: number }) => sql`
    select id, landmarks, duration_ms, times
    from recognition.unknown_sound
    order by last_heard_at desc
    limit ${p.limit}`,
});

type NewSound = {
  readonly id: string;
  readonly landmarks: Uint8Array;
  readonly durationMs: number;
  readonly heardAt: number;
  readonly titleHint: string | null;
};
export const insertUnknown = command({
  name: 'recognition.insertUnknown',
  sample: {
    id: someId,
    landmarks: new Uint8Array(),
    durationMs: 1,
    heardAt: someTime,
    titleHint: null,
  },
  text: (p: NewSound) => sql`
    insert into recognition.unknown_sound (id, landmarks, duration_ms, first_heard_at, last_heard_at, times, title_hint)
    values (${p.id}, ${p.landmarks}, ${p.durationMs}, to_timestamp(${p.heardAt}::float8 / 1000), to_timestamp(${p.heardAt}::float8 / 1000), 1, ${p.titleHint})`,
});

type Hearing = {
  readonly id: string;
  readonly deviceId: string;
  readonly heardAt: number;
  readonly durationMs: number;
};
export const insertHearing = command({
  name: 'recognition.insertHearing',
  sample: { id: someId, deviceId: someId, heardAt: someTime, durationMs: 1 },
  text: (p: Hearing) => sql`
    insert into recognition.unknown_hearing (sound_id, device_id, heard_at, duration_ms)
    select id, ${p.deviceId}::uuid, to_timestamp(${p.heardAt}::float8 / 1000), ${p.durationMs}::int
    from recognition.unknown_sound
    where id = ${p.id}
    on conflict (sound_id, device_id, heard_at) do nothing`,
});

type Again = Omit<NewSound, never> & { readonly fromMs: number; readonly isFirst: boolean };
export const countAgain = command({
  name: 'recognition.countAgain',
  sample: {
    id: someId,
    landmarks: new Uint8Array(),
    durationMs: 1,
    heardAt: someTime,
    titleHint: null,
    fromMs: 0,
    isFirst: true,
  },
  text: (p: Again) => sql`
    update recognition.unknown_sound
    set times = times + 1,
      landmarks = ${p.landmarks},
      duration_ms = ${p.durationMs},
      first_heard_at = first_heard_at + make_interval(secs => ${p.fromMs}::float8 / 1000),
      last_heard_at = greatest(last_heard_at, to_timestamp(${p.heardAt}::float8 / 1000)),
      title_hint = case when ${p.isFirst}::bool then ${p.titleHint}::text else coalesce(${p.titleHint}::text, title_hint) end
    where id = ${p.id}`,
});

export const repeatedUnknown = query({
  name: 'recognition.repeatedUnknown',
  columns: {
    id: column.uuid<string>(),
    durationMs: column.int4,
    times: column.int4,
    firstHeardAt: column.instant,
    lastHeardAt: column.instant,
    titleHint: column.nullable(column.text),
    claimedBy: column.nullable(column.uuid<string>()),
    stations: column.textArray,
  },
  sample: { timesMax: 10, after: someId, limit: 1 },
  text: (p: { timesMax: number; after: string; limit: number }) => sql`
    select u.id, u.duration_ms, u.times, u.first_heard_at, u.last_heard_at, u.title_hint, u.claimed_by,
      array(
        select distinct s.name
        from recognition.unknown_hearing h
        join recognition.station s on s.device_id = h.device_id
        where h.sound_id = u.id
        order by s.name
        limit 20) as stations
    from recognition.unknown_sound u
    where u.times > 1 and (u.times < ${p.timesMax} or (u.times = ${p.timesMax} and u.id > ${p.after}::uuid))
    order by u.times desc, u.id
    limit ${p.limit}`,
});

export const claimSound = command({
  name: 'recognition.claimSound',
  sample: { id: someId, userId: someId, note: '' },
  text: (p: { id: string; userId: string; note: string }) => sql`
    update recognition.unknown_sound
    set claimed_by = ${p.userId}, claimed_at = now(), claim_note = ${p.note}
    where id = ${p.id} and times > 1 and (claimed_by is null or claimed_by = ${p.userId})`,
});

export const findUnknown = query({
  name: 'recognition.findUnknown',
  columns: { times: column.int4 },
  sample: { id: someId },
  text: (p: { id: string }) => sql`
    select times
    from recognition.unknown_sound
    where id = ${p.id}`,
});

/** Heard once and not again for long: talk, mostly. */
export const forgetOnce = command({
  name: 'recognition.forgetOnce',
  sample: { before: someTime },
  text: (p: { before: number }) => sql`
    delete from recognition.unknown_sound
    where times = 1 and last_heard_at < to_timestamp(${p.before}::float8 / 1000)`,
});
