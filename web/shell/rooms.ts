import { type ComponentType, type LazyExoticComponent, lazy } from 'react';
import type { Key } from '../i18n/languages.ts';
import type { IconName } from '../ui/icon.tsx';

export type RoomId = 'listen' | 'track' | 'studio' | 'money' | 'admin';

export type Room = {
  readonly id: RoomId;
  readonly path: string;
  readonly icon: IconName;
  readonly name: Key;
  /** Who it is for, said to somebody else who opens its address. */
  readonly forWhom: Key;
  /** Empty: everyone, signed in or not. */
  readonly roles: readonly string[];
  readonly screens: LazyExoticComponent<ComponentType>;
};

/** Every room is fetched when it is first opened. Listen is asked for at once because it is the front door. */
export const importListen = () => import('../rooms/listen/listen.tsx');

export const rooms: readonly Room[] = [
  {
    id: 'listen',
    path: '/app/listen',
    icon: 'listen',
    name: 'room.listen',
    forWhom: 'room.listenFor',
    roles: [],
    screens: lazy(() => importListen().then((m) => ({ default: m.Listen }))),
  },
  {
    id: 'track',
    path: '/app/track',
    icon: 'track',
    name: 'room.track',
    forWhom: 'room.trackFor',
    roles: ['venue', 'dj', 'station', 'society', 'admin'],
    screens: lazy(() => import('../rooms/track/track.tsx').then((m) => ({ default: m.Track }))),
  },
  {
    id: 'studio',
    path: '/app/studio',
    icon: 'studio',
    name: 'room.studio',
    forWhom: 'room.studioFor',
    roles: ['artist', 'label', 'admin'],
    screens: lazy(() => import('../rooms/studio/studio.tsx').then((m) => ({ default: m.Studio }))),
  },
  {
    id: 'money',
    path: '/app/money',
    icon: 'money',
    name: 'room.money',
    forWhom: 'room.moneyFor',
    roles: ['society', 'artist', 'label', 'admin'],
    screens: lazy(() => import('../rooms/money/money.tsx').then((m) => ({ default: m.Money }))),
  },
  {
    id: 'admin',
    path: '/app/admin',
    icon: 'gear',
    name: 'room.admin',
    forWhom: 'room.adminFor',
    roles: ['moderator', 'admin'],
    screens: lazy(() => import('../rooms/admin/admin.tsx').then((m) => ({ default: m.Admin }))),
  },
];

export function mayEnter(room: Room, roles: readonly string[]): boolean {
  return room.roles.length === 0 || room.roles.some((role) => roles.includes(role));
}
