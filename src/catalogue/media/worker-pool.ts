import { fork, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { ReadAnswer, ReadRequest } from './tags.ts';

// Reads files in processes of their own. A file that crashes, hangs or bloats its reader costs one answer of kind
// `problem`; the reader is replaced and the files behind it are read by the next.

export type ReaderPool = {
  read(file: Omit<ReadRequest, 'id'>): Promise<ReadAnswer>;
  close(): void;
};

export type PoolOptions = {
  readonly readers?: number;
  readonly timeoutMs?: number;
  readonly rssBytesMax?: number;
  /** The program of a reader; tests hand over one that misbehaves. */
  readonly worker?: string;
};

const readersDefault = 2;
const timeoutMsDefault = 10_000;
const rssBytesMaxDefault = 512 * 1024 * 1024;
const heapMbMax = 256;
/** The next file is already with the reader while it reads one; more would only wait there. */
const inFlightMax = 2;
const rssEveryMs = 100;
/** A reader that cannot even start must not be started for ever. */
const startsWithoutAnswerMax = 3;

type Asked = { readonly request: ReadRequest; settle(answer: ReadAnswer): void };
type Reader = { child: ChildProcess; asked: Asked[]; timer: NodeJS.Timeout | undefined; killedFor: string | null; answered: boolean };

export function openReaderPool(options: PoolOptions = {}): ReaderPool {
  const { readers: count = readersDefault, timeoutMs = timeoutMsDefault, rssBytesMax = rssBytesMaxDefault } = options;
  const worker = options.worker ?? path.join(import.meta.dirname, 'read-tags-worker.ts');
  const readers = new Set<Reader>();
  const waiting: Asked[] = [];
  let nextId = 1;
  let closed = false;
  let startsWithoutAnswer = 0;

  const memoryWatch = setInterval(() => {
    for (const reader of readers) if (reader.asked.length > 0 && rssOf(reader.child.pid) > rssBytesMax) kill(reader, 'too-much-memory');
  }, rssEveryMs);
  memoryWatch.unref();

  function start(): void {
    const child = fork(worker, [String(rssBytesMax)], {
      execArgv: [`--max-old-space-size=${heapMbMax}`],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      env: { PATH: process.env['PATH'], TMPDIR: process.env['TMPDIR'], TMP: process.env['TMP'] },
    });
    const reader: Reader = { child, asked: [], timer: undefined, killedFor: null, answered: false };
    readers.add(reader);
    child.on('message', (answer: ReadAnswer) => {
      reader.answered = true;
      startsWithoutAnswer = 0;
      const index = reader.asked.findIndex((asked) => asked.request.id === answer.id);
      if (index >= 0) reader.asked.splice(index, 1)[0]!.settle(answer);
      armTimer(reader);
      feed();
    });
    child.on('error', () => {}); // the exit that follows is handled
    child.on('exit', () => replace(reader));
  }

  function replace(reader: Reader): void {
    if (!readers.delete(reader)) return;
    clearTimeout(reader.timer);
    const [guilty, ...innocent] = reader.asked;
    if (!reader.answered) startsWithoutAnswer += 1;
    if (guilty !== undefined) {
      const reason = reader.killedFor ?? 'crashed';
      guilty.settle({ id: guilty.request.id, kind: 'problem', reason, detail: details[reason] ?? details['crashed']! });
    }
    waiting.unshift(...innocent);
    feed();
  }

  function kill(reader: Reader, reason: string): void {
    reader.killedFor ??= reason;
    reader.child.kill('SIGKILL');
  }

  /** The clock runs for the file at the head; it starts anew with the next. */
  function armTimer(reader: Reader): void {
    clearTimeout(reader.timer);
    if (reader.asked.length > 0) reader.timer = setTimeout(() => kill(reader, 'timed-out'), timeoutMs);
  }

  function feed(): void {
    if (closed) return;
    if (startsWithoutAnswer >= startsWithoutAnswerMax * count) {
      for (const asked of waiting.splice(0)) {
        asked.settle({ id: asked.request.id, kind: 'problem', reason: 'no-reader', detail: 'the process that reads files could not be started' });
      }
      startsWithoutAnswer = 0;
      return;
    }
    while (waiting.length > 0) {
      if (readers.size < count && [...readers].every((r) => r.asked.length > 0)) start();
      const free = [...readers].filter((r) => r.asked.length < inFlightMax && r.child.connected).sort((a, b) => a.asked.length - b.asked.length)[0];
      if (free === undefined) return;
      const asked = waiting.shift()!;
      free.asked.push(asked);
      free.child.send(asked.request, () => {}); // a reader that is gone says so by its exit
      if (free.asked.length === 1) armTimer(free);
    }
  }

  return {
    read(file) {
      return new Promise((resolve, reject) => {
        if (closed) return reject(new Error('the readers are closed'));
        waiting.push({ request: { ...file, id: nextId++ }, settle: resolve });
        feed();
      });
    },
    close() {
      closed = true;
      clearInterval(memoryWatch);
      for (const reader of readers) {
        clearTimeout(reader.timer);
        reader.child.kill('SIGKILL');
        for (const asked of reader.asked) asked.settle(stopped(asked));
      }
      for (const asked of waiting.splice(0)) asked.settle(stopped(asked));
    },
  };
}

function stopped({ request }: Asked): ReadAnswer {
  return { id: request.id, kind: 'problem', reason: 'stopped', detail: 'the import was stopped before it was read' };
}

const details: Readonly<Record<string, string>> = {
  crashed: 'the process that read it crashed; the others were not touched',
  'timed-out': 'reading it took too long and was stopped',
  'too-much-memory': 'reading it took too much memory and was stopped',
};

/** Resident bytes of a process; 0 where the system does not tell (the reader watches itself then). */
function rssOf(pid: number | undefined): number {
  if (pid === undefined || process.platform !== 'linux') return 0;
  try {
    const resident = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'));
    return Number(resident?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}
