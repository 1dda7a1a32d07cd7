import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isPostgres, stopPostmaster } from '#foundation/platform/launcher/postmaster.ts';
import { asUser } from './become-user.ts';

// A whole Ngoma as its operator sees it: a process, what it prints, an address, an exit code.

export const root = path.resolve(import.meta.dirname, '../..');
const readyMsMax = 90_000;
const exitMsMax = 30_000;

export type ServerProcess = {
  readonly child: ChildProcess;
  readonly address: string;
  output(): string;
  isReady(): Promise<boolean>;
  /** Resolves once it is ready; fails with what it printed when it ends instead. */
  ready(): Promise<void>;
  /** Waits for the end and answers the exit code, or the signal's name. */
  ended(): Promise<number | string>;
};

export type StartOptions = {
  readonly home: string;
  readonly port?: number;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly folder?: string;
  readonly viaBootstrap?: boolean;
  readonly program?: readonly [string, ...string[]];
  readonly uid?: number;
};

export async function startServer(options: StartOptions): Promise<ServerProcess> {
  const port = options.port ?? (await freePort());
  const folder = options.folder ?? root;
  const file = options.viaBootstrap ? 'start.mjs' : 'src/main/start.ts';
  const [program, ...first] = asUser(
    options.uid,
    options.program ?? [process.execPath, path.join(folder, file)],
  );
  const child = spawn(program, [...first, ...(options.args ?? [])], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true, // a process group of its own, as a terminal gives it
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      NGOMA_HOME: options.home,
      NGOMA_DEMO: 'false',
      NGOMA_LOG_LEVEL: 'warn',
      PORT: String(port),
      ...options.env,
    },
  });
  let output = '';
  for (const stream of [child.stdout!, child.stderr!]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  const ended = new Promise<number | string>((resolve, reject) => {
    child
      .once('error', reject)
      .once('close', (code, signal) => resolve(code ?? signal ?? 'unknown'));
  });
  const address = `http://127.0.0.1:${port}`;
  const isReady = () =>
    fetch(`${address}/health/ready`).then(
      (answer) => answer.ok,
      () => false,
    );
  return {
    child,
    address,
    output: () => output,
    isReady,
    ready: async () => {
      const deadline = Date.now() + readyMsMax;
      while (!(await isReady())) {
        if (child.exitCode !== null || child.signalCode !== null)
          throw new Error(`it ended and said: ${output}`);
        if (Date.now() > deadline)
          throw new Error(`it was not ready after ${readyMsMax} ms and said: ${output}`);
        await sleep(50);
      }
    },
    ended: async () => {
      const late = sleep(exitMsMax, 'late' as const, { ref: false });
      const result = await Promise.race([ended, late]);
      if (result === 'late')
        throw new Error(`it did not end within ${exitMsMax} ms and said: ${output}`);
      return result;
    },
  };
}

/** A data folder of one test; whatever still runs on it is stopped when the test ends. */
export function temporaryHome(t: { after(work: () => Promise<void>): void }, mode = 0o700): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'ngoma-lifecycle-'));
  chmodSync(folder, mode);
  const home = path.join(folder, 'data');
  t.after(async () => {
    const pid = postmasterPid(home);
    if (pid !== null && isPostgres(pid)) await stopPostmaster(pid, 500);
    rmSync(folder, { recursive: true, force: true });
  });
  return home;
}

export function postmasterPid(home: string, dataDir = path.join(home, 'db')): number | null {
  try {
    return Number.parseInt(readFileSync(path.join(dataDir, 'postmaster.pid'), 'utf8'), 10);
  } catch {
    return null;
  }
}

/** The address of the embedded database, from what the launcher stores for itself. */
export function databaseUrl(home: string): string {
  const { port, password } = JSON.parse(readFileSync(path.join(home, 'db.json'), 'utf8')) as {
    port: number;
    password: string;
  };
  return `postgres://ngoma:${password}@127.0.0.1:${port}/ngoma`;
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** What an operator reads must be sentences: no stack trace, no object dump. */
export function isPlainSentence(output: string): boolean {
  return /\.\s*$/.test(output) && !/^\s+at .+:\d+/m.test(output) && !output.includes('Error:');
}
