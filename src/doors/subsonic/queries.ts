import type { ArtistId, RecordingId, ReleaseId } from '#foundation/kernel/ids.ts';
import { column, query, sql, type Fragment } from '#foundation/platform/postgres.ts';

const id = '00000000-0000-7000-8000-000000000000';

// ── songs ───────────────────────────────────────────────────────────────

/** Which songs; only what can be heard is listed. */
export type SongFilter =
  | { readonly by: 'ids'; readonly ids: readonly string[] }
  | { readonly by: 'release'; readonly releaseId: string }
  | { readonly by: 'artist'; readonly artistId: string }
  | { readonly by: 'genre'; readonly genre: string }
  | { readonly by: 'all' }
  | {
      readonly by: 'random';
      readonly genre: string | null;
      readonly fromYear: number | null;
      readonly toYear: number | null;
    };

function songWhere(filter: SongFilter): Fragment {
  switch (filter.by) {
    case 'ids':
      return sql`r.id = any(${filter.ids}::uuid[])`;
    case 'release':
      return sql`t.release_id = ${filter.releaseId}`;
    case 'artist':
      return sql`r.id in (select recording_id from catalog.public_recording_artist where artist_id = ${filter.artistId})`;
    case 'genre':
      return sql`${filter.genre} = any(r.genres)`;
    case 'all':
      return sql`true`;
    case 'random':
      return sql`(${filter.genre}::text is null or ${filter.genre} = any(r.genres))
        and (${filter.fromYear}::int is null or r.year >= ${filter.fromYear})
        and (${filter.toYear}::int is null or r.year <= ${filter.toYear})`;
  }
}

function songOrder(filter: SongFilter): Fragment {
  if (filter.by === 'random') return sql`random()`;
  if (filter.by === 'release') return sql`t.disc, t.position, r.id`;
  return sql`r.match_title, r.id`;
}

export const songs = query({
  name: 'subsonic.songs',
  columns: {
    id: column.uuid<RecordingId>(),
    title: column.text,
    artistName: column.text,
    isrc: column.nullable(column.text),
    durationMs: column.nullable(column.int4),
    year: column.nullable(column.int4),
    genres: column.textArray,
    mbid: column.nullable(column.uuid<string>()),
    bpm: column.nullable(column.float8),
    createdAt: column.instant,
    releaseId: column.nullable(column.uuid<ReleaseId>()),
    releaseTitle: column.nullable(column.text),
    disc: column.nullable(column.int4),
    track: column.nullable(column.int4),
    artists: column.json<readonly { id: ArtistId; name: string }[] | null>(),
    contentType: column.text,
    sizeBytes: column.int8,
    bitrate: column.nullable(column.int4),
    sampleRate: column.nullable(column.int4),
    channels: column.nullable(column.int4),
    loudnessLufs: column.nullable(column.float8),
    peakDbtp: column.nullable(column.float8),
    plays: column.int8,
    playedAt: column.nullable(column.instant),
  },
  sample: { userId: id, filter: { by: 'ids', ids: [id] }, limit: 1, offset: 0 },
  text: (p: { userId: string; filter: SongFilter; limit: number; offset: number }) => sql`
    select r.id, r.title, r.artist_name, case when r.isrc_valid then r.isrc end as isrc, coalesce(r.duration_ms, f.duration_ms) as duration_ms,
      r.year, r.genres, r.mbid, r.tempo_bpm as bpm, r.created_at,
      t.release_id, t.release_title, t.disc, t.position as track,
      (select json_agg(json_build_object('id', ra.artist_id, 'name', a.name) order by ra.position)
       from catalog.public_recording_artist ra
       join catalog.public_artist_about a on a.id = ra.artist_id
       where ra.recording_id = r.id and ra.role <> 'remixer') as artists,
      f.content_type, f.size_bytes, f.bitrate, f.sample_rate, f.channels, f.loudness_lufs, f.peak_dbtp,
      (select count(*) from playback.public_session s where s.user_id = ${p.userId} and s.recording_id = r.id) as plays,
      (select max(s.started_at) from playback.public_session s where s.user_id = ${p.userId} and s.recording_id = r.id) as played_at
    from catalog.public_song r
    join lateral (
      select content_type, size_bytes, bitrate, sample_rate, channels, duration_ms, loudness_lufs, peak_dbtp
      from media.public_file
      where recording_id = r.id
      order by id
      limit 1) f on true
    left join lateral (
      select rt.release_id, rl.title as release_title, rt.disc, rt.position
      from catalog.public_release_track rt
      join catalog.public_release rl on rl.id = rt.release_id
      where rt.recording_id = r.id
        ${p.filter.by === 'release' ? sql`and rt.release_id = ${p.filter.releaseId}` : sql``}
      order by rl.created_at, rt.release_id
      limit 1) t on true
    where ${songWhere(p.filter)}
    order by ${songOrder(p.filter)}
    limit ${p.limit} offset ${p.offset}`,
});

