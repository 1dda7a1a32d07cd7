import { randomBytes } from 'node:crypto';
import { newId } from '#foundation/kernel/ids.ts';
import {
  changeShare,
  deleteRadioStation,
  deleteShare,
  insertShare,
  kindOf,
  putRadioStation,
  radioStations,
  sharesOf,
} from '#listening/playlists/index.ts';
import { missing, notAllowed, notFound, type Call, type Handlers } from './call.ts';
import type { Body, Failure } from './envelope.ts';
import { idsOf, numberOf, textOf, uuidIn } from './read-call.ts';
import { readSongs, readSongsInOrder } from './read-library.ts';
import { iso } from './shapes.ts';

const rowsMax = 1_000;

export const shareHandlers: Handlers = {
  getShares: async (call) => ({ shares: { share: await readShares(call, null) } }),
  createShare: async (call) => {
    const recordings = await shared(call);
    if (recordings.length === 0) return missing('id');
    const id = newId<'share'>();
    const expires = numberOf(call.params, 'expires');
    await call.ctx.db.run(insertShare, {
      id,
      ownerId: call.who.userId,
      secret: randomBytes(16).toString('base64url'),
      description: textOf(call.params, 'description'),
      recordings,
      expiresAt: expires === null || expires === 0 ? null : new Date(expires),
    });
    return { shares: { share: await readShares(call, id) } };
  },
  updateShare: async ({ ctx, who, params }) => {
    const id = uuidIn(textOf(params, 'id'));
    if (textOf(params, 'id') === null) return missing('id');
    const expires = numberOf(params, 'expires');
    const changed =
      id === null
        ? 0
        : await ctx.db.run(changeShare, {
            id,
            ownerId: who.userId,
            description: textOf(params, 'description'),
            expiresAt: expires === null || expires === 0 ? null : new Date(expires),
          });
    return changed === 0 ? notFound('share of yours') : {};
  },
  deleteShare: async ({ ctx, who, params }) => {
    const id = uuidIn(textOf(params, 'id'));
    if (textOf(params, 'id') === null) return missing('id');
    const gone = id === null ? 0 : await ctx.db.run(deleteShare, { id, ownerId: who.userId });
    return gone === 0 ? notFound('share of yours') : {};
  },

  getInternetRadioStations: async ({ ctx }) => ({
    internetRadioStations: {
      internetRadioStation: (await ctx.db.all(radioStations, { limit: rowsMax })).map((row) => ({
        id: row.id,
        name: row.name,
        streamUrl: row.streamUrl,
        ...(row.homeUrl !== null && { homePageUrl: row.homeUrl }),
      })),
    },
  }),
  createInternetRadioStation: async (call) => putStation(call, newId<'radioStation'>()),
  updateInternetRadioStation: async (call) => {
    const id = uuidIn(textOf(call.params, 'id'));
    return id === null ? missing('id') : putStation(call, id);
  },
  deleteInternetRadioStation: async ({ ctx, who, params }) => {
    if (!ctx.permits(who, 'media.import'))
      return notAllowed('Only operators keep stations for everybody.');
    const id = uuidIn(textOf(params, 'id'));
    if (id === null) return missing('id');
    return (await ctx.db.run(deleteRadioStation, { id })) === 0 ? notFound('station') : {};
  },
};

async function shared(call: Call): Promise<readonly string[]> {
  const found: string[] = [];
  for (const id of idsOf(call.params, 'id')) {
    const kind = await call.ctx.db.maybe(kindOf, { id });
    if (kind?.kind === 'recording') found.push(id);
    if (kind?.kind === 'release') {
      const songs = await readSongs(call.ctx, call.who, { by: 'release', releaseId: id });
      found.push(...songs.map((song) => song.id as string));
    }
  }
  return found;
}

async function readShares(call: Call, only: string | null) {
  const rows = await call.ctx.db.all(sharesOf, { ownerId: call.who.userId, limit: rowsMax });
  const shares = [];
  for (const row of rows) {
    if (only !== null && row.id !== only) continue;
    shares.push({
      id: row.id,
      url: `${call.origin}/app/share/${row.secret}`,
      ...(row.description !== null && { description: row.description }),
      username: call.who.username,
      created: iso(row.createdAt),
      ...(row.expiresAt !== null && { expires: iso(row.expiresAt) }),
      ...(row.visitedAt !== null && { lastVisited: iso(row.visitedAt) }),
      visitCount: row.visits,
      entry: await readSongsInOrder(call.ctx, call.who, row.recordings),
    });
  }
  return shares;
}

async function putStation({ ctx, who, params }: Call, id: string): Promise<Body | Failure> {
  if (!ctx.permits(who, 'media.import'))
    return notAllowed('Only operators keep stations for everybody.');
  const [streamUrl, name] = [textOf(params, 'streamUrl'), textOf(params, 'name')];
  if (streamUrl === null || !/^https?:\/\//.test(streamUrl))
    return missing('streamUrl, an address of http or https');
  if (name === null) return missing('name');
  await ctx.db.run(putRadioStation, {
    id,
    name,
    streamUrl,
    homeUrl: textOf(params, 'homepageUrl'),
    addedBy: who.userId,
  });
  return {};
}
