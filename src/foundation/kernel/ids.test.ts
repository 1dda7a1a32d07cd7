import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isUuid, newId } from './ids.ts';

test('ids of one process are distinct, in order, and of version 7', () => {
  const ids = Array.from({ length: 20_000 }, () => newId<'recording'>());
  assert.equal(new Set(ids).size, ids.length);
  assert.deepEqual([...ids].sort(), ids);
  assert.ok(ids.every((id) => isUuid(id) && id[14] === '7' && '89ab'.includes(id[19]!)));
});

test('only a lower-case hyphenated uuid is one', () => {
  for (const text of ['', 'x', newId().toUpperCase(), newId().replaceAll('-', ''), `${newId()}0`])
    assert.equal(isUuid(text), false, text);
});
