import type { ArtistId, Id, RecordingId } from '#foundation/kernel/ids.ts';
import type { Provenance } from '#foundation/kernel/counting.ts';
import { column, command, query, sql, type Fragment } from '#foundation/platform/postgres.ts';

export type ModelId = Id<'model'>;
const id = '00000000-0000-7000-8000-000000000000';
const someTime = new Date(1_790_000_000_000);

// ── what is learned from ────────────────────────────────────────────────

/** Half of a play counts after so many days. */
export const halfLifeDays = 90;
/** What somebody repeats on one day counts so often at most: a loop left on overnight is no taste. */
const playsADayMax = 3;
/** Less of a recording was skipped. */
const completionMin = 0.25;

/** How much each was liked: how much of it was heard, how long ago, and a day only so often. */
const liked = (where: Fragment, now: Date): Fragment => sql`
  select user_id, recording_id, sum(a)::float8 as affinity, max(last_at) as last_at
  from (
    select l.user_id, l.recording_id, max(l.started_at) as last_at,
      least(sum(least(l.played_ms::float8 / greatest(coalesce(s.duration_ms, l.played_ms), 1), 1)), ${playsADayMax}::int)
        * power(0.5, greatest(extract(epoch from ${now}::timestamptz - max(l.started_at)), 0) / 86400.0 / ${halfLifeDays}::int) as a
    from plays.public_listened l
    join catalog.public_song s on s.id = l.recording_id
    where ${where}
      and l.played_ms >= ${completionMin}::float8 * coalesce(s.duration_ms, l.played_ms)
    group by l.user_id, l.recording_id, date_trunc('day', l.started_at)) d
  group by user_id, recording_id`;

type Asked = { readonly now: Date; readonly since: Date; readonly withDemo: boolean };
const asked: Asked = { now: someTime, since: someTime, withDemo: true };
const counted = (p: Asked): Fragment =>
  sql`l.started_at >= ${p.since} and (${p.withDemo}::bool or l.provenance <> 'demo')`;

/** One sixteenth of the listeners, told by the last digit of their ids. */
export const affinities = query({
  name: 'recommend.affinities',
  columns: {
    userId: column.uuid<string>(),
    recordingId: column.uuid<RecordingId>(),
    affinity: column.float8,
  },
  sample: { ...asked, digit: '0', limit: 1 },
  text: (p: Asked & { digit: string; limit: number }) => sql`
    select user_id, recording_id, affinity
    from (${liked(sql`${counted(p)} and right(l.user_id::text, 1) = ${p.digit}`, p.now)}) a
    order by user_id, affinity desc, recording_id
    limit ${p.limit}`,
});

/** What is worth a place in a model that has only so many. */
export const mostHeard = query({
  name: 'recommend.mostHeard',
  columns: { recordingId: column.uuid<RecordingId>() },
  sample: { ...asked, limit: 1 },
  text: (p: Asked & { limit: number }) => sql`
    select l.recording_id
    from plays.public_listened l
    join catalog.public_song s on s.id = l.recording_id
    where ${counted(p)}
    group by l.recording_id
    order by count(*) desc, l.recording_id
    limit ${p.limit}`,
});

export const heardBy = query({
  name: 'recommend.heardBy',
  columns: {
    recordingId: column.uuid<RecordingId>(),
    affinity: column.float8,
    lastAt: column.instant,
  },
  sample: { ...asked, userId: id, limit: 1 },
  text: (p: Asked & { userId: string; limit: number }) => sql`
    select recording_id, affinity, last_at
    from (${liked(sql`${counted(p)} and l.user_id = ${p.userId}`, p.now)}) a
    order by affinity desc, recording_id
    limit ${p.limit}`,
});

/** The country in which a recording is heard more than everywhere else together. */
export const homes = query({
  name: 'recommend.homes',
  columns: { recordingId: column.uuid<RecordingId>(), home: column.text },
  sample: asked,
  text: (p: Asked) => sql`
    select recording_id, territory as home
    from (
      select h.recording_id, h.territory, sum(h.plays) as here,
        sum(sum(h.plays)) over (partition by h.recording_id) as everywhere
      from plays.public_hourly h
      where h.hour >= ${p.since} and (${p.withDemo}::bool or h.provenance <> 'demo')
      group by h.recording_id, h.territory) t
    where territory is not null and here * 2 > everywhere`,
});

// ── the model ───────────────────────────────────────────────────────────

