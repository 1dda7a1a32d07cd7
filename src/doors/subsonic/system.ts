import { missing, notAllowed, notFound, type Call, type Handlers } from './call.ts';
import { songCount } from './queries.ts';
import { textOf } from './read-call.ts';

// The server itself, its users, scanning, and what this server does not have, answered as the specification says.

export const extensions = [
  { name: 'formPost', versions: [1] },
  { name: 'apiKeyAuthentication', versions: [1] },
  { name: 'songLyrics', versions: [1] },
  { name: 'indexBasedQueue', versions: [1] },
  { name: 'playbackReport', versions: [1] },
  { name: 'topSongsByArtistId', versions: [1] },
  { name: 'transcoding', versions: [1] },
];

export const systemHandlers: Handlers = {
  ping: async () => ({}),
  getLicense: async ({ who }) => ({ license: { valid: true, email: who.username } }),
  tokenInfo: async ({ who }) => ({ tokenInfo: { username: who.username } }),

  getUser: async (call) => {
    const name = textOf(call.params, 'username');
    if (name === null) return missing('username');
    return name.toLowerCase() === call.who.username
      ? { user: userOut(call) }
      : notAllowed('Only yourself can be looked at here.');
  },
  getUsers: async (call) => ({ users: { user: [userOut(call)] } }),
  createUser: async () => notAllowed('People are managed in Admin.'),
  updateUser: async () => notAllowed('People are managed in Admin.'),
  deleteUser: async () => notAllowed('People are managed in Admin.'),
  changePassword: async () =>
    notAllowed(
      'The password of a player cannot be changed: make another one in Settings and revoke this one.',
    ),

  getScanStatus: async (call) => ({ scanStatus: await scanStatus(call) }),
  startScan: async (call) => {
    if (!call.ctx.permits(call.who, 'media.import'))
      return notAllowed('Only operators scan the library.');
    await call.ctx.startScan();
    return { scanStatus: { ...(await scanStatus(call)), scanning: true } };
  },

  getLyrics: async () => ({ lyrics: { value: '' } }),
  getLyricsBySongId: async (call) =>
    textOf(call.params, 'id') === null ? missing('id') : { lyricsList: { structuredLyrics: [] } },

  getPodcasts: async () => ({ podcasts: { channel: [] } }),
  getNewestPodcasts: async () => ({ newestPodcasts: { episode: [] } }),
  getPodcastEpisode: async () => notFound('episode'),
  refreshPodcasts: async () => notAllowed('There are no podcasts here.'),
  createPodcastChannel: async () => notAllowed('There are no podcasts here.'),
  deletePodcastChannel: async () => notAllowed('There are no podcasts here.'),
  deletePodcastEpisode: async () => notAllowed('There are no podcasts here.'),
  downloadPodcastEpisode: async () => notAllowed('There are no podcasts here.'),
  getChatMessages: async () => ({ chatMessages: { chatMessage: [] } }),
  addChatMessage: async () => notAllowed('There is no chat here.'),
  jukeboxControl: async () => notAllowed('There is no jukebox here.'),
  getSonicSimilarTracks: async (call) =>
    textOf(call.params, 'id') === null ? missing('id') : { sonicMatch: [] },
  findSonicPath: async (call) =>
    textOf(call.params, 'startSongId') === null ? missing('startSongId') : { sonicMatch: [] },
};

function userOut({ ctx, who }: Call) {
  const isAdmin = ctx.permits(who, 'media.import');
  return {
    username: who.username,
    scrobblingEnabled: true,
    adminRole: isAdmin,
    settingsRole: true,
    downloadRole: true,
    uploadRole: false,
    playlistRole: true,
    coverArtRole: false,
    commentRole: true,
    podcastRole: false,
    streamRole: true,
    jukeboxRole: false,
    shareRole: true,
    videoConversionRole: false,
    folder: [1],
  };
}

async function scanStatus({ ctx }: Call) {
  const { songs } = await ctx.db.one(songCount, {});
  return { scanning: false, count: Number(songs) };
}
