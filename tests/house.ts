// The house as a table: which rooms stand on which floor, and the few doors between rooms of one floor. A room imports
// only floors below its own and what is listed for it here. A new word here is a decision (docs/decisions).

export const floors = [
  { name: 'foundation', rooms: ['kernel', 'dsp', 'decoding', 'platform', 'streams'] },
  { name: 'people', rooms: ['accounts', 'operations', 'notifications'] },
  { name: 'catalogue', rooms: ['catalog', 'media', 'renditions', 'covers'] },
  {
    name: 'counting',
    rooms: ['plays', 'hearing', 'recognition', 'stations', 'findings', 'outside', 'fraud'],
  },
  {
    name: 'listening',
    rooms: ['playback', 'playlists', 'social', 'search', 'recommend', 'moderation'],
  },
  { name: 'money', rooms: ['ledger', 'payments', 'billing', 'royalties', 'ads', 'commerce'] },
  {
    name: 'market',
    rooms: [
      'harvest',
      'identity',
      'charts',
      'audience',
      'economy',
      'analytics',
      'sync',
      'reports',
      'narrator',
      'pulse',
      'assistant',
    ],
  },
  { name: 'doors', rooms: ['subsonic', 'scrobbling', 'icecast', 'mcp', 'ddex', 'ussd'] },
] as const;

/** Doors between rooms of one floor. */
export const uses: Readonly<Record<string, readonly string[]>> = {
  platform: ['kernel'],
  dsp: ['kernel'],
  decoding: ['dsp'],
  streams: ['dsp', 'decoding'],
  operations: ['accounts'],
  media: ['catalog'],
  renditions: ['media'],
  recognition: ['hearing'],
  stations: ['plays', 'hearing', 'recognition'],
  findings: ['recognition'],
  outside: ['recognition'],
  search: ['playlists'],
  recommend: ['playlists'],
  royalties: ['ledger'],
  harvest: ['identity'],
  charts: ['harvest', 'identity'],
  audience: ['harvest', 'identity'],
  pulse: ['harvest', 'charts'],
  analytics: ['audience', 'harvest', 'identity', 'economy'],
  assistant: ['analytics', 'audience', 'identity'],
  sync: ['analytics', 'audience', 'harvest'],
  reports: ['analytics', 'audience'],
};

/** A room is entered by its index.ts. A room whose core runs in threads has a second door, of what needs neither database nor HTTP. */
export const engineDoors: Readonly<Record<string, string>> = { recognition: 'engine.ts' };

/** Rooms that run in a browser too. Web, command line and agent may import them; they import the kernel and each other. */
export const browserRooms: readonly string[] = ['kernel', 'dsp', 'covers', 'hearing'];

/** The schema that a room owns; it may name another's only through views called `public_*`. Null: it has no tables. */
export const schemaOf: Readonly<Record<string, string | null>> = {
  kernel: null,
  dsp: null,
  decoding: null,
  platform: 'platform',
  streams: null,
  accounts: 'accounts',
  operations: null,
  catalog: 'catalog',
  media: 'media',
  renditions: 'renditions',
  covers: null,
  plays: 'plays',
  hearing: null,
  recognition: 'recognition',
  stations: 'stations',
  findings: 'findings',
  outside: 'outside',
  playback: 'playback',
  ledger: 'ledger',
  royalties: 'royalties',
  playlists: 'playlists',
  recommend: 'recommend',
  search: null,
  harvest: 'harvest',
  identity: null,
  charts: 'charts',
  audience: 'audience',
  economy: 'economy',
  pulse: 'pulse',
  analytics: null,
  assistant: 'assistant',
  sync: 'sync',
  reports: 'reports',
  subsonic: null,
  scrobbling: 'scrobbling',
  icecast: null,
  mcp: null,
};

/** Applied before a migration of several schemas had to say why in a line of its own. */
export const mixedMigrations: Readonly<Record<string, string>> = {
  'migrations/0011_recognition.sql': 'media publishes which sound is fingerprinted',
  'migrations/0014_findings.sql': 'media publishes what an import brought, for its report',
  'migrations/0016_claims.sql': 'accounts publishes names, for who claims a sound',
  'migrations/0017_replaced_sounds.sql':
    'a sound is named in media and in what was compared with it',
  'migrations/0029_rooms_of_sound.sql': 'one room became four, and its tables moved with them',
};

/** Let the database fold letters by its locale; later migrations keep folded keys instead. */
export const foldingMigrations: Readonly<Record<string, string>> = {
  'migrations/0002_accounts.sql': 'a check of the e-mail address, dropped since',
  'migrations/0003_catalog.sql': 'an index of names of parties, made anew since',
  'migrations/0010_scrobbling.sql': 'an index of names of listeners, made anew since',
};

/** Schemas that a library makes, and the room that alone talks to it. */
export const librarySchemas: Readonly<Record<string, string>> = { graphile_worker: 'platform' };

/** What a client may start besides the contracts that it sees. */
export const handsOverTo: Readonly<Record<string, readonly string[]>> = {
  cli: ['src/main/commands/', 'src/agent/run-agent.ts'],
};

/** Files that reach what only the running program knows, and what that is. */
export const computes: Readonly<Record<string, string>> = {
  'src/foundation/platform/launcher/binaries.ts': 'the package with PostgreSQL for this machine',
  'web/vite.config.ts': 'folders of the web app',
};

/**
 * A room above one of these is two rooms. Lines are those of its files without tests; a use case is an endpoint of its
 * contracts or a task of its jobs (`endpoint(...)`, `{ name, attemptsMax }`): what somebody outside can have it do.
 */
export const roomMax = { lines: 6_000, useCases: 15 } as const;

/** Rooms that are larger all the same: how large they may be, and why they are one. */
export const largeRooms: Readonly<
  Record<string, { readonly lines?: number; readonly useCases?: number; readonly why: string }>
> = {
  accounts: {
    useCases: 22,
    why: 'who somebody is and how they prove it is one boundary of trust; in two rooms it would be checked in two places',
  },
  catalog: {
    useCases: 16,
    why: 'a merge moves recordings, splits and parties in one transaction; rights leave first when it grows',
  },
};

/** Outside the floors: they see the rooms only by their contracts. */
export const clients = ['client', 'cli', 'agent'] as const;
