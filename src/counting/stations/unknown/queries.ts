import { column, command, query, sql } from '#foundation/platform/postgres.ts';

const someId = '00000000-0000-7000-8000-000000000001';
const someTime = 1_790_000_000_000;

export const recentUnknown = query({
  name: 'stations.recentUnknown',
  columns: {
    id: column.uuid<string>(),
    landmarks: column.bytea,
    durationMs: column.int4,
    times: column.int4,
  },
  sample: { limit: 1 },
  text: (p: { limit: number }) => sql`
    select id, landmarks, duration_ms, times
    from stations.unknown_sound
    where recording_id is null
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
  name: 'stations.insertUnknown',
  sample: {
    id: someId,
    landmarks: new Uint8Array(),
    durationMs: 1,
    heardAt: someTime,
    titleHint: null,
  },
  text: (p: NewSound) => sql`
    insert into stations.unknown_sound (id, landmarks, duration_ms, first_heard_at, last_heard_at, times, title_hint)
    values (${p.id}, ${p.landmarks}, ${p.durationMs}, to_timestamp(${p.heardAt}::float8 / 1000), to_timestamp(${p.heardAt}::float8 / 1000), 1, ${p.titleHint})`,
});

type Hearing = {
  readonly id: string;
  readonly deviceId: string;
  readonly heardAt: number;
  readonly durationMs: number;
};
export const insertHearing = command({
  name: 'stations.insertHearing',
  sample: { id: someId, deviceId: someId, heardAt: someTime, durationMs: 1 },
  text: (p: Hearing) => sql`
    insert into stations.unknown_hearing (sound_id, device_id, heard_at, duration_ms)
    select id, ${p.deviceId}::uuid, to_timestamp(${p.heardAt}::float8 / 1000), ${p.durationMs}::int
    from stations.unknown_sound
    where id = ${p.id}
    on conflict (sound_id, device_id, heard_at) do nothing`,
});

type Again = Omit<NewSound, never> & { readonly fromMs: number; readonly isFirst: boolean };
export const countAgain = command({
  name: 'stations.countAgain',
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
    update stations.unknown_sound
    set times = times + 1,
      landmarks = ${p.landmarks},
      duration_ms = ${p.durationMs},
      first_heard_at = first_heard_at + make_interval(secs => ${p.fromMs}::float8 / 1000),
      last_heard_at = greatest(last_heard_at, to_timestamp(${p.heardAt}::float8 / 1000)),
      title_hint = case when ${p.isFirst}::bool then ${p.titleHint}::text else coalesce(${p.titleHint}::text, title_hint) end
    where id = ${p.id}`,
});

const stationsOfSound = sql`array(
        select distinct s.name
        from stations.unknown_hearing h
        join stations.station s on s.device_id = h.device_id
        where h.sound_id = u.id
        order by s.name
        limit 20)`;

/** The first hearing was of a stretch with talk around it; now it is known which part of that was the sound. */
export const cutFirstHearing = command({
  name: 'stations.cutFirstHearing',
  sample: { id: someId, fromMs: 0, durationMs: 1 },
  text: (p: { id: string; fromMs: number; durationMs: number }) => sql`
    update stations.unknown_hearing h
    set heard_at = h.heard_at + make_interval(secs => ${p.fromMs}::float8 / 1000), duration_ms = ${p.durationMs}
    from stations.unknown_sound u
    where u.id = ${p.id} and h.sound_id = u.id and h.heard_at = u.first_heard_at`,
});

export const keepClip = command({
  name: 'stations.keepClip',
  sample: { id: someId, clip: new Uint8Array() },
  text: (p: { id: string; clip: Uint8Array }) => sql`
    update stations.unknown_sound
    set clip = ${p.clip}
    where id = ${p.id} and clip is null`,
});

export const forgetUnknownClips = command({
  name: 'stations.forgetUnknownClips',
  sample: { before: someTime },
  text: (p: { before: number }) => sql`
    update stations.unknown_sound
    set clip = null
    where clip is not null and last_heard_at < to_timestamp(${p.before}::float8 / 1000)`,
});

export const repeatedUnknown = query({
  name: 'stations.repeatedUnknown',
  columns: {
    id: column.uuid<string>(),
    durationMs: column.int4,
    times: column.int4,
    firstHeardAt: column.instant,
    lastHeardAt: column.instant,
    titleHint: column.nullable(column.text),
    claimedBy: column.nullable(column.uuid<string>()),
    stations: column.textArray,
    hasClip: column.bool,
  },
  sample: { timesMax: 10, after: someId, limit: 1 },
  text: (p: { timesMax: number; after: string; limit: number }) => sql`
    select u.id, u.duration_ms, u.times, u.first_heard_at, u.last_heard_at, u.title_hint, c.user_id as claimed_by,
      ${stationsOfSound} as stations, u.clip is not null as has_clip
    from stations.unknown_sound u
    left join stations.claim c on c.sound_id = u.id and c.decision is null
    where u.times > 1 and u.recording_id is null and (u.times < ${p.timesMax} or (u.times = ${p.timesMax} and u.id > ${p.after}::uuid))
    order by u.times desc, u.id
    limit ${p.limit}`,
});

/** Heard once and not again for long: talk, mostly. */
export const forgetOnce = command({
  name: 'stations.forgetOnce',
  sample: { before: someTime },
  text: (p: { before: number }) => sql`
    delete from stations.unknown_sound
    where times = 1 and last_heard_at < to_timestamp(${p.before}::float8 / 1000)`,
});
