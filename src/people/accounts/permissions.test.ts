import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { roles } from './contract.ts';
import { can, permissions, permissionsMarkdown, permissionsOf, permits } from './permissions.ts';

test('docs/permissions.md is the table (write it anew with --test-update-snapshots)', (t) => {
  const file = path.resolve(import.meta.dirname, '../../../docs/permissions.md');
  t.assert.fileSnapshot(permissionsMarkdown(), file, { serializers: [(text: string) => text] });
});

test('an administrator may do everything, nobody without a role anything', () => {
  assert.deepEqual(permissionsOf(['admin']), permissions);
  assert.deepEqual(permissionsOf([]), []);
});

test('only the society and administrators start distribution runs', () => {
  const allowed = roles.filter((role) => permits({ roles: [role] }, 'runs.create'));
  assert.deepEqual(allowed, ['society', 'admin']);
});

test('what a listener may do, everybody may do', () => {
  for (const permission of permissionsOf(['listener']))
    assert.deepEqual(can[permission], roles, permission);
});

test('a permission that is not in the table is a bug and not an answer', () => {
  for (const name of ['runs.creat', 'toString', '__proto__', ''])
    assert.throws(() => permits({ roles: ['admin'] }, name));
});
