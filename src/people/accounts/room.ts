import type { Instant } from '#foundation/kernel/time.ts';
import type { Config } from '#foundation/platform/config.ts';
import type { Log } from '#foundation/platform/log.ts';
import type { Database } from '#foundation/platform/postgres.ts';
import type { Room } from '#foundation/platform/room.ts';
import { accountsContext, type AccountsContext } from './context.ts';
import { serveAccounts } from './http.ts';
import type { Matrix, RoomPermissions } from './permissions.ts';
import { prepareFirstAdmin } from './prepare-first-admin.ts';
import { loadSigningKey } from './signing-key.ts';

export type AccountsNeeds = {
  readonly db: Database;
  readonly log: Log;
  readonly now: () => Instant;
  readonly config: Pick<Config, 'home' | 'adminEmail' | 'adminPassword'>;
  /** 32 bytes that seal the passwords of players. */
  readonly sealingKey: Buffer;
  readonly permissionsOf: Matrix['permissionsOf'];
};

export const permissions: RoomPermissions = {
  'users.read': { roles: ['moderator', 'admin'], meaning: 'list users and open one' },
  'users.write': { roles: ['admin'], meaning: 'set roles, disable and enable users' },
  'audit.read': { roles: ['admin'], meaning: 'read the audit log' },
};

export async function openAccounts(needs: AccountsNeeds): Promise<
  Room & {
    readonly accounts: AccountsContext;
    /** Path of the page that makes the first administrator; null when there is one. */
    readonly firstAdminPath: string | null;
  }
> {
  const { config } = needs;
  const accounts = await accountsContext({
    ...needs,
    signingKey: await loadSigningKey(config.home),
  });
  return {
    name: 'accounts',
    accounts,
    firstAdminPath: await prepareFirstAdmin(accounts, config),
    serve: (kit) => serveAccounts(kit, accounts),
    permissions,
  };
}
