import type { ArtistId, LabelId, RecordingId, ReleaseId, UserId } from '#foundation/kernel/ids.ts';
import type { Provenance } from '#foundation/kernel/counting.ts';
import { column, query, sql, type Fragment } from '#foundation/platform/postgres.ts';
import type { PlaylistId } from '#listening/playlists/index.ts';

const id = '00000000-0000-7000-8000-000000000000';

// ── what is read into memory ────────────────────────────────────────────

type Page = { readonly after: string | null; readonly limit: number };
const page: Page = { after: id, limit: 1 };
/** Some of them by id, or the next page of all. */
type Which = { readonly ids: readonly string[] } | Page;
const narrowed = (which: Which, column_: Fragment): Fragment =>
  'ids' in which
    ? sql`${column_} = any(${which.ids}::uuid[])`
    : sql`(${which.after}::uuid is null or ${column_} > ${which.after}::uuid)`;
const cut = (which: Which, column_: Fragment): Fragment =>
  'ids' in which ? sql`` : sql`order by ${column_} limit ${which.limit}`;

export const namesOfRecordings = query({
  name: 'search.namesOfRecordings',
  columns: {
    id: column.uuid<RecordingId>(),
    title: column.text,
    artistName: column.text,
    genres: column.textArray,
    year: column.nullable(column.int4),
    tempoBpm: column.nullable(column.float8),
  },
  sample: page as Which,
  text: (which: Which) => sql`
    select r.id, r.title, r.artist_name, r.genres, r.year, r.tempo_bpm
    from catalog.public_song r
    where ${narrowed(which, sql`r.id`)}
    ${cut(which, sql`r.id`)}`,
});

/** With the names that were merged into theirs: whoever types the old name is led to the one that stayed. */
export const namesOfArtists = query({
  name: 'search.namesOfArtists',
  columns: {
    id: column.uuid<ArtistId>(),
    name: column.text,
    otherNames: column.textArray,
    genres: column.textArray,
  },
  sample: { ...page, genresMax: 1 } as Which & { genresMax: number },
  text: (which: Which & { genresMax: number }) => sql`
    select a.id, a.name,
      array(select o.name from catalog.public_artist o where o.merged_into = a.id order by o.id) as other_names,
      array(
        select g
        from catalog.public_recording_artist ra
        join catalog.public_song s on s.id = ra.recording_id
        cross join unnest(s.genres) g
        where ra.artist_id = a.id
        group by g
        order by count(*) desc, g
        limit ${which.genresMax}) as genres
    from catalog.public_artist_about a
    where ${narrowed(which, sql`a.id`)}
    ${cut(which, sql`a.id`)}`,
});

export const namesOfReleases = query({
  name: 'search.namesOfReleases',
  columns: {
    id: column.uuid<ReleaseId>(),
    title: column.text,
    artistName: column.text,
    releasedOn: column.nullable(column.text),
    labelName: column.nullable(column.text),
    genres: column.textArray,
  },
  sample: { ...page, genresMax: 1 } as Which & { genresMax: number },
  text: (which: Which & { genresMax: number }) => sql`
    select rel.id, rel.title, rel.artist_name, rel.released_on, l.name as label_name,
      array(
        select g
        from catalog.public_release_track t
        join catalog.public_song s on s.id = t.recording_id
        cross join unnest(s.genres) g
        where t.release_id = rel.id
        group by g
        order by count(*) desc, g
        limit ${which.genresMax}) as genres
    from catalog.public_release rel
    left join catalog.public_label l on l.id = rel.label_id
    where ${narrowed(which, sql`rel.id`)}
    ${cut(which, sql`rel.id`)}`,
});

export const namesOfLabels = query({
  name: 'search.namesOfLabels',
  columns: { id: column.uuid<LabelId>(), name: column.text },
  sample: page as Which,
  text: (which: Which) => sql`
    select l.id, l.name
    from catalog.public_label l
    where ${narrowed(which, sql`l.id`)}
    ${cut(which, sql`l.id`)}`,
});

export const namesOfPlaylists = query({
  name: 'search.namesOfPlaylists',
  columns: {
    id: column.uuid<PlaylistId>(),
    ownerId: column.uuid<UserId>(),
    name: column.text,
    isPublic: column.bool,
    changedAt: column.instant,
  },
  sample: { ...page, since: new Date(0) } as Page & { since: Date },
  text: (p: Page & { since: Date }) => sql`
    select id, owner_id, name, is_public, changed_at
    from playlists.public_searched
    where changed_at >= ${p.since} and ${narrowed(p, sql`id`)}
    ${cut(p, sql`id`)}`,
});

// ── how often it was played ─────────────────────────────────────────────

