import type { RecordingId } from '#foundation/kernel/ids.ts';
import type { Instant } from '#foundation/kernel/time.ts';
import {
  bookmarksOf,
  deleteBookmark,
  findQueue,
  kindOf,
  putBookmark,
  putQueue,
  rate,
  star,
  starredOf,
} from '#listening/playlists/index.ts';
import { missing, notFound, type Call, type Handlers } from './call.ts';
import type { Body, Failure } from './envelope.ts';
import { countOf, idsOf, numberOf, textOf, uuidIn } from './read-call.ts';
import { readAlbums, readArtists, readMarks, readSongsInOrder } from './read-library.ts';
import { albumAsChild, albumOut, artistAsFolder, artistOut, iso } from './shapes.ts';

// Stars, ratings, queues and bookmarks: kept for the one who set them.

const rowsMax = 1_000;
const queueMax = 10_000;

export const markHandlers: Handlers = {
  star: async (call) => mark(call, true),
  unstar: async (call) => mark(call, false),

  setRating: async ({ ctx, who, params }) => {
    const id = uuidIn(textOf(params, 'id'));
    const rating = numberOf(params, 'rating');
    if (textOf(params, 'id') === null) return missing('id');
    if (rating === null || rating < 0 || rating > 5) return missing('rating, from 0 to 5');
    const kind = id === null ? null : await ctx.db.maybe(kindOf, { id });
    if (id === null || kind === null) return notFound('song, album or artist');
    await ctx.db.run(rate, {
      userId: who.userId,
      kind: kind.kind,
      target: id,
      rating: rating === 0 ? null : rating,
    });
    return {};
  },

  getStarred: async (call) => {
    const { artists, albums, songs, marks } = await readStarred(call);
    return {
      starred: {
        artist: artists.map((row) => artistAsFolder(row, marks)),
        album: albums.map(albumAsChild),
        song: songs,
      },
    };
  },
  getStarred2: async (call) => {
    const { artists, albums, songs, marks } = await readStarred(call);
    return {
      starred2: {
        artist: artists.map((row) => artistOut(row, marks)),
        album: albums.map(albumOut),
        song: songs,
      },
    };
  },

  getPlayQueue: async (call) => {
    const queue = await call.ctx.db.maybe(findQueue, { userId: call.who.userId });
    if (queue === null) return { playQueue: emptyQueue(call) };
    const current = queue.current === null ? undefined : queue.recordings[queue.current];
    return { playQueue: { ...(current && { current }), ...(await queueOut(call, queue)) } };
  },
  getPlayQueueByIndex: async (call) => {
    const queue = await call.ctx.db.maybe(findQueue, { userId: call.who.userId });
    if (queue === null) return { playQueueByIndex: emptyQueue(call) };
    return {
      playQueueByIndex: {
        ...(queue.current !== null && { currentIndex: queue.current }),
        ...(await queueOut(call, queue)),
      },
    };
  },
  savePlayQueue: async (call) => {
    const ids = idsOf(call.params, 'id').slice(0, queueMax);
    const current = uuidIn(textOf(call.params, 'current'));
    return saveQueue(call, ids, current === null ? null : Math.max(0, ids.indexOf(current)));
  },
  savePlayQueueByIndex: async (call) => {
    const ids = idsOf(call.params, 'id').slice(0, queueMax);
    const index = numberOf(call.params, 'currentIndex');
    if (ids.length > 0 && (index === null || index < 0 || index >= ids.length))
      return missing('currentIndex, the position of a song in the queue');
    return saveQueue(call, ids, ids.length === 0 ? null : index);
  },

  getBookmarks: async (call) => {
    const rows = await call.ctx.db.all(bookmarksOf, { userId: call.who.userId, limit: rowsMax });
    const songs = await readSongsInOrder(
      call.ctx,
      call.who,
      rows.map((row) => row.recordingId),
    );
    const byId = new Map(songs.map((song) => [song.id, song]));
    return {
      bookmarks: {
        bookmark: rows.flatMap((row) => {
          const entry = byId.get(row.recordingId);
          if (entry === undefined) return [];
          return {
            position: Number(row.positionMs),
            username: call.who.username,
            ...(row.comment !== null && { comment: row.comment }),
            created: iso(row.createdAt),
            changed: iso(row.changedAt),
            entry,
          };
        }),
      },
    };
  },
  createBookmark: async ({ ctx, who, params }) => {
    const id = uuidIn(textOf(params, 'id'));
    const positionMs = numberOf(params, 'position');
    if (textOf(params, 'id') === null) return missing('id');
    if (positionMs === null || positionMs < 0) return missing('position');
    const kind = id === null ? null : await ctx.db.maybe(kindOf, { id });
    if (id === null || kind?.kind !== 'recording') return notFound('song');
    await ctx.db.run(putBookmark, {
      userId: who.userId,
      recordingId: id,
      positionMs,
      comment: textOf(params, 'comment'),
    });
    return {};
  },
  deleteBookmark: async ({ ctx, who, params }) => {
    const id = uuidIn(textOf(params, 'id'));
    if (textOf(params, 'id') === null) return missing('id');
    if (id !== null) await ctx.db.run(deleteBookmark, { userId: who.userId, recordingId: id });
    return {};
  },
};

async function mark({ ctx, who, params }: Call, starred: boolean): Promise<Body | Failure> {
  const ids = [...idsOf(params, 'id'), ...idsOf(params, 'albumId'), ...idsOf(params, 'artistId')];
  if (ids.length === 0) return missing('id, albumId or artistId');
  for (const id of ids) {
    const kind = await ctx.db.maybe(kindOf, { id });
    if (kind === null) return notFound('song, album or artist');
    await ctx.db.run(star, { userId: who.userId, kind: kind.kind, targets: [id], starred });
  }
  return {};
}

async function readStarred({ ctx, who }: Call) {
  const rows = await ctx.db.all(starredOf, { userId: who.userId, limit: queueMax });
  const of = (kind: string): readonly string[] =>
    rows.filter((row) => row.kind === kind).map((row) => row.targetId);
  const artists = await readArtists(ctx, { ids: of('artist') });
  const albums = await readAlbums(ctx, who, { ids: of('release'), order: 'starred' });
  const songs = await readSongsInOrder(ctx, who, of('recording'));
  return { artists, albums, songs, marks: await readMarks(ctx, who, of('artist')) };
}

function emptyQueue({ ctx, who }: Call) {
  return { username: who.username, changed: iso(ctx.now()), changedBy: 'ngoma', entry: [] };
}

async function queueOut(
  call: Call,
  queue: {
    readonly recordings: readonly RecordingId[];
    readonly positionMs: bigint;
    readonly changedAt: Instant;
    readonly changedBy: string;
  },
) {
  return {
    position: Number(queue.positionMs),
    username: call.who.username,
    changed: iso(queue.changedAt),
    changedBy: queue.changedBy,
    entry: await readSongsInOrder(call.ctx, call.who, queue.recordings),
  };
}

async function saveQueue(
  { ctx, who, params }: Call,
  ids: readonly string[],
  current: number | null,
): Promise<Body> {
  await ctx.db.run(putQueue, {
    userId: who.userId,
    recordings: ids,
    current: ids.length === 0 ? null : current,
    positionMs: countOf(params, 'position', 0, 86_400_000),
    changedBy: textOf(params, 'c') ?? 'player',
  });
  return {};
}
