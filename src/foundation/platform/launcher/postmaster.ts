import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { readFile, rename, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { CannotStart } from '../cannot-start.ts';
import { programOf } from './binaries.ts';
import { type Cluster, lastLine, plainEnv, type Say } from './cluster.ts';
import { asProgram } from './run-as.ts';

const pollMs = 20;
const startWaitMsMax = 60_000;
const recoveryWaitMsMax = 600_000;
const orphansWaitMsMax = 15_000;
const strangerWaitMsMax = 5_000;
const fastStopMsMax = 4_000;
const immediateStopMsMax = 3_000;
const logBytesMax = 10 * 1024 * 1024;

export type Postmaster = { readonly pid: number; readonly port: number };

/** The server that already runs on this data folder (left by a kill -9 of ours), or null when none does. */
export async function findRunning(cluster: Cluster): Promise<Postmaster | null> {
  const pidFile = path.join(cluster.dataDir, 'postmaster.pid');
  const deadline = Date.now() + strangerWaitMsMax;
  for (;;) {
    const lines = (await readFile(pidFile, 'utf8').catch(() => '')).split('\n');
    const pid = Number(lines[0]);
    if (!Number.isInteger(pid) || pid <= 0) return null;
    if (!isPostgres(pid)) {
      // The number was given to another process since; PostgreSQL itself would take that for a running server.
      // Its check for processes that still use the shared memory guards the rest.
      await rm(pidFile, { force: true });
      return null;
    }
    const port = Number(lines[3]);
    const answer = port > 0 ? await knock(cluster, port) : 'silent';
    if (answer === 'open') return { pid, port };
    if (answer === 'busy') await sleep(pollMs * 5);
    else if (answer === 'stranger' || Date.now() > deadline) {
      throw new CannotStart(
        `Another PostgreSQL (process ${pid}) uses ${cluster.dataDir} and does not accept our password: stop it first.`,
      );
    } else await sleep(pollMs * 5);
  }
}

/** Starts the server in a process group of its own: the terminal's Ctrl-C must not reach it before us. */
export async function startPostmaster(
  cluster: Cluster,
  options: { readonly say: Say; readonly durable: boolean; readonly connectionsMax: number },
): Promise<Postmaster> {
  await rotateLog(cluster.logFile);
  const orphansDeadline = Date.now() + orphansWaitMsMax;
  for (;;) {
    const started = await tryStart(cluster, options);
    if (started.kind === 'started') return started;
    // After a kill -9 of the postmaster its children need a moment to notice and leave the shared memory.
    const orphans =
      /pre-existing shared memory block|lock file "postmaster\.pid" already exists/.test(
        started.log,
      );
    if (!orphans || Date.now() > orphansDeadline) throw explainFailure(cluster, started.log);
    await sleep(200);
  }
}

type Attempt =
  | (Postmaster & { readonly kind: 'started' })
  | { readonly kind: 'failed'; readonly log: string };

async function tryStart(
  cluster: Cluster,
  options: { readonly say: Say; readonly durable: boolean; readonly connectionsMax: number },
): Promise<Attempt> {
  const logStart = await sizeOf(cluster.logFile);
  const output = openSync(cluster.logFile, 'a', 0o600);
  const program = asProgram(cluster.runAs, programOf(cluster.binaries, 'postgres'), [
    '-D',
    cluster.dataDir,
    '-p',
    String(cluster.port),
    ...settingsOf(options),
  ]);
  const child = spawn(program.file, program.args, {
    ...program.options,
    env: plainEnv(),
    stdio: ['ignore', output, output],
    detached: true,
    cwd: '/',
  });
  closeSync(output);
  child.unref();
  let failed = false;
  child.once('error', () => (failed = true));
  const started = Date.now();
  let told = false;
  for (;;) {
    if (failed || child.exitCode !== null || child.signalCode !== null || child.pid === undefined) {
      return { kind: 'failed', log: await readFrom(cluster.logFile, logStart) };
    }
    const answer = await knock(cluster, cluster.port);
    if (answer === 'open') return { kind: 'started', pid: child.pid, port: cluster.port };
    const waitedMs = Date.now() - started;
    if (
      answer === 'stranger' ||
      waitedMs > (answer === 'busy' ? recoveryWaitMsMax : startWaitMsMax)
    ) {
      await stopPostmaster(child.pid);
      const log = await readFrom(cluster.logFile, logStart);
      return {
        kind: 'failed',
        log: answer === 'stranger' ? 'password authentication failed' : log,
      };
    }
    if (answer === 'busy' && waitedMs > 1_500 && !told) {
      told = true;
      options.say('PostgreSQL is recovering from a crash; nothing acknowledged is lost.');
    }
    await sleep(pollMs);
  }
}

/** Fast stop, then immediate; recovery at the next start makes the second as safe as the first. */
export async function stopPostmaster(pid: number, fastMsMax = fastStopMsMax): Promise<void> {
  for (const [signal, waitMs] of [
    ['SIGINT', fastMsMax],
    ['SIGQUIT', immediateStopMsMax],
    ['SIGKILL', 1_000],
  ] as const) {
    if (!isPostgres(pid)) return;
    try {
      process.kill(pid, signal);
    } catch {
      return; // it left between the look and the signal
    }
    const deadline = Date.now() + waitMs;
    while (Date.now() < deadline) {
      if (!isPostgres(pid)) return;
      await sleep(pollMs);
    }
  }
}

/** Alive, not a zombie nobody reaped, and where the system tells, really a PostgreSQL. */
export function isPostgres(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  if (process.platform !== 'linux') return true;
  try {
    if (/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))) return false;
    // `unshare` becomes postgres by exec, so for a moment the command line names both.
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('postgres');
  } catch {
    return false;
  }
}

