import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { test } from 'node:test';
import { cannotBecome, nobody } from './become-user.ts';
import {
  isPlainSentence,
  startServer,
  temporaryHome,
  type StartOptions,
} from './server-process.ts';

const isRoot = process.getuid?.() === 0;

test('a second start on the same data names the first, and the first goes on', async (t) => {
  const home = temporaryHome(t);
  const first = await startServer({ home });
  await first.ready();
  const said = await refused({ home });
  assert.match(
    said,
    new RegExp(`already runs .*process ${first.child.pid}, at http://localhost:\\d+`),
  );
  assert.equal(await first.isReady(), true);
  first.child.kill('SIGINT');
  assert.equal(await first.ended(), 0);
});

test('a port in use', async (t) => {
  const blocker = createServer().listen(0, '127.0.0.1');
  t.after(() => void blocker.close());
  await new Promise((resolve) => blocker.once('listening', resolve));
  const { port } = blocker.address() as AddressInfo;
  assert.match(
    await refused({ home: temporaryHome(t), port }),
    new RegExp(`^Port ${port} is in use`),
  );
});

test('a wrong DATABASE_URL, without showing its password', async (t) => {
  const home = temporaryHome(t);
  const closed = await refused({
    home,
    env: { DATABASE_URL: 'postgres://u:hunter2@127.0.0.1:1/x' },
  });
  assert.match(closed, /^DATABASE_URL does not work: 127\.0\.0\.1:1\/x/);
  assert.doesNotMatch(closed, /hunter2/);
  assert.match(
    await refused({ home, env: { DATABASE_URL: 'mysql://x' } }),
    /must look like postgres:/,
  );
});

test('a file where the data folder should be', async (t) => {
  const home = temporaryHome(t);
  writeFileSync(home, 'a file');
  assert.match(await refused({ home }), /a file stands in its way/);
  assert.match(await refused({ home: path.join(home, 'deeper') }), /a file stands in its way/);
});

test('a data folder that this user may not write', { skip: cannotBecome() }, async (t) => {
  // Root may write everywhere, so as root the server itself runs as nobody.
  const home = temporaryHome(t, 0o755);
  mkdirSync(home, { mode: 0o555 });
  const said = await refused({ home, ...(isRoot ? { uid: nobody } : {}) });
  assert.match(said, /may not write/);
});

test('a data folder that is half a database', async (t) => {
  const home = temporaryHome(t);
  mkdirSync(path.join(home, 'db', 'base'), { recursive: true });
  assert.match(await refused({ home }), /holds no whole database/);
});

test('a database whose password file is gone or damaged', async (t) => {
  const home = temporaryHome(t);
  mkdirSync(path.join(home, 'db'), { recursive: true });
  writeFileSync(path.join(home, 'db', 'PG_VERSION'), '18\n');
  assert.match(await refused({ home }), /db\.json, is missing/);
  writeFileSync(path.join(home, 'db.json'), '{"port":');
  assert.match(await refused({ home }), /db\.json is damaged/);
});

test('data of another major version of PostgreSQL', async (t) => {
  const home = temporaryHome(t);
  mkdirSync(path.join(home, 'db'), { recursive: true });
  writeFileSync(path.join(home, 'db', 'PG_VERSION'), '17\n');
  assert.match(await refused({ home }), /was made by PostgreSQL 17 and this is 18/);
});

test('a full disk', async (t) => {
  const home = temporaryHome(t);
  mkdirSync(home);
  const mount = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', home]);
  if (mount.status !== 0) return t.skip('a small disk can be made only by root');
  try {
    assert.match(await refused({ home }), /^The disk is full/);
  } finally {
    spawnSync('umount', [home]);
  }
});

test('an option or a setting that does not exist or fit', async (t) => {
  const home = temporaryHome(t);
  assert.match(await refused({ home, args: ['--prot', '80'] }), /unknown option --prot/);
  assert.match(await refused({ home, env: { PORT: 'eighty' } }), /PORT must be a port/);
  rmSync(home, { recursive: true, force: true });
});

async function refused(options: StartOptions): Promise<string> {
  const server = await startServer(options);
  assert.equal(await server.ended(), 1, server.output());
  const said = server.output().trim();
  assert.ok(isPlainSentence(said), said);
  return said;
}
