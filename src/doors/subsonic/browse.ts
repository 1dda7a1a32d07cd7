import { normaliseName } from '#catalogue/catalog/index.ts';
import { isFailure, missing, notFound, type Call, type Handlers } from './call.ts';
import type { Failure } from './envelope.ts';
import { genres, topOfArtist, type AlbumOrder } from './queries.ts';
import { countOf, numberOf, textOf, uuidIn } from './read-call.ts';
import {
  indexed,
  listMax,
  readAlbums,
  readArtists,
  readMarks,
  readSongs,
  readSongsInOrder,
} from './read-library.ts';
import { searchAll } from './search-library.ts';
import { albumAsChild, albumOut, artistAsFolder, artistOut, type AlbumRow } from './shapes.ts';

// Browsing by folder (artist, album, songs) and by tags, lists and searches.

const ignoredArticles = 'The El La Los Las Le Les';
const genresMax = 1_000;

export const browseHandlers: Handlers = {
  getMusicFolders: async () => ({
    musicFolders: { musicFolder: [{ id: 1, name: 'Music' }] },
  }),

  getIndexes: async (call) => {
    const rows = await readArtists(call.ctx, {});
    const marks = await readMarks(
      call.ctx,
      call.who,
      rows.map((row) => row.id),
    );
    return {
      indexes: {
        ignoredArticles,
        lastModified: call.ctx.now(),
        index: indexed(rows.map((row) => artistAsFolder(row, marks))),
      },
    };
  },

  getArtists: async (call) => {
    const rows = await readArtists(call.ctx, {});
    const marks = await readMarks(
      call.ctx,
      call.who,
      rows.map((row) => row.id),
    );
    return {
      artists: { ignoredArticles, index: indexed(rows.map((row) => artistOut(row, marks))) },
    };
  },

  getMusicDirectory: async (call) => {
    const id = uuidIn(textOf(call.params, 'id'));
    if (textOf(call.params, 'id') === null) return missing('id');
    if (textOf(call.params, 'id') === '1') return rootDirectory(call);
    if (id === null) return notFound('directory');
    const [artist] = await readArtists(call.ctx, { ids: [id] });
    if (artist !== undefined) {
      const albums = await readAlbums(call.ctx, call.who, { artistId: id, order: 'byYear' });
      return {
        directory: {
          id,
          name: artist.name,
          child: albums.map(albumAsChild),
        },
      };
    }
    const [album] = await readAlbums(call.ctx, call.who, { ids: [id] });
    if (album === undefined) return notFound('directory');
    return {
      directory: {
        id,
        ...(album.artistId !== null && { parent: album.artistId }),
        name: album.title,
        child: await readSongs(call.ctx, call.who, { by: 'release', releaseId: id }),
      },
    };
  },

  getGenres: async ({ ctx }) => ({
    genres: {
      genre: (await ctx.db.all(genres, { limit: genresMax })).map((row) => ({
        value: row.genre,
        songCount: Number(row.songs),
        albumCount: Number(row.albums),
      })),
    },
  }),

  getArtist: async (call) => {
    const found = await artistOf(call);
    if (isFailure(found)) return found;
    const albums = await readAlbums(call.ctx, call.who, { artistId: found.id, order: 'byYear' });
    const marks = await readMarks(call.ctx, call.who, [found.id]);
    return { artist: { ...artistOut(found, marks), album: albums.map(albumOut) } };
  },

  getAlbum: async (call) => {
    const found = await albumOf(call);
    if (isFailure(found)) return found;
    const song = await readSongs(call.ctx, call.who, { by: 'release', releaseId: found.id });
    return { album: { ...albumOut(found), song } };
  },

  getSong: async (call) => {
    const id = uuidIn(textOf(call.params, 'id'));
    if (textOf(call.params, 'id') === null) return missing('id');
    const [song] = id === null ? [] : await readSongs(call.ctx, call.who, { by: 'ids', ids: [id] });
    return song === undefined ? notFound('song') : { song };
  },

  getArtistInfo: async (call) => artistInfo(call, 'artistInfo'),
  getArtistInfo2: async (call) => artistInfo(call, 'artistInfo2'),
  getAlbumInfo: async (call) => albumInfo(call),
  getAlbumInfo2: async (call) => albumInfo(call),

  getSimilarSongs: async (call) => similarSongs(call, 'similarSongs'),
  getSimilarSongs2: async (call) => similarSongs(call, 'similarSongs2'),

  getTopSongs: async (call) => {
    const name = textOf(call.params, 'artist');
    const artistId = uuidIn(textOf(call.params, 'artistId'));
    if (name === null && artistId === null) return missing('artist');
    const rows = await call.ctx.db.all(topOfArtist, {
      artistId,
      name: name === null ? null : normaliseName(name),
      limit: countOf(call.params, 'count', 50, listMax),
    });
    return {
      topSongs: {
        song: await readSongsInOrder(
          call.ctx,
          call.who,
          rows.map((r) => r.recordingId),
        ),
      },
    };
  },

  getAlbumList: async (call) => {
    const albums = await albumList(call);
    return Array.isArray(albums)
      ? { albumList: { album: albums.map(albumAsChild) } }
      : (albums as Failure);
  },
  getAlbumList2: async (call) => {
    const albums = await albumList(call);
    return Array.isArray(albums)
      ? { albumList2: { album: albums.map(albumOut) } }
      : (albums as Failure);
  },

  getRandomSongs: async (call) => ({
    randomSongs: {
      song: await readSongs(
        call.ctx,
        call.who,
        {
          by: 'random',
          genre: textOf(call.params, 'genre'),
          fromYear: numberOf(call.params, 'fromYear'),
          toYear: numberOf(call.params, 'toYear'),
        },
        { limit: countOf(call.params, 'size', 10, listMax), offset: 0 },
      ),
    },
  }),

  getSongsByGenre: async (call) => {
    const genre = textOf(call.params, 'genre');
    if (genre === null) return missing('genre');
    const page = {
      limit: countOf(call.params, 'count', 10, listMax),
      offset: countOf(call.params, 'offset', 0, 1_000_000),
    };
    return {
      songsByGenre: { song: await readSongs(call.ctx, call.who, { by: 'genre', genre }, page) },
    };
  },

  search: async () => ({
    code: 30,
    message: 'This call was given up by Subsonic 1.4; use search3.',
  }),

  search2: async (call) => {
    const { artists, albums, songs, marks } = await searchAll(call);
    return {
      searchResult2: {
        artist: artists.map((row) => artistAsFolder(row, marks)),
        album: albums.map(albumAsChild),
        song: songs,
      },
    };
  },

  search3: async (call) => {
    const { artists, albums, songs, marks } = await searchAll(call);
    return {
      searchResult3: {
        artist: artists.map((row) => artistOut(row, marks)),
        album: albums.map(albumOut),
        song: songs,
      },
    };
  },

  getVideos: async () => ({ videos: {} }),
  getVideoInfo: async () => notFound('video'),
};

