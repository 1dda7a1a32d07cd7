// Plain JavaScript for any Node >= 20: installs what is missing, finds Node 24, starts. Nothing here may need an
// installed package. `--run FILE ARGS` runs that file instead of the server.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { findNode, root } from './bin/find-node.mjs';

const stampFile = path.join(root, 'node_modules', '.ngoma-install');
const lockFile = path.join(root, '.ngoma-install.lock');
const lockWaitMsMax = 20 * 60_000;
const parentPollMs = 300;

await install();
run(process.argv.slice(2));

async function install() {
  const wanted = lockHash();
  if (isInstalled(wanted)) return;
  const release = await takeLock();
  try {
    if (isInstalled(wanted)) return; // the start we waited for did it
    console.log('Installing what Ngoma needs (only this once; a minute or two) ...');
    npmCi();
    writeFileSync(stampFile, wanted);
  } catch (error) {
    fail(explainInstall(error));
  } finally {
    release();
  }
}

function lockHash() {
  try {
    return createHash('sha256')
      .update(readFileSync(path.join(root, 'package-lock.json')))
      .digest('hex');
  } catch (error) {
    return fail(`package-lock.json cannot be read (${error.code}): get the whole of Ngoma again.`);
  }
}

function isInstalled(wanted) {
  return existsSync(stampFile) && readFileSync(stampFile, 'utf8') === wanted;
}

function npmCi() {
  const args = [
    'ci',
    '--include=dev',
    '--include=optional',
    '--ignore-scripts',
    '--no-audit',
    '--loglevel=error', // warnings about Node's version mean the one that installs, not the one that runs
    '--no-fund',
    '--no-update-notifier',
  ];
  const borrowed = cacheToBorrow();
  if (borrowed) args.push('--cache', borrowed);
  // npm tells the scripts it runs where it lives; that one is used even when PATH has another or none.
  const own = process.env.npm_execpath;
  const [file, first] = own && /npm-cli\.c?js$/.test(own) ? [process.execPath, [own]] : ['npm', []];
  const env = { ...process.env, SKIP_FFMPEG: 'true' };
  const done = spawnSync(file, [...first, ...args], {
    cwd: root,
    env,
    stdio: 'inherit',
    shell: file === 'npm' && process.platform === 'win32',
  });
  if (borrowed) rmSync(borrowed, { recursive: true, force: true });
  if (done.error?.code === 'ENOENT')
    fail('npm was not found: install Node.js 20 or newer with npm from https://nodejs.org.');
  if (done.status !== 0) {
    fail(
      `npm could not install (exit ${done.status ?? done.signal}); its message is above. Check the network and the disk, then run npm start again.`,
    );
  }
}

/** A folder to use instead when this user's npm cache cannot be written (no home, or one left by root). */
function cacheToBorrow() {
  const cache = process.env.npm_config_cache || path.join(os.homedir(), '.npm');
  let nearest = cache;
  while (!existsSync(nearest) && path.dirname(nearest) !== nearest) nearest = path.dirname(nearest);
  if (
    isWritable(nearest) &&
    [cache, path.join(cache, '_cacache'), path.join(cache, '_cacache', 'tmp')].every(
      (folder) => !existsSync(folder) || isWritable(folder),
    )
  ) {
    return null;
  }
  console.log(`The npm cache ${cache} cannot be written by this user; a temporary one is used.`);
  return mkdtempSync(path.join(os.tmpdir(), 'ngoma-npm-'));
}

