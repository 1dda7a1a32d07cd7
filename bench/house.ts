import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { startDatabase } from '#foundation/platform/launcher.ts';
import { migrate } from '#foundation/platform/migrate.ts';
import { openDatabase, type Database } from '#foundation/platform/postgres.ts';

// A house of its own for a benchmark: a durable database and the server as another process, on loopback.

export type BenchHouse = {
  readonly origin: string;
  readonly db: Database;
  readonly server: ChildProcess;
  close(): Promise<void>;
};

export async function openBenchHouse(): Promise<BenchHouse> {
  const home = await mkdtemp(path.join(os.tmpdir(), 'ngoma-bench-'));
  const database = await startDatabase({ home, say: () => {} });
  await migrate(database.url);
  const db = openDatabase(database.url);
  const server = fork(path.join(import.meta.dirname, 'serve-house.ts'), {
    execArgv: process.env.BENCH_PROF ? ['--cpu-prof', '--cpu-prof-dir=/tmp/prof'] : [],
    env: {
      ...process.env,
      NGOMA_HOME: home,
      BENCH_DATABASE_URL: database.url,
      NGOMA_LOG_LEVEL: 'error',
      PORT: '0',
      NGOMA_ADMIN_EMAIL: 'bench@example.org',
      NGOMA_ADMIN_PASSWORD: 'drum-machine-1',
    },
  });
  const [message] = (await once(server, 'message')) as [{ origin: string }];
  return {
    origin: message.origin,
    db,
    server,
    async close() {
      server.kill('SIGTERM');
      await once(server, 'exit');
      await db.close();
      await database.stop();
      await rm(home, { recursive: true, force: true });
    },
  };
}

export async function signIn(origin: string): Promise<string> {
  const reply = await fetch(`${origin}/api/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'bench@example.org', password: 'drum-machine-1' }),
  });
  if (!reply.ok) throw new Error(`sign-in: ${reply.status} ${await reply.text()}`);
  return ((await reply.json()) as { accessToken: string }).accessToken;
}

/** What a benchmark was run on; every table says it. */
export function machine(): string {
  const cpus = os.cpus();
  return `${cpus.length} x ${cpus[0]?.model ?? 'unknown'}, ${Math.round(os.totalmem() / 2 ** 30)} GiB, Node ${process.version}, load ${os.loadavg()[0]!.toFixed(1)} at the start`;
}

/** CPU seconds used so far by the server, by all of PostgreSQL's processes, and by this one. Linux only. */
export async function cpuSeconds(
  house: BenchHouse,
): Promise<{ server: number; database: number; generator: number }> {
  const ticks = async (pid: number): Promise<number> => {
    const fields =
      (await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')).split(') ')[1]?.split(' ') ??
      [];
    return (Number(fields[11]) + Number(fields[12])) / 100 || 0;
  };
  const { rows } = await house.db.pool.query<{ pid: number }>(
    "select pid from pg_stat_activity where backend_type = 'client backend'",
  );
  const database = await Promise.all(rows.map((row) => ticks(row.pid)));
  return {
    server: await ticks(house.server.pid!),
    database: database.reduce((a, b) => a + b, 0),
    generator: await ticks(process.pid),
  };
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

/** The value below which `share` of the values lie. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!;
}
