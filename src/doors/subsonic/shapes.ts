import { toIso, type Instant } from '#foundation/kernel/time.ts';
import type { albums, artists, songs } from './queries.ts';

// Rows as players know them. What is not known is left out: a player shows 0 as 0.

type RowOf<Q> = Q extends { readonly row?: infer R } ? NonNullable<R> : never;
export type SongRow = RowOf<typeof songs>;
export type AlbumRow = RowOf<typeof albums>;
export type ArtistRow = RowOf<typeof artists>;
export type Marks = ReadonlyMap<
  string,
  { readonly starredAt: number | null; readonly rating: number | null }
>;

const suffixes: Readonly<Record<string, string>> = {
  'audio/mpeg': 'mp3',
  'audio/ogg': 'ogg',
  'audio/flac': 'flac',
  'audio/mp4': 'm4a',
  'audio/aac': 'aac',
  'audio/wav': 'wav',
  'audio/x-wav': 'wav',
  'audio/opus': 'opus',
  'audio/aiff': 'aiff',
  'audio/webm': 'webm',
};
/** ReplayGain's reference loudness (RG 2.0). */
const replayGainLufs = -18;

export function songOut(row: SongRow, marks: Marks) {
  const mark = marks.get(row.id);
  const artists = (row.artists ?? []).map(({ id, name }) => ({ id, name }));
  return drop({
    id: row.id,
    parent: row.releaseId,
    isDir: false,
    title: row.title,
    album: row.releaseTitle,
    artist: row.artistName,
    track: row.track,
    discNumber: row.disc,
    year: row.year,
    genre: row.genres[0],
    coverArt: row.releaseId === null ? `so-${row.id}` : `al-${row.releaseId}`,
    size: Number(row.sizeBytes),
    contentType: row.contentType,
    suffix: suffixes[row.contentType] ?? row.contentType.split('/')[1],
    duration: seconds(row.durationMs),
    bitRate: row.bitrate === null ? null : Math.round(row.bitrate / 1_000),
    samplingRate: row.sampleRate,
    channelCount: row.channels,
    isVideo: false,
    userRating: mark?.rating,
    playCount: Number(row.plays),
    played: iso(row.playedAt),
    created: iso(row.createdAt),
    starred: iso(mark?.starredAt),
    albumId: row.releaseId,
    artistId: artists[0]?.id,
    type: 'music',
    mediaType: 'song',
    bpm: row.bpm === null ? null : Math.round(row.bpm),
    sortName: row.title.toLowerCase(),
    musicBrainzId: row.mbid ?? '',
    isrc: row.isrc === null ? [] : [row.isrc],
    genres: row.genres.map((name) => ({ name })),
    artists,
    displayArtist: row.artistName,
    albumArtists: artists.slice(0, 1),
    displayAlbumArtist: artists[0]?.name,
    contributors: [],
    moods: [],
    explicitStatus: '',
    replayGain: replayGainOf(row),
  });
}

function replayGainOf(row: SongRow) {
  if (row.loudnessLufs === null || row.peakDbtp === null) return undefined;
  return {
    trackGain: Math.round((replayGainLufs - row.loudnessLufs) * 100) / 100,
    trackPeak: Math.round(10 ** (row.peakDbtp / 20) * 10_000) / 10_000,
  };
}

export function albumOut(row: AlbumRow) {
  const artist = row.artistId === null ? [] : [{ id: row.artistId, name: row.artistName }];
  const date = dateOf(row.releasedOn);
  return drop({
    id: row.id,
    name: row.title,
    artist: row.artistName,
    artistId: row.artistId,
    coverArt: `al-${row.id}`,
    songCount: Number(row.songs),
    duration: seconds(Number(row.durationMs)) ?? 0,
    playCount: Number(row.plays ?? 0n),
    played: iso(row.playedAt),
    created: iso(row.createdAt)!,
    starred: iso(row.starredAt),
    userRating: row.rating,
    year: date?.year,
    genre: row.genres?.[0],
    genres: (row.genres ?? []).map((name) => ({ name })),
    musicBrainzId: row.mbid ?? '',
    artists: artist,
    displayArtist: row.artistName,
    releaseTypes: [row.kind],
    sortName: row.title.toLowerCase(),
    originalReleaseDate: date ?? {},
    releaseDate: date ?? {},
    isCompilation: row.kind === 'compilation',
    explicitStatus: '',
    recordLabels: [],
    moods: [],
    discTitles: [],
  });
}

/** An album as a folder, for players that browse folders. */
export function albumAsChild(row: AlbumRow) {
  const album = albumOut(row);
  return drop({
    id: row.id,
    parent: row.artistId,
    isDir: true,
    title: row.title,
    album: row.title,
    artist: row.artistName,
    year: album.year,
    genre: album.genre,
    coverArt: album.coverArt,
    created: album.created,
    starred: album.starred,
    userRating: row.rating,
    playCount: album.playCount,
    duration: album.duration,
    artistId: row.artistId,
    mediaType: 'album',
  });
}

export function artistOut(row: ArtistRow, marks: Marks) {
  return drop({
    id: row.id,
    name: row.name,
    coverArt: `ar-${row.id}`,
    albumCount: Number(row.albums),
    starred: iso(marks.get(row.id)?.starredAt),
    musicBrainzId: row.mbid ?? '',
    sortName: row.sortName,
    roles: ['artist'],
  });
}

/** The same without the fields that only the newer shape has. */
export function artistAsFolder(row: ArtistRow, marks: Marks) {
  const mark = marks.get(row.id);
  return drop({
    id: row.id,
    name: row.name,
    starred: iso(mark?.starredAt),
    userRating: mark?.rating,
  });
}

export function iso(at: number | null | undefined): string | undefined {
  return at === null || at === undefined ? undefined : toIso(at as Instant);
}

export function seconds(ms: number | null): number | undefined {
  return ms === null ? undefined : Math.round(ms / 1_000);
}

function dateOf(text: string | null) {
  const match = /^(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?/.exec(text ?? '');
  if (match === null) return undefined;
  return drop({
    year: Number(match[1]),
    month: match[2] === undefined ? undefined : Number(match[2]),
    day: match[3] === undefined ? undefined : Number(match[3]),
  });
}

type Dropped<T> = { readonly [K in keyof T]: Exclude<T[K], null> | undefined };

function drop<T extends object>(object: T): Dropped<T> {
  return Object.fromEntries(
    Object.entries(object).filter(([, value]) => value !== null && value !== undefined),
  ) as Dropped<T>;
}
