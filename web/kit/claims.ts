import { part } from './part.ts';

// Who made an unknown sound: rooms show these screens under their own addresses.

const words = import.meta.glob('./claims/words/*.json');

export const Claims = part(() => import('./claims/claims.tsx').then((m) => m.Claims), words);
export const UnknownSounds = part(
  () => import('./claims/unknown-sounds.tsx').then((m) => m.UnknownSounds),
  words,
);