export const insertModel = query({
  name: 'recommend.insertModel',
  columns: { version: column.int4 },
  sample: {
    id,
    madeAt: someTime,
    listeners: 0,
    recordings: 0,
    pairs: 0,
    fitMs: 0,
    evaluation: null as string | null,
    provenance: 'counted' as Provenance,
  },
  text: (p: {
    id: string;
    madeAt: Date;
    listeners: number;
    recordings: number;
    pairs: number;
    fitMs: number;
    evaluation: string | null;
    provenance: Provenance;
  }) => sql`
    insert into recommend.model (id, version, made_at, listeners, recordings, pairs, fit_ms, evaluation, provenance)
    select ${p.id}, coalesce(max(version), 0) + 1, ${p.madeAt}, ${p.listeners}::int, ${p.recordings}::int, ${p.pairs}::int, ${p.fitMs}::int,
      ${p.evaluation}::jsonb, ${p.provenance}
    from recommend.model
    returning version`,
});

export const insertItems = command({
  name: 'recommend.insertItems',
  sample: { modelId: id, items: '[]' },
  text: (p: { modelId: string; items: string }) => sql`
    insert into recommend.item (model_id, recording_id, listeners, home, targets, weights)
    select ${p.modelId}, recording_id, listeners, home, targets, weights
    from jsonb_to_recordset(${p.items}::jsonb) as i(recording_id uuid, listeners int, home text, targets uuid[], weights real[])`,
});

export const forgetModels = command({
  name: 'recommend.forgetModels',
  sample: { kept: 2 },
  text: (p: { kept: number }) => sql`
    delete from recommend.model
    where version <= (select max(version) from recommend.model) - ${p.kept}::int`,
});

export const newestModel = query({
  name: 'recommend.newestModel',
  columns: {
    id: column.uuid<ModelId>(),
    version: column.int4,
    madeAt: column.instant,
    listeners: column.int4,
    recordings: column.int4,
    pairs: column.int4,
    fitMs: column.int4,
    evaluation: column.nullable(column.json<Readonly<Record<string, number>>>()),
    provenance: column.oneOf<Provenance>(),
  },
  sample: {},
  text: () => sql`
    select id, version, made_at, listeners, recordings, pairs, fit_ms, evaluation, provenance
    from recommend.model
    order by version desc
    limit 1`,
});

/** Whether there is anything to learn from, and whether the work is asked for already. */
export const fitNeeded = query({
  name: 'recommend.fitNeeded',
  columns: { hasPlays: column.bool },
  sample: { withDemo: true },
  text: (p: { withDemo: boolean }) => sql`
    select exists (
      select from plays.public_listened l where ${p.withDemo}::bool or l.provenance <> 'demo') as has_plays`,
});

export const spokenFor = query({
  name: 'recommend.spokenFor',
  columns: {
    recordingId: column.uuid<RecordingId>(),
    targets: column.uuidArray<RecordingId>(),
    weights: column.json<readonly number[]>(),
  },
  sample: { modelId: id, ids: [id] },
  text: (p: { modelId: string; ids: readonly string[] }) => sql`
    select recording_id, targets, to_json(weights) as weights
    from recommend.item
    where model_id = ${p.modelId} and recording_id = any(${p.ids}::uuid[])`,
});

// ── recordings to choose from ───────────────────────────────────────────

const aboutColumns = {
  id: column.uuid<RecordingId>(),
  artistId: column.nullable(column.uuid<ArtistId>()),
  genres: column.textArray,
  isHearable: column.bool,
};
const about = sql`s.id,
    (select ra.artist_id from catalog.public_recording_artist ra
     where ra.recording_id = s.id and ra.role = 'main' order by ra.position limit 1) as artist_id,
    s.genres,
    exists (select from media.public_file f where f.recording_id = s.id) as is_hearable`;

export const aboutRecordings = query({
  name: 'recommend.aboutRecordings',
  columns: aboutColumns,
  sample: { ids: [id] },
  text: (p: { ids: readonly string[] }) => sql`
    select ${about}
    from catalog.public_song s
    where s.id = any(${p.ids}::uuid[])`,
});

