import type { Room } from '#foundation/platform/room.ts';
import type { RoomPermissions } from '#people/accounts/index.ts';
import type { CatalogContext } from './context.ts';
import { serveCatalog } from './http.ts';

const permissions: RoomPermissions = {
  'catalog.edit': {
    roles: ['moderator', 'admin'],
    meaning: "correct anybody's artists, releases, recordings and splits",
  },
  'splits.read': {
    roles: ['society', 'moderator', 'admin'],
    meaning: 'read who owns how much of any recording',
  },
};

export function openCatalog(needs: CatalogContext): Room & { readonly catalog: CatalogContext } {
  return { name: 'catalog', catalog: needs, serve: (kit) => serveCatalog(kit, needs), permissions };
}
