// The house as a table: which rooms stand on which floor, and the few doors between rooms of one floor. A room imports
// only floors below its own and what is listed for it here. A new word here is a decision (docs/decisions).

export const floors = [
  { name: 'foundation', rooms: ['kernel', 'dsp', 'decoding', 'platform', 'streams'] },
  { name: 'people', rooms: ['accounts', 'notifications'] },
  { name: 'catalogue', rooms: ['catalog', 'media'] },
  { name: 'counting', rooms: ['plays', 'recognition', 'stations', 'findings', 'outside', 'fraud'] },
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
      'narrator',
      'pulse',
      'assistant',
    ],
  },
  { name: 'doors', rooms: ['subsonic', 'scrobbling', 'icecast', 'ddex', 'ussd'] },
] as const;

/** Doors between rooms of one floor. */
export const uses: Readonly<Record<string, readonly string[]>> = {
  platform: ['kernel'],
  dsp: ['kernel'],
  decoding: ['dsp'],
  streams: ['dsp', 'decoding'],
  media: ['catalog'],
  stations: ['plays', 'recognition'],
  findings: ['recognition'],
  outside: ['recognition'],
  royalties: ['ledger'],
  harvest: ['identity'],
  charts: ['harvest', 'identity'],
  audience: ['harvest', 'identity'],
  analytics: ['audience', 'harvest', 'identity'],
};

/** A room is entered by its index.ts. A room whose core runs in threads has a second door, of what needs neither database nor HTTP. */
export const engineDoors: Readonly<Record<string, string>> = { recognition: 'engine.ts' };

/** Who may name another room's schema in SQL only through views called `public_*`. */
export const schemaOf: Readonly<Record<string, string>> = {
  accounts: 'accounts',
  catalog: 'catalog',
  media: 'media',
  plays: 'plays',
  recognition: 'recognition',
  stations: 'stations',
  findings: 'findings',
  outside: 'outside',
  playback: 'playback',
  ledger: 'ledger',
  royalties: 'royalties',
  playlists: 'playlists',
  harvest: 'harvest',
  charts: 'charts',
  audience: 'audience',
  economy: 'economy',
  scrobbling: 'scrobbling',
};

/** Outside the floors: they see the rooms only by their contracts. */
export const clients = ['client', 'cli', 'agent'] as const;