type Answer = 'open' | 'busy' | 'silent' | 'stranger';

async function knock(cluster: Cluster, port: number): Promise<Answer> {
  const client = new pg.Client({
    connectionString: urlOf(cluster, port, 'postgres'),
    connectionTimeoutMillis: 3_000,
  });
  client.on('error', () => {}); // a server that dies while we knock answers through the query
  try {
    await client.connect();
    return 'open';
  } catch (error) {
    const code = (error as { code?: string }).code;
    if (code === '57P03') return 'busy';
    return code === '28P01' || code === '28000' ? 'stranger' : 'silent';
  } finally {
    await client.end().catch(() => {});
  }
}

export function urlOf(cluster: Cluster, port: number, database: string): string {
  return `postgres://ngoma:${cluster.password}@127.0.0.1:${port}/${database}`;
}

function settingsOf(options: {
  readonly durable: boolean;
  readonly connectionsMax: number;
}): readonly string[] {
  const settings: Record<string, string> = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '', // their paths may be at most 107 bytes; a home may be deeper
    max_connections: String(options.connectionsMax),
    shared_buffers: `${sharedBuffersMb(memoryBytes())}MB`,
    work_mem: '64MB',
    maintenance_work_mem: '256MB',
    max_wal_size: '4GB',
    checkpoint_timeout: '15min',
    wal_compression: 'on',
    random_page_cost: '1.1',
    jit: 'off',
    synchronous_commit: 'on',
    fsync: 'on',
    timezone: 'UTC',
    log_timezone: 'UTC',
    ...(options.durable
      ? {}
      : {
          fsync: 'off',
          synchronous_commit: 'off',
          full_page_writes: 'off',
          shared_buffers: '128MB',
        }),
  };
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

function memoryBytes(): number {
  const limit = process.constrainedMemory();
  return limit > 0 && limit < os.totalmem() ? limit : os.totalmem();
}

/** A quarter of the memory, at most 1 GB, and at most 512 MB on a machine with under 4 GB. */
export function sharedBuffersMb(memory: number): number {
  const quarterMb = Math.floor(memory / 4 / 1024 / 1024);
  return Math.max(32, Math.min(quarterMb, quarterMb < 1024 ? 512 : 1024));
}

function explainFailure(cluster: Cluster, log: string): CannotStart {
  if (log.includes('No space left on device')) {
    return new CannotStart(
      `The disk is full: PostgreSQL has no space left for ${cluster.dataDir}.`,
    );
  }
  if (log.includes('password authentication failed')) {
    return new CannotStart(
      `The database in ${cluster.dataDir} does not accept the password in db.json: restore the two together.`,
    );
  }
  return new CannotStart(
    `PostgreSQL did not start: ${lastLine(log) || 'it said nothing'} (more in ${cluster.logFile})`,
  );
}

async function rotateLog(file: string): Promise<void> {
  if ((await sizeOf(file)) > logBytesMax) await rename(file, `${file}.1`);
}

async function sizeOf(file: string): Promise<number> {
  return stat(file).then(
    (info) => info.size,
    () => 0,
  );
}

async function readFrom(file: string, offset: number): Promise<string> {
  return readFile(file).then(
    (bytes) => bytes.subarray(offset).toString('utf8'),
    () => '',
  );
}
