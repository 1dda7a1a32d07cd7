import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cutPage } from './endpoint.ts';

test('a page names the next one only when there is one', () => {
  const page = (rows: readonly number[]) => cutPage(rows, 2, String, (last) => `after ${last}`);
  assert.deepEqual(page([]), { items: [], nextCursor: null });
  assert.deepEqual(page([1, 2]), { items: ['1', '2'], nextCursor: null });
  assert.deepEqual(page([1, 2, 3]), { items: ['1', '2'], nextCursor: 'after 2' });
});
