import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Access } from '#foundation/kernel/endpoint.ts';
import { roles } from '#people/accounts/contract.ts';
import { openMatrix } from '#people/accounts/index.ts';
import { composedHouse } from './composed-house.ts';
import { importFile, sourceFiles } from './docs/source-files.ts';

// What only the whole house can show: who may do what, over all rooms together.

const { permissions, rooms } = await composedHouse({ after });
const { permits, permissionsOf } = openMatrix(permissions);

test('an administrator may do everything, nobody without a role anything', () => {
  assert.ok(permissions.size >= 15, `only ${permissions.size} permissions`);
  assert.deepEqual(permissionsOf(['admin']), [...permissions.keys()]);
  assert.deepEqual(permissionsOf([]), []);
});

test('only the society and administrators start distribution runs', () => {
  const allowed = roles.filter((role) => permits({ roles: [role] }, 'runs.create'));
  assert.deepEqual(allowed, ['society', 'admin']);
});

test('what a listener may do, everybody may do', () => {
  const ofListeners = permissionsOf(['listener']);
  assert.ok(ofListeners.length >= 3);
  for (const permission of ofListeners)
    assert.deepEqual(permissions.get(permission)!.roles, roles, permission);
});

test('every permission that a contract asks for is declared by a room', async () => {
  const asked = new Map<string, string>();
  for (const file of sourceFiles('src/**/contract.ts'))
    for (const value of Object.values(await importFile(file))) {
      const access = (value as { options?: { access?: Access } } | null)?.options?.access;
      if (access?.kind === 'user' && access.permission !== undefined)
        asked.set(access.permission, file);
    }
  assert.ok(asked.size >= 12, `only ${asked.size} permissions are asked for`);
  assert.deepEqual(
    [...asked].filter(([permission]) => !permissions.has(permission)),
    [],
  );
});

test('a room that serves anything is composed under its own name', () => {
  const built = sourceFiles('src/*/*/room.ts')
    .filter((file) => !file.startsWith('src/foundation/'))
    .map((file) => file.split('/')[2]!);
  assert.ok(built.length >= 15, `only ${built.length} rooms`);
  assert.deepEqual(rooms.map(({ name }) => name).sort(), built.sort());
});
