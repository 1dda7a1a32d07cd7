import type { Db } from '#foundation/platform/postgres.ts';
import type { Room } from '#foundation/platform/room.ts';
import type { RoomPermissions } from '#people/accounts/index.ts';
import { serveLedger } from './http.ts';

const permissions: RoomPermissions = {
  'ledger.read': { roles: ['society', 'admin'], meaning: 'read accounts, journals and entries' },
};

export function openLedger(needs: { readonly db: Db }): Room {
  return { name: 'ledger', serve: (kit) => serveLedger(kit, needs), permissions };
}