/** What is counted most: of a country where one is named, with a genre where one is named. */
export const popularRecordings = query({
  name: 'recommend.popularRecordings',
  columns: { ...aboutColumns, plays: column.int8 },
  sample: {
    ...asked,
    territory: 'RW' as string | null,
    genres: null as readonly string[] | null,
    limit: 1,
  },
  text: (
    p: Asked & { territory: string | null; genres: readonly string[] | null; limit: number },
  ) => sql`
    select ${about}, h.plays
    from (
      select h.recording_id, sum(h.plays)::bigint as plays
      from plays.public_hourly h
      where h.hour >= ${p.since} and (${p.withDemo}::bool or h.provenance <> 'demo')
        and (${p.territory}::text is null or h.territory = ${p.territory})
      group by h.recording_id) h
    join catalog.public_song s on s.id = h.recording_id
    where ${p.genres}::text[] is null or s.genres && ${p.genres}::text[]
    order by h.plays desc, s.id
    limit ${p.limit}`,
});

/** Of one country, by its artist or by where it is heard, and lately added: what nobody can have heard much of yet. */
export const newAtHome = query({
  name: 'recommend.newAtHome',
  columns: aboutColumns,
  sample: {
    territory: 'RW',
    since: someTime,
    genres: ['x'],
    modelId: id as string | null,
    limit: 1,
  },
  text: (p: {
    territory: string;
    since: Date;
    genres: readonly string[];
    modelId: string | null;
    limit: number;
  }) => sql`
    select ${about}
    from catalog.public_song s
    where s.created_at >= ${p.since}
      and (exists (
          select from catalog.public_recording_artist ra
          join catalog.public_artist a on a.id = ra.artist_id
          where ra.recording_id = s.id and a.territory = ${p.territory})
        or exists (
          select from recommend.item i
          where i.model_id = ${p.modelId}::uuid and i.recording_id = s.id and i.home = ${p.territory}))
    order by (s.genres && ${p.genres}::text[]) desc, s.id desc
    limit ${p.limit}`,
});

/** Alike by what is known of the sound and the credits, for what nobody has heard yet. */
export const alikeByContent = query({
  name: 'recommend.alikeByContent',
  columns: { ...aboutColumns, likeness: column.float8 },
  sample: { id, limit: 1 },
  text: (p: { id: string; limit: number }) => sql`
    select ${about},
      (case when s.match_artist = one.match_artist then 2 else 0 end
        + (select count(*) from unnest(s.genres) g where g = any(one.genres))
        + case when abs(s.tempo_bpm - one.tempo_bpm) <= 6 then 1 else 0 end
        + case when abs(s.year - one.year) <= 2 then 0.5 else 0 end)::float8 as likeness
    from catalog.public_song one
    join catalog.public_song s on s.id <> one.id and (s.match_artist = one.match_artist or s.genres && one.genres)
    where one.id = ${p.id}
    order by likeness desc, s.id desc
    limit ${p.limit}`,
});

export const recordingsOfArtists = query({
  name: 'recommend.recordingsOfArtists',
  columns: { artistId: column.uuid<ArtistId>(), recordingId: column.uuid<RecordingId>() },
  sample: { ids: [id], limit: 1 },
  text: (p: { ids: readonly string[]; limit: number }) => sql`
    select ra.artist_id, ra.recording_id
    from catalog.public_recording_artist ra
    where ra.artist_id = any(${p.ids}::uuid[]) and ra.role = 'main'
    order by ra.recording_id desc
    limit ${p.limit}`,
});

/** Artists whose recordings share most genres with theirs. */
export const artistsAlikeByGenre = query({
  name: 'recommend.artistsAlikeByGenre',
  columns: { id: column.uuid<ArtistId>(), shared: column.int8 },
  sample: { id, limit: 1 },
  text: (p: { id: string; limit: number }) => sql`
    with own as (
      select distinct g
      from catalog.public_recording_artist ra
      join catalog.public_song s on s.id = ra.recording_id
      cross join unnest(s.genres) g
      where ra.artist_id = ${p.id})
    select ra.artist_id as id, count(distinct g) as shared
    from own
    join catalog.public_song s on own.g = any(s.genres)
    join catalog.public_recording_artist ra on ra.recording_id = s.id
    where ra.artist_id <> ${p.id} and ra.role = 'main'
    group by ra.artist_id
    order by shared desc, count(*) desc, id
    limit ${p.limit}`,
});

export const playlistRecordings = query({
  name: 'recommend.playlistRecordings',
  columns: { recordingId: column.uuid<RecordingId>() },
  sample: { id, userId: id as string | null, limit: 1 },
  text: (p: { id: string; userId: string | null; limit: number }) => sql`
    select e.recording_id
    from playlists.public_searched p
    join playlists.public_entry e on e.playlist_id = p.id
    where p.id = ${p.id} and (p.is_public or p.owner_id = ${p.userId}::uuid)
    order by e.position
    limit ${p.limit}`,
});
