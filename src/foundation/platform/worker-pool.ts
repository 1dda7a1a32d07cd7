import { fork, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import os from 'node:os';

// Work on files nobody vouches for, in processes of their own. A file that crashes, hangs or bloats its process costs one
// answer of kind `problem`; the process is replaced and the files behind it go to the next.

/** A file as a worker is asked about it; the pool numbers the questions. */
export type Numbered<Request> = Request & { readonly id: number };
export type Problem = {
  readonly kind: 'problem';
  readonly reason: string;
  readonly detail: string;
};

export type WorkerPool<Request, Answer> = {
  ask(request: Request): Promise<Answer | Problem>;
  close(): void;
};

export type PoolOptions = {
  /** The program of a worker. */
  readonly worker: string;
  readonly workers: number;
  /** For one file. */
  readonly timeoutMs: number;
  readonly rssBytesMax: number;
  /** Leaves the processor to others (nice 10). */
  readonly inBackground?: boolean;
};

/** The number of the first message of a worker: it has started and waits for questions. */
export const readyId = 0;
const heapMbMax = 256;
/** The next file is already with the worker while it reads one; more would only wait there. */
const inFlightMax = 2;
const rssEveryMs = 100;
const startMsMax = 30_000;
/** A worker that cannot even start must not be started for ever. */
const startsInVainMax = 3;

type Asked = { readonly request: { readonly id: number }; settle(answer: unknown): void };
type Worker = {
  child: ChildProcess;
  asked: Asked[];
  timer: NodeJS.Timeout | undefined;
  killedFor: string | null;
  isReady: boolean;
};

export function openWorkerPool<Request extends object, Answer extends { readonly kind: string }>(
  options: PoolOptions,
): WorkerPool<Request, Answer> {
  const { worker: program, workers: count, timeoutMs, rssBytesMax } = options;
  const workers = new Set<Worker>();
  const waiting: Asked[] = [];
  let nextId = readyId + 1;
  let closed = false;
  let startsInVain = 0;

  const memoryWatch = setInterval(() => {
    for (const worker of workers)
      if (worker.asked.length > 0 && rssOf(worker.child.pid) > rssBytesMax)
        kill(worker, 'too-much-memory');
  }, rssEveryMs);
  memoryWatch.unref();

  function start(): void {
    const child = fork(program, [String(rssBytesMax)], {
      execArgv: [`--max-old-space-size=${heapMbMax}`],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      env: { PATH: process.env['PATH'], TMPDIR: process.env['TMPDIR'], TMP: process.env['TMP'] },
    });
    const worker: Worker = { child, asked: [], timer: undefined, killedFor: null, isReady: false };
    if (options.inBackground === true && child.pid !== undefined) beNice(child.pid);
    workers.add(worker);
    child.on('message', (answer: { readonly id: number }) => {
      worker.isReady = true;
      startsInVain = 0;
      const index = worker.asked.findIndex((asked) => asked.request.id === answer.id);
      if (index >= 0) worker.asked.splice(index, 1)[0]!.settle(answer);
      armTimer(worker);
      feed();
    });
    child.on('error', () => replace(worker)); // one that never started has no exit
    child.on('exit', () => replace(worker));
  }

  function replace(worker: Worker): void {
    if (!workers.delete(worker)) return;
    clearTimeout(worker.timer);
    if (!worker.isReady) startsInVain += 1;
    // Before it was ready it had not looked at any file.
    const guilty = worker.isReady ? worker.asked.shift() : undefined;
    if (guilty !== undefined) {
      const reason = worker.killedFor ?? 'crashed';
      guilty.settle({ kind: 'problem', reason, detail: details[reason] ?? details['crashed']! });
    }
    waiting.unshift(...worker.asked);
    feed();
  }

  function kill(worker: Worker, reason: string): void {
    worker.killedFor ??= reason;
    worker.child.kill('SIGKILL');
  }

  /** The clock runs for the file at the head, once the worker has started, and anew for the next. */
  function armTimer(worker: Worker): void {
    clearTimeout(worker.timer);
    if (worker.asked.length === 0) return;
    const limitMs = worker.isReady ? timeoutMs : startMsMax;
    worker.timer = setTimeout(() => kill(worker, 'timed-out'), limitMs);
  }

  function feed(): void {
    if (closed) return;
    if (startsInVain >= startsInVainMax * count) {
      for (const asked of waiting.splice(0)) {
        asked.settle({
          kind: 'problem',
          reason: 'no-worker',
          detail: 'the process that reads files could not be started',
        });
      }
      startsInVain = 0;
      return;
    }
    while (waiting.length > 0) {
      if (workers.size < count && [...workers].every((r) => r.asked.length > 0)) start();
      const free = [...workers]
        .filter((r) => r.asked.length < inFlightMax && r.child.connected)
        .sort((a, b) => a.asked.length - b.asked.length)[0];
      if (free === undefined) return;
      const asked = waiting.shift()!;
      free.asked.push(asked);
      free.child.send(asked.request, () => {}); // a worker that is gone says so by its exit
      if (free.asked.length === 1) armTimer(free);
    }
  }

  return {
    ask(request) {
      return new Promise((resolve, reject) => {
        if (closed) return reject(new Error('the workers are closed'));
        waiting.push({
          request: { ...request, id: nextId++ },
          settle: (answer) => resolve(answer as Answer | Problem),
        });
        feed();
      });
    },
    close() {
      closed = true;
      clearInterval(memoryWatch);
      for (const worker of workers) {
        clearTimeout(worker.timer);
        worker.child.kill('SIGKILL');
        for (const asked of worker.asked) asked.settle(stopped);
      }
      for (const asked of waiting.splice(0)) asked.settle(stopped);
    },
  };
}

const stopped: Problem = {
  kind: 'problem',
  reason: 'stopped',
  detail: 'the work was stopped before this file was done',
};

function beNice(pid: number): void {
  try {
    os.setPriority(pid, 10);
  } catch {
    // A system that does not let us runs it as it runs everything.
  }
}

const details: Readonly<Record<string, string>> = {
  crashed: 'the process that read it crashed; the others were not touched',
  'timed-out': 'reading it took too long and was stopped',
  'too-much-memory': 'reading it took too much memory and was stopped',
};

/** Resident bytes of a process; 0 where the system does not tell (the worker watches itself then). */
function rssOf(pid: number | undefined): number {
  if (pid === undefined || process.platform !== 'linux') return 0;
  try {
    const resident = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'));
    return Number(resident?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}
