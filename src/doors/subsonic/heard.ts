import { uuidFrom } from '#counting/plays/index.ts';
import type { RecordingId, UserId } from '#foundation/kernel/ids.ts';
import { secondMs, type Instant } from '#foundation/kernel/time.ts';
import { noteListened, type SessionId } from '#listening/playback/index.ts';
import { kindOf } from '#listening/playlists/index.ts';
import { missing, notFound, type Call, type Handlers } from './call.ts';
import { booleanOf, idsOf, textOf, uuidIn } from './read-call.ts';
import { readSongsInOrder } from './read-library.ts';

// What players say was heard. A request for sound is no play; a submission is, once.

export const heardHandlers: Handlers = {
  scrobble: async ({ ctx, who, params }) => {
    const ids = idsOf(params, 'id');
    if (ids.length === 0) return missing('id');
    if (booleanOf(params, 'submission') === false) {
      nowPlaying.set(who.userId, { recordingId: ids[0]!, username: who.username, at: ctx.now() });
      return {};
    }
    const times = (params.get('time') ?? []).map(Number);
    for (const [i, id] of ids.entries()) await countListened({ ctx, who }, id, times[i] ?? null);
    return {};
  },

  reportPlayback: async ({ ctx, who, params }) => {
    const id = uuidIn(textOf(params, 'mediaId'));
    const state = textOf(params, 'state');
    if (id === null) return missing('mediaId');
    if (state === null) return missing('state');
    const kind = await ctx.db.maybe(kindOf, { id });
    if (kind?.kind !== 'recording') return notFound('song');
    if (state === 'starting' || state === 'playing')
      nowPlaying.set(who.userId, { recordingId: id, username: who.username, at: ctx.now() });
    else nowPlaying.delete(who.userId);
    return {};
  },

  getNowPlaying: async (call) => {
    const now = call.ctx.now();
    const entry = [];
    for (const [userId, playing] of nowPlaying) {
      if (now - playing.at > nowPlayingMs) {
        nowPlaying.delete(userId);
        continue;
      }
      const [song] = await readSongsInOrder(call.ctx, call.who, [playing.recordingId]);
      if (song !== undefined)
        entry.push({
          ...song,
          username: playing.username,
          minutesAgo: Math.floor((now - playing.at) / 60_000),
          playerId: 0,
        });
    }
    return { nowPlaying: { entry } };
  },
};

const nowPlayingMs = 15 * 60_000;
const nowPlaying = new Map<
  UserId,
  { readonly recordingId: string; readonly username: string; readonly at: number }
>();

/** A submission says that a song was heard; told again, or after an offline day, it counts once. */
async function countListened(
  { ctx, who }: Pick<Call, 'ctx' | 'who'>,
  id: string,
  time: number | null,
): Promise<void> {
  const [song] = await readSongsInOrder(ctx, who, [id]);
  if (song === undefined) return;
  const listenedMs = (song.duration ?? 30) * secondMs;
  // Players send when it began; without a time it ended now.
  const startedAt = (
    time !== null && Number.isSafeInteger(time) && time > 0 ? time : ctx.now() - listenedMs
  ) as Instant;
  await noteListened(ctx.playback, {
    key: uuidFrom(`subsonic ${who.userId} ${id} ${Math.floor(startedAt / secondMs)}`) as SessionId,
    userId: who.userId,
    recordingId: id as RecordingId,
    startedAt,
    listenedMs,
  });
  nowPlaying.delete(who.userId);
}
