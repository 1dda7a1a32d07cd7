import type { Permissions } from '#foundation/platform/room.ts';
import { roles } from '#people/accounts/contract.ts';
import { page, table } from './markdown.ts';

/** docs/permissions.md: what every room declares, as one table. */
export function permissionsPage(permissions: Permissions): string {
  const known: ReadonlySet<string> = new Set(roles);
  for (const [name, row] of permissions)
    for (const role of row.roles)
      if (!known.has(role)) throw new Error(`${name} is given to ${role}, which is no role`);
  return page('Permissions', '`permissions` in the `room.ts` of every room', [
    'Everybody signed in is at least a listener. A row says who may knock; whose a statement, a device or a release is, its room judges.',
    table(
      ['permission', ...roles, 'meaning', 'room'],
      [...permissions].map(([name, row]) => [
        `\`${name}\``,
        ...roles.map((role) => (row.roles.includes(role) ? 'x' : '')),
        row.meaning,
        row.room,
      ]),
    ),
  ]);
}
