import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  chown,
  lstat,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  writeFile,
} from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { CannotStart } from '../cannot-start.ts';
import { type Binaries, copyBinaries, makeLinks, programOf } from './binaries.ts';
import { asProgram, isRoot, namespaceWorks, type RunAs, serviceUser } from './run-as.ts';

export type Say = (line: string) => void;

/** A data folder, who runs it, and how to get in. `port` may move when somebody else took it. */
export type Cluster = {
  readonly dataDir: string;
  readonly runAs: RunAs;
  readonly binaries: Binaries;
  readonly logFile: string;
  readonly password: string;
  readonly port: number;
};

type Stored = { readonly port: number; readonly password: string; readonly folder: string };

/** Where PostgreSQL's data live: in the home, or for root without namespaces where another user may reach them. */
type Place = { readonly folder: string; readonly runAs: RunAs; readonly binaries: Binaries };

const majorVersion = '18';
const halfPrefix = 'db.half-';

export async function openCluster(options: {
  readonly home: string;
  readonly say: Say;
  readonly found: Binaries;
  readonly port?: number | undefined;
  readonly durable: boolean;
}): Promise<Cluster> {
  const { home, say } = options;
  const stored = await readStored(home);
  const place = await choosePlace(home, options.found, stored, say);
  const dataDir = path.join(place.folder, 'db');
  const state = await inspect(dataDir);
  if (state.kind === 'made' && stored === null) await handleUnknown(home, place, dataDir, say);
  if (stored !== null && state.kind === 'absent' && place.folder !== home) {
    throw new CannotStart(
      `The database of ${home} was kept in ${dataDir}, which is gone: restore it, or move ${home} away to begin anew.`,
    );
  }
  const settled: Stored = {
    port: options.port ?? stored?.port ?? (await freePort()),
    password: stored?.password ?? randomBytes(24).toString('base64url'),
    folder: place.folder === home ? '.' : place.folder,
  };
  await writeStored(home, settled);
  const logFile = path.join(home, 'db.log');
  const cluster = { dataDir, runAs: place.runAs, binaries: place.binaries, logFile, ...settled };
  if (state.kind === 'absent' || stored === null) await initialise(cluster, place.folder, options);
  return cluster;
}

/** The stored port is free, or a new one is chosen and stored. */
export async function withFreePort(home: string, cluster: Cluster): Promise<Cluster> {
  if (await isFree(cluster.port)) return cluster;
  const stored = await readStored(home);
  const port = await freePort();
  if (stored !== null) await writeStored(home, { ...stored, port });
  return { ...cluster, port };
}

async function choosePlace(
  home: string,
  found: Binaries,
  stored: Stored | null,
  say: Say,
): Promise<Place> {
  const runAs: RunAs = isRoot() ? { kind: 'namespace' } : { kind: 'self' };
  const outside = stored !== null && stored.folder !== '.';
  if (outside && runAs.kind === 'self') {
    throw new CannotStart(
      `The database of ${home} was made by root and lives in ${stored.folder}: start Ngoma as root.`,
    );
  }
  if (!outside) {
    const binaries = (await makeLinks(found)) ? found : await copyBinaries(found, home);
    const reachable =
      runAs.kind === 'self' || namespaceWorks(programOf(binaries, 'postgres'), home);
    if (reachable) return { folder: home, runAs, binaries };
    if (stored !== null) {
      throw new CannotStart(
        `The database in ${home} was made in a user namespace, which this machine refuses now: start Ngoma as an ordinary user who owns that folder.`,
      );
    }
  }
  const user = serviceUser();
  const folder = stored !== null && outside ? stored.folder : folderFor(home);
  await makeOwnFolder(folder);
  if (!outside)
    say(
      `Running as root without user namespaces: PostgreSQL runs as ${user.name} with its data in ${folder}.`,
    );
  return { folder, runAs: user, binaries: await copyBinaries(found, folder) };
}

function folderFor(home: string): string {
  return `/var/tmp/ngoma-${createHash('sha256').update(home).digest('hex').slice(0, 12)}`;
}

