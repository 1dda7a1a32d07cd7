import type { Role, UserCaller } from '#foundation/platform/http.ts';
import { roles } from './contract.ts';

// Who may do what, in one table. Owning a thing (a device, a statement, a release) is judged by the room that
// keeps it; the table only says which roles may knock. docs/permissions.md is generated from it.

const everyone: readonly Role[] = roles;

const table = {
  'users.read': { roles: ['moderator', 'admin'], meaning: 'list users and open one' },
  'users.write': { roles: ['admin'], meaning: 'set roles, disable and enable users' },
  'audit.read': { roles: ['admin'], meaning: 'read the audit log' },
  'settings.read': { roles: ['admin'], meaning: 'see configuration, health and metrics' },
  'jobs.read': {
    roles: ['society', 'moderator', 'admin'],
    meaning: 'see long work and how it ended',
  },
  'jobs.write': { roles: ['admin'], meaning: 'cancel and retry long work' },
  'catalog.edit': {
    roles: ['moderator', 'admin'],
    meaning: "correct anybody's artists, releases, recordings and splits",
  },
  'splits.read': {
    roles: ['society', 'moderator', 'admin'],
    meaning: 'read who owns how much of any recording',
  },
  'media.import': { roles: ['admin'], meaning: 'import a folder of the server' },
  'plays.read': { roles: everyone, meaning: 'read counted plays by day, source and territory' },
  'devices.enrol': { roles: everyone, meaning: 'enrol a device and report what it hears' },
  'runs.create': { roles: ['society', 'admin'], meaning: 'start a distribution run' },
  'runs.read': {
    roles: ['society', 'admin'],
    meaning: 'read distribution runs with all their lines and statements',
  },
  'statements.own': { roles: everyone, meaning: 'read the statements of parties one owns' },
  'analytics.read': {
    roles: ['artist', 'label', 'society', 'analyst', 'moderator', 'admin'],
    meaning: 'read figures of artists on outside platforms',
  },
  'economy.edit': {
    roles: ['analyst', 'admin'],
    meaning: 'change assumptions of the economic model',
  },
  'harvest.read': {
    roles: ['analyst', 'moderator', 'admin'],
    meaning: 'see sources, runs and the bodies they collected',
  },
  'harvest.run': {
    roles: ['analyst', 'admin'],
    meaning: 'switch sources on and off and collect from them now',
  },
  'ledger.read': { roles: ['society', 'admin'], meaning: 'read accounts, journals and entries' },
} as const satisfies Readonly<
  Record<string, { readonly roles: readonly Role[]; readonly meaning: string }>
>;

export type Permission = keyof typeof table;
export const permissions = Object.keys(table) as readonly Permission[];

export const can: Readonly<Record<Permission, readonly Role[]>> = Object.fromEntries(
  permissions.map((permission) => [permission, table[permission].roles]),
) as Record<Permission, readonly Role[]>;

/** Throws on a permission that is not in the table: a misspelt one must not become a door that never opens, or always. */
export function permits(caller: Pick<UserCaller, 'roles'>, permission: string): boolean {
  if (!Object.hasOwn(can, permission))
    throw new Error(`the permission ${permission} is not in the table`);
  return can[permission as Permission].some((role) => caller.roles.includes(role));
}

export function permissionsOf(held: readonly Role[]): readonly Permission[] {
  return permissions.filter((permission) => permits({ roles: held }, permission));
}

/** docs/permissions.md */
export function permissionsMarkdown(): string {
  const head = ['permission', ...roles, 'meaning'];
  const lines = permissions.map((permission) => [
    `\`${permission}\``,
    ...roles.map((role) => (can[permission].includes(role) ? 'x' : '')),
    table[permission].meaning,
  ]);
  return [
    '# Permissions',
    '',
    'Generated from `src/people/accounts/permissions.ts`; its test says how. Everybody signed in is at least a listener.',
    '',
    ...[head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`),
    '',
  ].join('\n');
}
