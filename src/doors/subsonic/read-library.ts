import { marksOf } from '#listening/playlists/index.ts';
import type { Listener, SubsonicContext } from './context.ts';
import {
  albums as albumsQuery,
  artists as artistsQuery,
  songs as songsQuery,
  type AlbumFilter,
  type SongFilter,
} from './queries.ts';
import { songOut, type AlbumRow, type ArtistRow, type Marks } from './shapes.ts';

export type Page = { readonly limit: number; readonly offset: number };

export const listMax = 500;
const everything: Page = { limit: 10_000, offset: 0 };

const anyAlbums: AlbumFilter = {
  order: 'alphabeticalByName',
  ids: null,
  artistId: null,
  genre: null,
  fromYear: null,
  toYear: null,
};

export async function readSongs(
  ctx: SubsonicContext,
  who: Listener,
  filter: SongFilter,
  page: Page = everything,
) {
  const rows = await ctx.db.all(songsQuery, { userId: who.userId, filter, ...page });
  const marks = await readMarks(
    ctx,
    who,
    rows.map((row) => row.id),
  );
  return rows.map((row) => songOut(row, marks));
}

/** Songs in the order of the ids; what is gone or cannot be heard is left out. */
export async function readSongsInOrder(
  ctx: SubsonicContext,
  who: Listener,
  ids: readonly string[],
) {
  const songs = await readSongs(ctx, who, { by: 'ids', ids }, { limit: 20_000, offset: 0 });
  const byId = new Map(songs.map((song) => [song.id as string, song]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}

export async function readAlbums(
  ctx: SubsonicContext,
  who: Listener,
  filter: Partial<AlbumFilter>,
  page: Page = everything,
): Promise<readonly AlbumRow[]> {
  return ctx.db.all(albumsQuery, {
    userId: who.userId,
    filter: { ...anyAlbums, ...filter },
    ...page,
  });
}

export async function readArtists(
  ctx: SubsonicContext,
  asked: { readonly ids?: readonly string[] },
  page: Page = everything,
): Promise<readonly ArtistRow[]> {
  return ctx.db.all(artistsQuery, { ids: asked.ids ?? null, ...page });
}

export async function readMarks(
  ctx: SubsonicContext,
  who: Listener,
  targets: readonly string[],
): Promise<Marks> {
  const rows = await ctx.db.all(marksOf, { userId: who.userId, targets });
  return new Map(rows.map((row) => [row.targetId, row]));
}

/** Artists under their first letter; what begins with neither letter nor digit is under #. */
export function indexed<T extends { readonly name: string | undefined }>(
  rows: readonly T[],
): readonly { readonly name: string; readonly artist: readonly T[] }[] {
  const groups = Map.groupBy(rows, (row) => {
    const first =
      (row.name ?? '').replace(/^(the|les?|la|el|los) /i, '').normalize('NFD')[0] ?? '#';
    return /\p{L}/u.test(first) ? first.toUpperCase() : '#';
  });
  return [...groups]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, artist]) => ({ name, artist }));
}