async function rootDirectory(call: Call) {
  const rows = await readArtists(call.ctx, {});
  return {
    directory: {
      id: '1',
      name: 'Music',
      child: rows.map((row) => ({ id: row.id, isDir: true, title: row.name, artist: row.name })),
    },
  };
}

async function artistOf(call: Call) {
  const id = textOf(call.params, 'id');
  if (id === null) return missing('id');
  const [row] = uuidIn(id) === null ? [] : await readArtists(call.ctx, { ids: [uuidIn(id)!] });
  return row ?? notFound('artist');
}

async function albumOf(call: Call): Promise<AlbumRow | Failure> {
  const id = textOf(call.params, 'id');
  if (id === null) return missing('id');
  const [row] =
    uuidIn(id) === null ? [] : await readAlbums(call.ctx, call.who, { ids: [uuidIn(id)!] });
  return row ?? notFound('album');
}

/** A biography where the catalogue has one. `id` may name an artist, an album or a song. */
async function artistInfo(call: Call, name: 'artistInfo' | 'artistInfo2') {
  const id = uuidIn(textOf(call.params, 'id'));
  if (textOf(call.params, 'id') === null) return missing('id');
  if (id === null) return notFound('artist');
  const [row] = await readArtists(call.ctx, { ids: [id] });
  const image = `${call.origin}/media/artists/${id}/cover`;
  return {
    [name]: {
      ...(row?.about && { biography: row.about }),
      ...(row?.mbid && { musicBrainzId: row.mbid }),
      smallImageUrl: image,
      mediumImageUrl: image,
      largeImageUrl: image,
      similarArtist: [],
    },
  };
}

async function albumInfo(call: Call) {
  const found = await albumOf(call);
  if (isFailure(found)) return found;
  const image = `${call.origin}/media/releases/${found.id}/cover`;
  return {
    albumInfo: {
      ...(found.mbid !== null && { musicBrainzId: found.mbid }),
      smallImageUrl: image,
      mediumImageUrl: image,
      largeImageUrl: image,
    },
  };
}

async function similarSongs(call: Call, name: 'similarSongs' | 'similarSongs2') {
  const id = uuidIn(textOf(call.params, 'id'));
  if (textOf(call.params, 'id') === null) return missing('id');
  if (id === null) return notFound('song');
  const limit = countOf(call.params, 'count', 50, listMax);
  // An artist or an album is alike to what its first song is alike to.
  const ofArtist = await readSongs(
    call.ctx,
    call.who,
    { by: 'artist', artistId: id },
    { limit: 1, offset: 0 },
  );
  const ofAlbum = await readSongs(
    call.ctx,
    call.who,
    { by: 'release', releaseId: id },
    { limit: 1, offset: 0 },
  );
  const recordingId = ofArtist[0]?.id ?? ofAlbum[0]?.id ?? id;
  const ids = await call.ctx.search.similarTo([recordingId], limit);
  return { [name]: { song: await readSongsInOrder(call.ctx, call.who, ids) } };
}

const orders: readonly AlbumOrder[] = [
  'random',
  'newest',
  'highest',
  'frequent',
  'recent',
  'alphabeticalByName',
  'alphabeticalByArtist',
  'starred',
  'byYear',
  'byGenre',
];

async function albumList(call: Call): Promise<readonly AlbumRow[] | Failure> {
  const type = textOf(call.params, 'type');
  if (type === null) return missing('type');
  const order = orders.find((one) => one === type);
  if (order === undefined) return { code: 0, message: `There is no list of the type ${type}.` };
  const genre = textOf(call.params, 'genre');
  if (order === 'byGenre' && genre === null) return missing('genre');
  const [fromYear, toYear] = [numberOf(call.params, 'fromYear'), numberOf(call.params, 'toYear')];
  if (order === 'byYear' && (fromYear === null || toYear === null))
    return missing('fromYear and toYear');
  return readAlbums(
    call.ctx,
    call.who,
    { order, genre: order === 'byGenre' ? genre : null, fromYear, toYear },
    {
      limit: countOf(call.params, 'size', 10, listMax),
      offset: countOf(call.params, 'offset', 0, 1_000_000),
    },
  );
}

/** An empty query (also `""`) lists everything: players fetch a whole library so. */
