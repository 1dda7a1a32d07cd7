import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { diskBlobs } from '#foundation/platform/blobs.ts';
import { picture } from '../testing.ts';
import { openCoverKeeper } from './cover-keeper.ts';

test('a picture that several readers find at once is kept once, and each is answered when it is there', async (t) => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'ngoma-covers-'));
  t.after(() => rm(folder, { recursive: true }));
  const keep = openCoverKeeper(diskBlobs(folder));
  const cover = { hash: 'ab'.repeat(16), contentType: 'image/jpeg', bytes: picture('one') };
  const keys = await Promise.all(
    Array.from({ length: 20 }, (_, i) => keep(i % 3 === 2 ? { ...cover, bytes: null } : cover)),
  );
  assert.deepEqual(new Set(keys), new Set([`covers/ab/${cover.hash}.jpg`]));
  assert.deepEqual(await readdir(path.join(folder, 'covers/ab')), [`${cover.hash}.jpg`]);
});
