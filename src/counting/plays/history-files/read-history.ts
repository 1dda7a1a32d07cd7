import { fork } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { ParsedHistory, Unreadable } from './history.ts';

// A file somebody sends is read in a process of its own, so that one that hangs, bloats or crashes its reader costs an
// answer and slows nobody.

const worker = path.join(import.meta.dirname, 'history-worker.ts');
const timeoutMsMax = 15_000;
const heapMbMax = 384;
const readersMax = 2;
const waitingMax = 20;

export type Busy = { readonly kind: 'busy' };

let readers = 0;
const waiting: (() => void)[] = [];

export async function readHistory(
  bytes: Buffer,
  name: string,
  timeoutMs = timeoutMsMax,
): Promise<ParsedHistory | Unreadable | Busy> {
  if (readers >= readersMax) {
    if (waiting.length >= waitingMax) return { kind: 'busy' };
    await new Promise<void>((resolve) => waiting.push(resolve)); // whoever finishes hands its place over
  } else readers += 1;
  try {
    return await readApart(bytes, name, timeoutMs);
  } finally {
    const next = waiting.shift();
    if (next === undefined) readers -= 1;
    else next();
  }
}

async function readApart(
  bytes: Buffer,
  name: string,
  timeoutMs: number,
): Promise<ParsedHistory | Unreadable> {
  const dir = await mkdtemp(path.join(os.tmpdir(), 'ngoma-history-'));
  try {
    const file = path.join(dir, 'history');
    await writeFile(file, bytes, { mode: 0o600 });
    return await ask(file, name, timeoutMs);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

function ask(file: string, name: string, timeoutMs: number): Promise<ParsedHistory | Unreadable> {
  return new Promise((resolve) => {
    const child = fork(worker, [], {
      execArgv: [`--max-old-space-size=${heapMbMax}`, '--disable-warning=ExperimentalWarning'],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      env: { PATH: process.env['PATH'], TMPDIR: path.dirname(file) },
    });
    let answer: ParsedHistory | Unreadable = {
      kind: 'unreadable',
      reason: 'Reading the file took more time or memory than any history needs.',
    };
    const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
    child.once('message', (message) => (answer = message as ParsedHistory | Unreadable));
    child.once('error', () => resolve(answer));
    child.once('exit', () => {
      clearTimeout(timer);
      resolve(answer);
    });
    child.send({ file, name }, () => {}); // a child that could not start says so by its exit
  });
}
