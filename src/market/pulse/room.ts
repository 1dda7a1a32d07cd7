import type { Log } from '#foundation/platform/log.ts';
import type { Room } from '#foundation/platform/room.ts';
import { pinAddress } from '#foundation/streams/guard-address.ts';
import { servePulse } from './http.ts';
import { startPulse } from './run-feeds.ts';
import type { PulseContext } from './store-news.ts';

export type PulseNeeds = Omit<PulseContext, 'homeNames'> & { readonly log: Log };

/** News that names these matter more to the people here. */
const homeNames = [
  'Nigeria',
  'Rwanda',
  'Congo',
  'Lagos',
  'Kigali',
  'Kinshasa',
  'Africa',
  'Afrobeats',
];

export function openPulse({ log, ...needs }: PulseNeeds): Room {
  const pulse: PulseContext = { ...needs, homeNames };
  return {
    name: 'pulse',
    serve: (kit) => servePulse(kit, pulse, pinAddress),
    background: () =>
      startPulse(pulse, pinAddress, (error) => log.warn({ err: error }, 'reading news failed')),
  };
}
