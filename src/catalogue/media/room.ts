import { oftenAsked } from '#foundation/platform/rate-limits.ts';
import type { Room } from '#foundation/platform/room.ts';
import type { RoomPermissions } from '#people/accounts/index.ts';
import type { MediaContext } from './context.ts';
import { getImport } from './contract.ts';
import { serveMedia } from './http.ts';
import { mediaSubscribers, mediaTasks } from './jobs.ts';

const permissions: RoomPermissions = {
  'media.import': { roles: ['admin'], meaning: 'import a folder of the server' },
};

export function openMedia(needs: MediaContext): Room & { readonly media: MediaContext } {
  return {
    name: 'media',
    media: needs,
    serve: (kit) => serveMedia(kit, needs),
    tasks: mediaTasks(needs),
    subscribers: mediaSubscribers(needs),
    permissions,
    rates: { [getImport.path]: oftenAsked }, // by the page of an import that goes on
  };
}
