import type { ComponentType } from 'react';
import { part } from '../kit/part.ts';
import { openWords, type WordFiles } from '../kit/words.ts';
import type { IconName } from '../ui/icon.tsx';

export type Room = ReturnType<typeof room>;

/** The texts of every room lie in its folder. `room.<id>` and `room.<id>For` of them are its name and who it is for. */
const words = import.meta.glob('../rooms/*/words/*.json');
const wordsOf = (folder: string): WordFiles =>
  Object.fromEntries(
    Object.entries(words).filter(([path]) => path.startsWith(`../rooms/${folder}/`)),
  );

// Every room is fetched, with its texts, when it is first opened. In the order of the rail; a new room is one entry.
export const rooms: readonly Room[] = [
  room('listen', 'listen', [], () => import('../rooms/listen/listen.tsx').then((m) => m.Listen)),
  room('track', 'track', ['venue', 'dj', 'station', 'society', 'admin'], () =>
    import('../rooms/track/track.tsx').then((m) => m.Track),
  ),
  room('studio', 'studio', ['artist', 'label', 'admin'], () =>
    import('../rooms/studio/studio.tsx').then((m) => m.Studio),
  ),
  room('money', 'money', ['society', 'artist', 'label', 'admin'], () =>
    import('../rooms/money/money.tsx').then((m) => m.Money),
  ),
  room('pulse', 'file', [], () => import('../rooms/pulse/pulse.tsx').then((m) => m.Pulse)),
  room('market', 'analytics', [], () => import('../rooms/market/market.tsx').then((m) => m.Market)),
  room('analytics', 'data', ['artist', 'label', 'society', 'analyst', 'moderator', 'admin'], () =>
    import('../rooms/analytics/analytics.tsx').then((m) => m.Analytics),
  ),
  room('admin', 'gear', ['moderator', 'admin'], () =>
    import('../rooms/admin/admin.tsx').then((m) => m.Admin),
  ),
];

/** `roles`: who may enter; empty is everyone, signed in or not. */
function room(
  id: string,
  icon: IconName,
  roles: readonly string[],
  load: () => Promise<ComponentType>,
) {
  return {
    id,
    path: `/app/${id}`,
    icon,
    roles,
    name: `room.${id}`,
    /** Who it is for, said to somebody else who opens its address. */
    forWhom: `room.${id}For`,
    screens: part(load, wordsOf(id)),
    /** Asks for it ahead of showing it. */
    fetch: () => Promise.all([load(), openWords(wordsOf(id))]),
  } as const;
}

/** What belongs to a person rather than to a room: signing in, settings, programs that scrobble. */
const account = wordsOf('account');
export const Settings = part(
  () => import('../rooms/account/settings.tsx').then((m) => m.Settings),
  account,
);
export const Scrobblers = part(
  () => import('../rooms/account/scrobblers.tsx').then((m) => m.Scrobblers),
  account,
);
export const SignIn = part(
  () => import('../rooms/account/sign-in.tsx').then((m) => m.SignIn),
  account,
);
export const Register = part(
  () => import('../rooms/account/sign-in.tsx').then((m) => m.Register),
  account,
);
export const FirstAdmin = part(
  () => import('../rooms/account/sign-in.tsx').then((m) => m.FirstAdmin),
  account,
);

/** What a link shows to whoever has it, signed in or not. */
export const Shared = part(
  () => import('../rooms/analytics/shared.tsx').then((m) => m.Shared),
  wordsOf('analytics'),
);

/** The room an address is in; Listen is at the front door. */
export function roomAt(pathname: string): Room | undefined {
  return pathname === '/' ? rooms[0] : rooms.find(({ path }) => isBelow(pathname, path));
}

function isBelow(pathname: string, path: string): boolean {
  return pathname === path || pathname.startsWith(`${path}/`);
}

export function mayEnter({ roles: needed }: Room, roles: readonly string[]): boolean {
  return needed.length === 0 || needed.some((role) => roles.includes(role));
}