const counted = (withDemo: boolean): Fragment => sql`
  select recording_id, sum(plays)::bigint as plays
  from plays.public_hourly
  where ${withDemo}::bool or provenance <> 'demo'
  group by recording_id`;
type Popular = { readonly withDemo: boolean; readonly limit: number };
const popular: Popular = { withDemo: true, limit: 1 };

export const playsOfRecordings = query({
  name: 'search.playsOfRecordings',
  columns: { id: column.uuid<string>(), plays: column.int8 },
  sample: popular,
  text: (p: Popular) => sql`
    select recording_id as id, plays
    from (${counted(p.withDemo)}) c
    order by plays desc, recording_id
    limit ${p.limit}`,
});

export const playsOfArtists = query({
  name: 'search.playsOfArtists',
  columns: { id: column.uuid<string>(), plays: column.int8 },
  sample: popular,
  text: (p: Popular) => sql`
    select ra.artist_id as id, sum(c.plays)::bigint as plays
    from (${counted(p.withDemo)}) c
    join catalog.public_recording_artist ra on ra.recording_id = c.recording_id
    group by ra.artist_id
    order by plays desc, id
    limit ${p.limit}`,
});

export const playsOfReleases = query({
  name: 'search.playsOfReleases',
  columns: { id: column.uuid<string>(), plays: column.int8 },
  sample: popular,
  text: (p: Popular) => sql`
    select t.release_id as id, sum(c.plays)::bigint as plays
    from (${counted(p.withDemo)}) c
    join catalog.public_release_track t on t.recording_id = c.recording_id
    group by t.release_id
    order by plays desc, id
    limit ${p.limit}`,
});

// ── what hangs on a recording ───────────────────────────────────────────

/** Artists, releases and labels whose names or genres may be others because these recordings are. */
export const aroundRecordings = query({
  name: 'search.aroundRecordings',
  columns: { kind: column.oneOf<'artist' | 'release' | 'label'>(), id: column.uuid<string>() },
  sample: { ids: [id] },
  text: (p: { ids: readonly string[] }) => sql`
    select 'artist' as kind, ra.artist_id as id
    from catalog.public_recording_artist ra
    where ra.recording_id = any(${p.ids}::uuid[])
    union
    select 'release', t.release_id
    from catalog.public_release_track t
    where t.recording_id = any(${p.ids}::uuid[])
    union
    select 'label', rel.label_id
    from catalog.public_release_track t
    join catalog.public_release rel on rel.id = t.release_id
    where t.recording_id = any(${p.ids}::uuid[]) and rel.label_id is not null`,
});

// ── what is shown ───────────────────────────────────────────────────────

export const labelItems = query({
  name: 'search.labelItems',
  columns: {
    id: column.uuid<LabelId>(),
    name: column.text,
    releases: column.int4,
    provenance: column.oneOf<Provenance>(),
  },
  sample: { ids: [id] },
  text: (p: { ids: readonly string[] }) => sql`
    select l.id, l.name, l.provenance,
      (select count(*)::int from catalog.public_release rel where rel.label_id = l.id) as releases
    from catalog.public_label l
    where l.id = any(${p.ids}::uuid[])`,
});

/** Whether somebody may see a playlist is asked here, whatever was found. */
export const playlistItems = query({
  name: 'search.playlistItems',
  columns: {
    id: column.uuid<PlaylistId>(),
    name: column.text,
    isPublic: column.bool,
    isMine: column.bool,
    entries: column.int4,
    provenance: column.oneOf<Provenance>(),
  },
  sample: { ids: [id], userId: id as string | null },
  text: (p: { ids: readonly string[]; userId: string | null }) => sql`
    select id, name, is_public, owner_id is not distinct from ${p.userId}::uuid as is_mine, entries, provenance
    from playlists.public_searched
    where id = any(${p.ids}::uuid[]) and (is_public or owner_id = ${p.userId}::uuid)`,
});

export const byIsrc = query({
  name: 'search.byIsrc',
  columns: { id: column.uuid<RecordingId>() },
  sample: { isrc: 'x', limit: 1 },
  text: (p: { isrc: string; limit: number }) => sql`
    select distinct coalesce(merged_into, id) as id
    from catalog.public_recording
    where isrc = ${p.isrc}
    order by id
    limit ${p.limit}`,
});

/** A GTIN is written with and without leading zeros. */
export const byGtin = query({
  name: 'search.byGtin',
  columns: { id: column.uuid<ReleaseId>() },
  sample: { written: ['x'], limit: 1 },
  text: (p: { written: readonly string[]; limit: number }) => sql`
    select id
    from catalog.public_release
    where gtin = any(${p.written}::text[])
    order by id
    limit ${p.limit}`,
});
