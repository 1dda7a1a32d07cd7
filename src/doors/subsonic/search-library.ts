import { findIds } from '#listening/search/index.ts';
import type { Call } from './call.ts';
import { countOf, textOf } from './read-call.ts';
import {
  listMax,
  readAlbums,
  readArtists,
  readMarks,
  readSongs,
  readSongsInOrder,
  type Page,
} from './read-library.ts';

/** Of each kind; a player that pages on sees no more. */
const foundMax = 500;
const queryCharsMax = 200;

export async function searchAll(call: Call) {
  const { ctx, who, params } = call;
  const page = (what: string, fallback: number) => ({
    limit: countOf(params, `${what}Count`, fallback, listMax),
    offset: countOf(params, `${what}Offset`, 0, 10_000_000),
  });
  const pages = { artist: page('artist', 20), album: page('album', 20), song: page('song', 20) };
  // Players put what was typed into quotes, with a star behind it. Two quotes alone ask for everything.
  const typed = (textOf(params, 'query') ?? '').replaceAll('"', '').replace(/\*$/, '').trim();
  const { artists, albums, songs } =
    typed === '' ? await listAll(call, pages) : await find(call, typed, pages);
  const marks = await readMarks(
    ctx,
    who,
    artists.map((row) => row.id),
  );
  return { artists, albums, songs, marks };
}

type Pages = Readonly<Record<'artist' | 'album' | 'song', Page>>;

/** How players copy a whole library. */
async function listAll({ ctx, who }: Call, { artist, album, song }: Pages) {
  return {
    artists: await readArtists(ctx, {}, artist),
    albums: await readAlbums(ctx, who, {}, album),
    songs: await readSongs(ctx, who, { by: 'all' }, song),
  };
}

async function find({ ctx, who }: Call, q: string, { artist, album, song }: Pages) {
  const kinds = ['artist', 'release', 'recording'] as const;
  const limit = Math.min(
    foundMax,
    Math.max(...[artist, album, song].map((page) => page.offset + page.limit)),
  );
  const { hits } = await findIds(
    ctx.search,
    { q: q.slice(0, queryCharsMax), kinds, limit },
    who.userId,
  );
  const idsOf = (kind: string, { offset, limit: count }: Page): readonly string[] =>
    hits
      .filter((hit) => hit.kind === kind)
      .slice(offset, offset + count)
      .map(({ id }) => id);
  const [artistIds, albumIds] = [idsOf('artist', artist), idsOf('release', album)];
  return {
    artists: inOrder(artistIds, await readArtists(ctx, { ids: artistIds })),
    albums: inOrder(albumIds, await readAlbums(ctx, who, { ids: albumIds })),
    songs: await readSongsInOrder(ctx, who, idsOf('recording', song)),
  };
}

function inOrder<T extends { readonly id: string }>(
  ids: readonly string[],
  rows: readonly T[],
): readonly T[] {
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}
