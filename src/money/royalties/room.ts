import { oftenAsked } from '#foundation/platform/rate-limits.ts';
import type { Room } from '#foundation/platform/room.ts';
import { everyone, type RoomPermissions } from '#people/accounts/index.ts';
import { doRunAgain } from './check-run.ts';
import type { RoyaltiesContext } from './context.ts';
import { getRun } from './contract.ts';
import { distributePool } from './distribute-pool.ts';
import { serveRoyalties } from './http.ts';

const permissions: RoomPermissions = {
  'runs.create': { roles: ['society', 'admin'], meaning: 'start a distribution run' },
  'runs.read': {
    roles: ['society', 'admin'],
    meaning: 'read distribution runs with all their lines and statements',
  },
  'statements.own': { roles: everyone, meaning: 'read the statements of parties one owns' },
};

export function openRoyalties(
  needs: RoyaltiesContext,
): Room & { readonly royalties: RoyaltiesContext } {
  return {
    name: 'royalties',
    royalties: needs,
    serve: (kit) => serveRoyalties(kit, needs),
    tasks: [distributePool(needs), doRunAgain(needs)],
    permissions,
    rates: { [getRun.path]: oftenAsked }, // by the page of a run that goes on
  };
}
