import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

const root = path.resolve(import.meta.dirname, '../../..');

test('every room of the web app has a file of its screens here', () => {
  const rooms = readdirSync(path.join(root, 'web/rooms'));
  assert.ok(rooms.includes('listen') && rooms.length >= 6, rooms.join());
  assert.deepEqual(
    rooms.filter((room) => !existsSync(path.join(import.meta.dirname, `${room}.test.ts`))),
    [],
  );
});
