import type { Room } from '#foundation/platform/room.ts';
import type { RoomPermissions } from '#people/accounts/index.ts';
import { getKpis, getTrends } from './contract.ts';
import { serveEconomy } from './http.ts';
import type { EconomyContext } from './read-economy.ts';

const permissions: RoomPermissions = {
  'economy.edit': {
    roles: ['analyst', 'admin'],
    meaning: 'change assumptions of the economic model',
  },
};

export function openEconomy(needs: EconomyContext): Room {
  return {
    name: 'economy',
    serve: (kit) => serveEconomy(kit, needs),
    permissions,
    rates: {
      [getKpis.path]: { requests: 60, windowS: 60 },
      [getTrends.path]: { requests: 30, windowS: 60 },
    },
  };
}