/** Anybody may write /var/tmp, so a folder that somebody else put there first is not trusted. */
async function makeOwnFolder(folder: string): Promise<void> {
  await mkdir(folder, { mode: 0o755 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  const info = await lstat(folder);
  if (!info.isDirectory() || info.uid !== process.getuid?.()) {
    throw new CannotStart(
      `${folder} belongs to somebody else: remove it or choose another NGOMA_HOME.`,
    );
  }
}

type State = { readonly kind: 'absent' | 'made' };

async function inspect(dataDir: string): Promise<State> {
  const names = await readdir(dataDir).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (names === null || names.length === 0) return { kind: 'absent' };
  const version = await readFile(path.join(dataDir, 'PG_VERSION'), 'utf8').catch(() => null);
  if (version === null) {
    throw new CannotStart(
      `${dataDir} is not empty and holds no whole database: move it away or restore it from a backup.`,
    );
  }
  if (version.trim() !== majorVersion) {
    throw new CannotStart(
      `${dataDir} was made by PostgreSQL ${version.trim()} and this is ${majorVersion}: export it with the version of Ngoma that made it.`,
    );
  }
  return { kind: 'made' };
}

async function handleUnknown(home: string, place: Place, dataDir: string, say: Say): Promise<void> {
  if (place.folder === home) {
    throw new CannotStart(
      `${dataDir} holds a database but its password, ${path.join(home, 'db.json')}, is missing: restore that file.`,
    );
  }
  // The home was deleted to begin anew; what it left in /var/tmp is kept, because deleting data is not ours to do.
  const kept = `${dataDir}.${new Date().toISOString().replaceAll(':', '')}`;
  await rename(dataDir, kept);
  say(`An earlier database of a deleted ${home} was found; it is kept in ${kept}.`);
}

async function initialise(
  cluster: Cluster,
  folder: string,
  options: { readonly say: Say; readonly durable: boolean },
): Promise<void> {
  // An initdb whose server was killed goes on writing for a second, so every attempt has a folder of its own.
  const half = path.join(folder, `${halfPrefix}${randomBytes(4).toString('hex')}`);
  const passwordFile = `${half}.password`;
  const { runAs } = cluster;
  await rm(cluster.dataDir, { recursive: true, force: true }); // empty, or inspect() would have refused
  await mkdir(half, { mode: 0o700 });
  await writeFile(passwordFile, cluster.password, { mode: 0o600 });
  if (runAs.kind === 'user') {
    await chown(half, runAs.uid, runAs.gid);
    await chown(passwordFile, runAs.uid, runAs.gid);
  }
  options.say('Making the database.');
  try {
    await runInitdb(cluster, [
      '-D',
      half,
      '-U',
      'ngoma',
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale-provider=icu',
      '--icu-locale=en',
      '--locale=C',
      '--no-instructions',
      ...(options.durable ? [] : ['--no-sync']),
    ]);
  } finally {
    await rm(passwordFile, { force: true });
  }
  await rename(half, cluster.dataDir);
  await removeHalves(folder);
}

async function removeHalves(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!name.startsWith(halfPrefix)) continue;
    await rm(path.join(folder, name), { recursive: true, force: true }).catch(() => {}); // next time then
  }
}

async function runInitdb(cluster: Cluster, args: readonly string[]): Promise<void> {
  const {
    file,
    args: argv,
    options,
  } = asProgram(cluster.runAs, programOf(cluster.binaries, 'initdb'), args);
  const child = spawn(file, argv, {
    ...options,
    env: plainEnv(),
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: '/',
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => (output += chunk));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  }).catch((error: Error) => {
    throw new CannotStart(
      `The built-in PostgreSQL does not run here (${error.message}): set DATABASE_URL to a PostgreSQL 15 or newer.`,
    );
  });
  if (code === 0) return;
  throw new CannotStart(
    output.includes('No space left on device')
      ? `The disk is full: no space left for ${cluster.dataDir}.`
      : `PostgreSQL could not make its data folder ${cluster.dataDir}: ${lastLine(output)}`,
  );
}

/** Nothing of the shell's locale or PG* variables leaks into the server. */
export function plainEnv(): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' };
}

export function lastLine(output: string): string {
  const lines = output.trim().split('\n');
  return (lines.findLast((line) => /error|fatal|panic/i.test(line)) ?? lines.at(-1) ?? '').trim();
}

async function readStored(home: string): Promise<Stored | null> {
  const file = path.join(home, 'db.json');
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (text === null) return null;
  try {
    return JSON.parse(text) as Stored;
  } catch (error) {
    throw new CannotStart(
      `${file} is damaged: restore it, it holds the password of the database.`,
      { cause: error },
    );
  }
}

async function writeStored(home: string, stored: Stored): Promise<void> {
  const file = path.join(home, 'db.json');
  const half = `${file}.tmp`;
  await rm(half, { force: true });
  const handle = await open(half, 'wx', 0o600);
  try {
    await handle.writeFile(JSON.stringify(stored));
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(half, file);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) =>
    server.once('error', reject).listen(0, '127.0.0.1', resolve),
  );
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