// ── releases ────────────────────────────────────────────────────────────

export type AlbumOrder =
  | 'random'
  | 'newest'
  | 'highest'
  | 'frequent'
  | 'recent'
  | 'alphabeticalByName'
  | 'alphabeticalByArtist'
  | 'starred'
  | 'byYear'
  | 'byGenre';

export type AlbumFilter = {
  readonly order: AlbumOrder;
  readonly ids: readonly string[] | null;
  readonly artistId: string | null;
  readonly genre: string | null;
  readonly fromYear: number | null;
  readonly toYear: number | null;
};

function albumOrder({ order, fromYear, toYear }: AlbumFilter): Fragment {
  switch (order) {
    case 'random':
      return sql`random()`;
    case 'newest':
      return sql`l.created_at desc, l.id desc`;
    case 'highest':
      return sql`m.rating desc nulls last, l.title, l.id`;
    case 'frequent':
      return sql`heard.plays desc, l.title, l.id`;
    case 'recent':
      return sql`heard.played_at desc, l.id`;
    case 'alphabeticalByArtist':
      return sql`l.artist_name, l.title, l.id`;
    case 'starred':
      return sql`m.starred_at desc, l.id`;
    case 'byYear':
      return (fromYear ?? 0) > (toYear ?? 9_999)
        ? sql`l.released_on desc, l.id`
        : sql`l.released_on, l.id`;
    case 'byGenre':
    case 'alphabeticalByName':
      return sql`l.title, l.id`;
  }
}

function albumWhere(filter: AlbumFilter): Fragment {
  const { order, ids, artistId, genre } = filter;
  const [from, to] =
    (filter.fromYear ?? 0) > (filter.toYear ?? 9_999)
      ? [filter.toYear, filter.fromYear]
      : [filter.fromYear, filter.toYear];
  return sql`tracks.songs > 0
      ${ids === null ? sql`` : sql`and l.id = any(${ids}::uuid[])`}
      ${
        artistId === null
          ? sql``
          : sql`and (l.artist_id = ${artistId} or exists (
              select from catalog.public_release_track rt
              join catalog.public_recording_artist ra on ra.recording_id = rt.recording_id
              where rt.release_id = l.id and ra.artist_id = ${artistId}))`
      }
      ${genre === null ? sql`` : sql`and ${genre} = any(tracks.genres)`}
      ${order === 'starred' ? sql`and m.starred_at is not null` : sql``}
      ${order === 'frequent' || order === 'recent' ? sql`and heard.plays > 0` : sql``}
      ${order === 'byYear' ? sql`and left(l.released_on, 4)::int between ${from ?? 0} and ${to ?? 9_999}` : sql``}`;
}

const anyAlbums: AlbumFilter = {
  order: 'newest',
  ids: null,
  artistId: null,
  genre: null,
  fromYear: null,
  toYear: null,
};

