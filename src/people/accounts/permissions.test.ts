import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gatherRooms } from '#foundation/platform/room.ts';
import { openMatrix } from './permissions.ts';

test('a permission that no room declares is a bug and not an answer', () => {
  const { add, permissions } = gatherRooms();
  const { permits } = openMatrix(permissions);
  add({
    name: 'royalties',
    permissions: { 'runs.create': { roles: ['admin'], meaning: 'start' } },
  });
  assert.equal(permits({ roles: ['admin'] }, 'runs.create'), true);
  for (const name of ['runs.creat', 'toString', '__proto__', ''])
    assert.throws(() => permits({ roles: ['admin'] }, name));
});

test('a table that fills after it was handed over is judged as it stands then', () => {
  const { add, permissions } = gatherRooms();
  const { permissionsOf } = openMatrix(permissions);
  assert.deepEqual(permissionsOf(['admin']), []);
  add({ name: 'weather', permissions: { 'rain.read': { roles: ['admin'], meaning: 'see rain' } } });
  assert.deepEqual(permissionsOf(['admin']), ['rain.read']);
  assert.deepEqual(permissionsOf(['listener']), []);
});
