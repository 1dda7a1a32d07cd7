import { fork, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import type { Question, Reading } from './questions.ts';

// Decoding in processes of their own. A file that crashes or hangs its process costs one answer of kind `problem`; the
// process is replaced and the files behind it go to the next.

export type Decoders = {
  readonly ask: (question: Question) => Promise<Reading>;
  readonly close: () => void;
};

const decodersMax = 2;
const hearTimeoutMs = 20_000;
/** An hour of sound takes about ten seconds. */
const fingerprintTimeoutMs = 300_000;
const heapMbMax = 512;

type Waiting = { readonly question: Question; readonly settle: (reading: Reading) => void };
type Worker = { child: ChildProcess; busy: Waiting | null; timer: NodeJS.Timeout | undefined };

export function openDecoders(
  options: { readonly count?: number; readonly program?: string; readonly timeoutMs?: number } = {},
): Decoders {
  const { count = decodersMax, program = path.join(import.meta.dirname, 'decode.child.ts') } =
    options;
  const workers = new Set<Worker>();
  const waiting: Waiting[] = [];
  let closed = false;

  function start(): void {
    const child = fork(program, [], {
      execArgv: [`--max-old-space-size=${heapMbMax}`],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      env: { PATH: process.env['PATH'], TMPDIR: process.env['TMPDIR'], TMP: process.env['TMP'] },
    });
    const worker: Worker = { child, busy: null, timer: undefined };
    workers.add(worker);
    child.on('message', (reading: Reading) => finish(worker, reading));
    child.on('error', () => lose(worker, 'crashed'));
    child.on('exit', () => lose(worker, 'crashed'));
  }

  function finish(worker: Worker, reading: Reading): void {
    clearTimeout(worker.timer);
    const { busy } = worker;
    worker.busy = null;
    busy?.settle(reading);
    feed();
  }

  function lose(worker: Worker, reason: 'crashed' | 'timed-out'): void {
    if (!workers.delete(worker)) return;
    worker.child.kill('SIGKILL');
    finish(worker, { kind: 'problem', reason, detail: details[reason] });
  }

  function feed(): void {
    while (!closed && waiting.length > 0) {
      let free = [...workers].find((worker) => worker.busy === null);
      if (free === undefined && workers.size < count) {
        start();
        free = [...workers].at(-1);
      }
      if (free === undefined) return;
      const worker = free;
      const next = waiting.shift()!;
      worker.busy = next;
      worker.child.send(next.question, () => {}); // a process that is gone says so by its exit
      const limitMs =
        options.timeoutMs ?? (next.question.kind === 'hear' ? hearTimeoutMs : fingerprintTimeoutMs);
      worker.timer = setTimeout(() => lose(worker, 'timed-out'), limitMs);
    }
  }

  return {
    ask: (question) =>
      new Promise((settle) => {
        waiting.push({ question, settle });
        feed();
      }),
    close() {
      closed = true;
      for (const worker of workers) {
        clearTimeout(worker.timer);
        worker.child.removeAllListeners('exit');
        worker.child.kill('SIGKILL');
        worker.busy?.settle(stopped);
      }
      workers.clear();
      for (const { settle } of waiting.splice(0)) settle(stopped);
    },
  };
}

const details = {
  crashed: 'the process that decoded it crashed; the others were not touched',
  'timed-out': 'decoding it took too long and was stopped',
} as const;
const stopped: Reading = {
  kind: 'problem',
  reason: 'stopped',
  detail: 'the work was stopped before this file was done',
};