export const albums = query({
  name: 'subsonic.albums',
  columns: {
    id: column.uuid<ReleaseId>(),
    title: column.text,
    kind: column.text,
    artistId: column.nullable(column.uuid<ArtistId>()),
    artistName: column.text,
    releasedOn: column.nullable(column.text),
    mbid: column.nullable(column.uuid<string>()),
    createdAt: column.instant,
    songs: column.int8,
    durationMs: column.int8,
    genres: column.nullable(column.textArray),
    plays: column.nullable(column.int8),
    playedAt: column.nullable(column.instant),
    starredAt: column.nullable(column.instant),
    rating: column.nullable(column.int4),
  },
  sample: { userId: id, filter: anyAlbums, limit: 1, offset: 0 },
  text: (p: { userId: string; filter: AlbumFilter; limit: number; offset: number }) => sql`
    select l.id, l.title, l.kind, l.artist_id, l.artist_name, l.released_on, l.mbid, l.created_at,
      tracks.songs, tracks.duration_ms, tracks.genres, heard.plays, heard.played_at, m.starred_at, m.rating
    from catalog.public_release l
    left join playlists.public_mark m on m.user_id = ${p.userId} and m.kind = 'release' and m.target_id = l.id
    join lateral (
      select count(*) as songs, coalesce(sum(r.duration_ms), 0)::bigint as duration_ms,
        (select array_agg(distinct g) from catalog.public_release_track gt
         join catalog.public_song gs on gs.id = gt.recording_id, unnest(gs.genres) g
         where gt.release_id = l.id) as genres
      from catalog.public_release_track rt
      join catalog.public_song r on r.id = rt.recording_id
      where rt.release_id = l.id and exists (select from media.public_file f where f.recording_id = r.id)) tracks on true
    left join lateral (
      select count(*) as plays, max(s.started_at) as played_at
      from catalog.public_release_track rt
      join playback.public_session s on s.recording_id = rt.recording_id and s.user_id = ${p.userId}
      where rt.release_id = l.id) heard on true
    where ${albumWhere(p.filter)}
    order by ${albumOrder(p.filter)}
    limit ${p.limit} offset ${p.offset}`,
});

// ── artists and genres ──────────────────────────────────────────────────

export const artists = query({
  name: 'subsonic.artists',
  columns: {
    id: column.uuid<ArtistId>(),
    name: column.text,
    sortName: column.text,
    about: column.nullable(column.text),
    mbid: column.nullable(column.uuid<string>()),
    albums: column.int8,
  },
  sample: { ids: null, limit: 1, offset: 0 },
  text: (p: { ids: readonly string[] | null; limit: number; offset: number }) => sql`
    select a.id, a.name, a.sort_name, a.about, a.mbid,
      (select count(*) from catalog.public_release l where l.artist_id = a.id) as albums
    from catalog.public_artist_about a
    where exists (
        select from catalog.public_recording_artist ra
        join media.public_file f on f.recording_id = ra.recording_id
        where ra.artist_id = a.id)
      ${p.ids === null ? sql`` : sql`and a.id = any(${p.ids}::uuid[])`}
    order by a.sort_key, a.id
    limit ${p.limit} offset ${p.offset}`,
});

export const genres = query({
  name: 'subsonic.genres',
  columns: { genre: column.text, songs: column.int8, albums: column.int8 },
  sample: { limit: 1 },
  text: (p: { limit: number }) => sql`
    select g as genre, count(distinct r.id) as songs, count(distinct rt.release_id) as albums
    from catalog.public_song r
    cross join unnest(r.genres) g
    left join catalog.public_release_track rt on rt.recording_id = r.id
    where exists (select from media.public_file f where f.recording_id = r.id)
    group by g
    order by count(distinct r.id) desc, g
    limit ${p.limit}`,
});

/** Songs of an artist by how often they were counted here, most first. */
export const topOfArtist = query({
  name: 'subsonic.topOfArtist',
  columns: { recordingId: column.uuid<RecordingId>() },
  sample: { artistId: null, name: 'x', limit: 1 },
  text: (p: { artistId: string | null; name: string | null; limit: number }) => sql`
    select ra.recording_id
    from catalog.public_artist_about a
    join catalog.public_recording_artist ra on ra.artist_id = a.id
    where a.id = ${p.artistId}::uuid or a.match_name = ${p.name}
    group by ra.recording_id
    order by (select count(*) from playback.public_session s where s.recording_id = ra.recording_id) desc, ra.recording_id
    limit ${p.limit}`,
});

export const songCount = query({
  name: 'subsonic.songCount',
  columns: { songs: column.int8 },
  sample: {},
  text: () => sql`select count(distinct recording_id) as songs from media.public_file`,
});