function isWritable(folder) {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** One install at a time: npm ci empties node_modules under the feet of a second one. */
async function takeLock() {
  const deadline = Date.now() + lockWaitMsMax;
  let told = false;
  for (;;) {
    try {
      const file = openSync(lockFile, 'wx');
      writeSync(file, String(process.pid));
      closeSync(file);
      return () => rmSync(lockFile, { force: true });
    } catch (error) {
      if (error.code !== 'EEXIST') return fail(explainInstall(error));
    }
    const holder = readOr(lockFile, '');
    if (holder !== '' && !isAlive(Number(holder))) discardLock(holder);
    else if (Date.now() > deadline)
      return fail(`Another install has run for too long: if none does, delete ${lockFile}.`);
    else {
      if (!told) console.log('Another start is installing; waiting for it ...');
      told = true;
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
  }
}

/** Takes a dead holder's lock away; two that try at once rename, and only one finds what it expected. */
function discardLock(holder) {
  const mine = `${lockFile}.${process.pid}`;
  try {
    renameSync(lockFile, mine);
    if (readOr(mine, '') === holder) rmSync(mine, { force: true });
    else renameSync(mine, lockFile);
  } catch {
    // another start was quicker
  }
}

function readOr(file, otherwise) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return otherwise;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function explainInstall(error) {
  if (error.code === 'ENOSPC') return `The disk is full: Ngoma needs about 1 GB in ${root}.`;
  if (error.code === 'EACCES' || error.code === 'EPERM' || error.code === 'EROFS') {
    return `This user may not write ${root}: change its owner, or copy Ngoma to a folder of your own.`;
  }
  throw error;
}

function run(args) {
  const node = findNode();
  if (node === null) {
    fail(
      `Ngoma needs Node.js 24 and none comes with npm for ${process.platform} on ${process.arch}: install Node.js 24 or newer from https://nodejs.org.`,
    );
  }
  const isTool = args[0] === '--run';
  const [file, rest] = isTool ? [args[1], args.slice(2)] : ['src/main/start.ts', args];
  const cache = path.join(root, 'node_modules', '.cache', 'node-compile');
  mkdirSafely(cache);
  const child = spawn(node, [path.resolve(root, file), ...rest], {
    // The server watches the channel: when this process is killed outright it stops in order instead of staying behind.
    stdio: isTool ? 'inherit' : ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { NODE_COMPILE_CACHE: cache, ...process.env, ...(isTool ? { SKIP_FFMPEG: 'true' } : {}) },
  });
  // A terminal sends Ctrl-C to the whole group, a supervisor may signal this process alone, npm forwards to it;
  // the server counts a signal repeated within a second as one, so passing every one on is safe.
  for (const signal of isTool ? ['SIGTERM'] : ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.on(signal, () => child.kill(signal));
  if (isTool) for (const signal of ['SIGINT', 'SIGHUP']) process.on(signal, () => {});
  stopWithNpm(() => child.kill('SIGTERM'));
  child.on('error', (error) => fail(`Node.js 24 (${node}) did not start: ${error.message}.`));
  child.on('exit', (code, signal) =>
    process.exit(code ?? 128 + (os.constants.signals[signal] ?? 0)),
  );
}

/** npm passes no signal on through the shell it starts scripts with; when either is gone, nobody is left to stop us. */
function stopWithNpm(stop) {
  if (!process.env.npm_lifecycle_event) return;
  const shell = process.ppid;
  const npm = parentOf(shell);
  const timer = setInterval(() => {
    if (process.ppid === shell && parentOf(shell) === npm) return;
    clearInterval(timer);
    stop();
  }, parentPollMs);
  timer.unref();
}

/** The parent of another process, where the system shows it; elsewhere always the same answer. */
function parentOf(pid) {
  return /^PPid:\t(\d+)/m.exec(readOr(`/proc/${pid}/status`, ''))?.[1];
}

function mkdirSafely(folder) {
  try {
    mkdirSync(folder, { recursive: true });
  } catch {
    // a read-only checkout only starts a little slower
  }
}

function fail(sentence) {
  rmSync(`${lockFile}.${process.pid}`, { force: true });
  console.error(sentence);
  if (readOr(lockFile, '') === String(process.pid)) rmSync(lockFile, { force: true });
  process.exit(1);
}
