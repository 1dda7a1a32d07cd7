import type { UserCaller } from '#foundation/platform/http.ts';
import type { Permission, Permissions } from '#foundation/platform/room.ts';
import { roles, type Role } from './contract.ts';

// Who may do what. Each room declares its own rows; owning a thing (a device, a statement, a release) is judged by the
// room that keeps it, and a row only says which roles may knock. docs/permissions.md shows the joined table.

/** The rows a room declares: every name with the roles that have it. */
export type RoomPermissions = Readonly<
  Record<string, Permission & { readonly roles: readonly Role[] }>
>;

/** For what everybody signed in may do. */
export const everyone: readonly Role[] = roles;

export type Matrix = {
  /** Throws on a permission that no room declares: a misspelt one must not be a door that never opens, or always. */
  permits(caller: Pick<UserCaller, 'roles'>, permission: string): boolean;
  /** All that somebody with these roles may do. */
  permissionsOf(held: readonly string[]): readonly string[];
};

/** Judges by the joined table of all rooms, which may still be filling. */
export function openMatrix(table: Permissions): Matrix {
  function permits({ roles: held }: Pick<UserCaller, 'roles'>, permission: string): boolean {
    const row = table.get(permission);
    if (row === undefined) throw new Error(`no room declares the permission ${permission}`);
    return row.roles.some((role) => held.includes(role));
  }
  return {
    permits,
    permissionsOf: (held) => [...table.keys()].filter((name) => permits({ roles: held }, name)),
  };
}
