import { spawn } from 'node:child_process';
import { globSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { isPostgres, stopPostmaster } from '#foundation/platform/launcher/postmaster.ts';
import { startTestServer } from '#foundation/platform/testing.ts';
import { findPeers } from './peers.ts';

// `npm test`: the gate, then every test file against one PostgreSQL of its own. With file names after `--` only
// those, without the gate.

const root = path.resolve(import.meta.dirname, '..');
const filesAtOnceMax = 2;
const testMsMax = 10 * 60_000;
const homePrefix = 'ngoma-test-run-';

const wanted = process.argv.slice(2);
const gate = wanted.length === 0 ? await run(['tests/check.ts'], {}) : 0;
const files = wanted.length === 0 ? findTests() : wanted;
if (files.length === 0) throw new Error('no test file was found');
reportPeers();
await removeLeftovers();
const tests = await runTests(files);
console.log(
  gate === 0 && tests === 0
    ? `npm test: passed (${files.length} files)`
    : `npm test: FAILED (${[gate !== 0 && 'check', tests !== 0 && 'tests'].filter(Boolean).join(' and ')})`,
);
process.exitCode = gate === 0 && tests === 0 ? 0 : 1;

function findTests(): readonly string[] {
  return globSync(['src/**/*.test.ts', 'tests/**/*.test.ts', 'web/**/*.test.{ts,tsx}'], {
    cwd: root,
  })
    .filter((file) => !file.startsWith('web/dist'))
    .filter((file) => !/^tests.(architecture|house.planted)\.test\.ts$/.test(file)) // the gate ran them
    .sort();
}

async function runTests(chosen: readonly string[]): Promise<number> {
  const home = mkdtempSync(path.join(os.tmpdir(), `${homePrefix}${process.pid}-`));
  const server = await startTestServer(home);
  let child: { kill(signal: NodeJS.Signals): unknown } | undefined;
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => child?.kill(signal));
  try {
    return await run(
      [
        '--import',
        './tests/no-network.ts',
        '--test',
        `--test-concurrency=${filesAtOnceMax}`,
        `--test-timeout=${testMsMax}`,
        '--test-reporter=spec',
        ...chosen,
      ],
      { NGOMA_TEST_DATABASE_URL: server.url },
      (started) => (child = started),
    );
  } finally {
    await server.stop();
    rmSync(home, { recursive: true, force: true });
  }
}

async function run(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  onStart?: (child: ReturnType<typeof spawn>) => void,
): Promise<number> {
  const child = spawn(process.execPath, args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...env },
  });
  onStart?.(child);
  return new Promise((resolve, reject) => {
    child.once('error', reject).once('exit', (code) => resolve(code ?? 1));
  });
}

function reportPeers(): void {
  console.log('\nReal peers on this machine (tests of a missing one are skipped and say so):');
  for (const { name, found } of findPeers())
    console.log(`  ${name.padEnd(24)} ${found ?? 'not found'}`);
  console.log('');
}

/** Servers and folders of runs that were killed. */
async function removeLeftovers(): Promise<void> {
  for (const name of readdirSync(os.tmpdir()).filter((entry) => entry.startsWith(homePrefix))) {
    const home = path.join(os.tmpdir(), name);
    if (isAlive(Number(name.slice(homePrefix.length).split('-')[0]))) continue;
    try {
      const pid = Number.parseInt(
        readFileSync(path.join(home, 'db', 'postmaster.pid'), 'utf8'),
        10,
      );
      if (isPostgres(pid)) await stopPostmaster(pid);
    } catch {
      // it was stopped already
    }
    rmSync(home, { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
