import { randomUUID } from 'node:crypto';
import { mkdir, stat, statfs, unlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';
import { CannotStart, explainSystemError } from './cannot-start.ts';
import { holdLock } from './hold-lock.ts';
import { findBinaries } from './launcher/binaries.ts';
import { type Cluster, openCluster, type Say, withFreePort } from './launcher/cluster.ts';
import {
  findRunning,
  isPostgres,
  type Postmaster,
  startPostmaster,
  stopPostmaster,
  urlOf,
} from './launcher/postmaster.ts';

// The embedded PostgreSQL: our own launcher, because the package's class needs install scripts, a user named
// postgres for root, and rejects a second start without a word.

export type RunningDatabase = {
  readonly url: string;
  readonly pid: number;
  /** True when a server left by a kill -9 was taken over instead of started. */
  readonly attached: boolean;
  /** Fast, and when that takes longer than `fastMsMax` immediate; recovery at the next start makes both safe. */
  stop(fastMsMax?: number): Promise<void>;
  isAlive(): boolean;
  /** Calls back once if PostgreSQL disappears without having been asked to stop. */
  onLost(callback: () => void): void;
};

export type LaunchOptions = {
  readonly home: string;
  readonly say: Say;
  readonly port?: number;
  /** False only for tests: data need not survive a crash, so nothing waits for the disk. */
  readonly durable?: boolean;
  readonly connectionsMax?: number;
};

const watchEveryMs = 500;
const lockWaitMsMax = 90_000;
const freeMbMin = 64;
const freeMbMinFirst = 256; // a fresh database and its first write-ahead logs

/** Starts the PostgreSQL of `home`, or attaches to the one that still runs there. */
export async function startDatabase(options: LaunchOptions): Promise<RunningDatabase> {
  const home = path.resolve(options.home);
  const { say, durable = true, connectionsMax = 60 } = options;
  await prepareHome(home);
  const lock = await holdLock(path.join(home, 'db.lock'), lockWaitMsMax);
  if (lock === null)
    throw new CannotStart(`Another start has been busy with ${home} for too long: stop it first.`);
  try {
    const found = await findBinaries();
    const cluster = await openCluster({ home, say, found, port: options.port, durable });
    const running = await findRunning(cluster);
    if (running !== null) {
      say(`Attached to the PostgreSQL that was still running (process ${running.pid}).`);
      return await handOver(cluster, running, true);
    }
    const fresh = await withFreePort(home, cluster);
    return await handOver(
      fresh,
      await startPostmaster(fresh, { say, durable, connectionsMax }),
      false,
    );
  } catch (error) {
    const sentence = explainSystemError(error, home);
    throw sentence === null ? error : new CannotStart(sentence, { cause: error });
  } finally {
    lock.release();
  }
}

/** The folder exists, can be written, and has room; else one sentence says which. */
export async function prepareHome(home: string): Promise<void> {
  const probe = path.join(home, `.probe-${randomUUID()}`);
  try {
    await makeFolder(home);
    await writeFile(probe, 'x');
    await unlink(probe);
    const { bavail, blocks, bsize } = await statfs(home);
    const freeMb = (bavail * bsize) / 1024 / 1024;
    const neededMb = (await exists(path.join(home, 'db.json'))) ? freeMbMin : freeMbMinFirst;
    if (blocks > 0 && freeMb < neededMb) {
      throw new CannotStart(
        `The disk is full: ${home} has ${Math.floor(freeMb)} MB left and at least ${neededMb} MB are needed.`,
      );
    }
  } catch (error) {
    const sentence = explainSystemError(error, home);
    throw sentence === null ? error : new CannotStart(sentence, { cause: error });
  }
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}

/** Node's own recursive mkdir never ends where the system answers ENOENT for a folder that may not be made. */
async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { mode: 0o700 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' && (await stat(folder)).isDirectory()) return;
    if (code !== 'ENOENT' || path.dirname(folder) === folder) throw error;
    await makeFolder(path.dirname(folder));
    await mkdir(folder, { mode: 0o700 });
  }
}

async function handOver(
  cluster: Cluster,
  { pid, port }: Postmaster,
  attached: boolean,
): Promise<RunningDatabase> {
  await ensureDatabase(urlOf(cluster, port, 'postgres'));
  let stopping = false;
  let watch: NodeJS.Timeout | undefined;
  return {
    url: urlOf(cluster, port, 'ngoma'),
    pid,
    attached,
    stop: async (fastMsMax) => {
      stopping = true;
      clearInterval(watch);
      await stopPostmaster(pid, fastMsMax);
    },
    isAlive: () => isPostgres(pid),
    onLost: (callback) => {
      watch = setInterval(() => {
        if (stopping || isPostgres(pid)) return;
        clearInterval(watch);
        callback();
      }, watchEveryMs);
      watch.unref();
    },
  };
}

async function ensureDatabase(adminUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    const { rowCount } = await client.query("select 1 from pg_database where datname = 'ngoma'");
    if (rowCount === 0) await client.query('create database ngoma');
  } finally {
    await client.end();
  }
}

const versionMin = 150_000;
const connectWaitMsMax = 10_000;

/** A database given by DATABASE_URL: reachable and new enough, or one sentence that never shows its password. */
export async function checkDatabase(url: string): Promise<void> {
  if (!URL.canParse(url) || !/^postgres(ql)?:$/.test(new URL(url).protocol)) {
    throw new CannotStart(
      'DATABASE_URL must look like postgres://user:password@host:5432/database.',
    );
  }
  const { hostname, port, pathname } = new URL(url);
  const where = `${hostname || 'localhost'}:${port || 5432}${pathname}`;
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: connectWaitMsMax,
  });
  client.on('error', () => {}); // reported by the statement that meets it
  try {
    await client.connect();
    const { rows } = await client.query<{ number: string; version: string; encoding: string }>(
      `select current_setting('server_version_num') as number, current_setting('server_version') as version,
         current_setting('server_encoding') as encoding`,
    );
    const row = rows[0];
    if (row === undefined || Number(row.number) < versionMin) {
      throw new CannotStart(
        `DATABASE_URL leads to PostgreSQL ${row?.version ?? '?'}; Ngoma needs 15 or newer.`,
      );
    }
    // Any locale will do: nothing is folded or ordered by it that must be the same everywhere. Letters must be letters.
    if (row.encoding !== 'UTF8') {
      throw new CannotStart(
        `DATABASE_URL leads to a database in ${row.encoding}, which cannot hold every name; make one with "create database ngoma encoding 'UTF8' template template0".`,
      );
    }
  } catch (error) {
    if (error instanceof CannotStart) throw error;
    throw new CannotStart(`DATABASE_URL does not work: ${where} answered "${reasonOf(error)}".`, {
      cause: error,
    });
  } finally {
    await client.end().catch(() => {});
  }
}

/** Node tries every address of a name and reports the failures together, with an empty message. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return reasonOf(error.errors[0]);
  return error instanceof Error ? error.message : String(error);
}
