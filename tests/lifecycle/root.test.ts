import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { isPostgres, stopPostmaster } from '#foundation/platform/launcher/postmaster.ts';
import { postmasterPid, startServer, temporaryHome } from './server-process.ts';

// PostgreSQL refuses to run as root; both ways around it, each on a home that only root may enter.

const skip =
  process.getuid?.() !== 0 || process.platform !== 'linux' ? 'needs root on Linux' : false;
const hasNamespaces = spawnSync('unshare', ['--user', 'true']).status === 0;

test(
  'as root with user namespaces everything stays in the home and belongs to root',
  { skip: skip || (!hasNamespaces && 'user namespaces are refused here') },
  async (t) => {
    const home = temporaryHome(t);
    const server = await startServer({ home });
    await server.ready();
    const status = readFileSync(`/proc/${postmasterPid(home)}/status`, 'utf8');
    assert.match(status, /^Uid:\s+0\s/m, 'seen from outside it is root without its powers');
    assert.match(
      readFileSync(`/proc/${postmasterPid(home)}/uid_map`, 'utf8'),
      /^\s*65534\s+0\s+1\s*$/,
    );
    assert.equal(statSync(path.join(home, 'db')).uid, 0);
    server.child.kill('SIGINT');
    assert.equal(await server.ended(), 0);
  },
);

test(
  'as root without user namespaces PostgreSQL runs as another user under /var/tmp, said in one line',
  { skip },
  async (t) => {
    const home = temporaryHome(t);
    const outside = outsideOf(home);
    t.after(async () => {
      const pid = postmasterPid('', path.join(outside, 'db'));
      if (pid !== null && isPostgres(pid)) await stopPostmaster(pid, 500);
      rmSync(outside, { recursive: true, force: true });
    });
    const env = { PATH: `${refusingUnshare(home)}:${process.env['PATH']}` };
    const first = await startServer({ home, env });
    await first.ready();
    assert.match(
      first.output(),
      /PostgreSQL runs as (postgres|nobody) with its data in \/var\/tmp\/ngoma-/,
    );
    const pid = postmasterPid('', path.join(outside, 'db'))!;
    assert.doesNotMatch(readFileSync(`/proc/${pid}/status`, 'utf8'), /^Uid:\s+0\s/m);
    assert.equal(existsSync(path.join(home, 'db')), false);
    first.child.kill('SIGKILL');
    await first.ended();

    // The same home goes on with the same data, also when namespaces are allowed again.
    const second = await startServer({ home });
    await second.ready();
    assert.match(second.output(), new RegExp(`Attached to the PostgreSQL .*process ${pid}`));
    second.child.kill('SIGINT');
    assert.equal(await second.ended(), 0);
    assert.equal(isPostgres(pid), false);
  },
);

test(
  'data made in a namespace are not silently replaced where namespaces are refused',
  { skip: skip || (!hasNamespaces && 'user namespaces are refused here') },
  async (t) => {
    const home = temporaryHome(t);
    const first = await startServer({ home });
    await first.ready();
    first.child.kill('SIGINT');
    await first.ended();
    const env = { PATH: `${refusingUnshare(home)}:${process.env['PATH']}` };
    const second = await startServer({ home, env });
    assert.equal(await second.ended(), 1);
    assert.match(second.output(), /was made in a user namespace, which this machine refuses now/);
    assert.equal(existsSync(outsideOf(home)), false);
  },
);

test(
  'a folder in /var/tmp that somebody else put there first is not trusted',
  { skip },
  async (t) => {
    const home = temporaryHome(t);
    const outside = outsideOf(home);
    t.after(async () => rmSync(outside, { recursive: true, force: true }));
    spawnSync('install', ['-d', '-o', '65534', outside]);
    const env = { PATH: `${refusingUnshare(home)}:${process.env['PATH']}` };
    const server = await startServer({ home, env });
    assert.equal(await server.ended(), 1);
    assert.match(server.output(), /belongs to somebody else/);
  },
);

function outsideOf(home: string): string {
  return `/var/tmp/ngoma-${createHash('sha256').update(home).digest('hex').slice(0, 12)}`;
}

/** What a container without CLONE_NEWUSER does: the program exists and fails. */
function refusingUnshare(home: string): string {
  const folder = path.join(path.dirname(home), 'bin');
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    path.join(folder, 'unshare'),
    '#!/bin/sh\necho "unshare: Operation not permitted" >&2\nexit 1\n',
    { mode: 0o755 },
  );
  return folder;
}
