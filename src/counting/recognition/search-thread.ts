import { Worker } from 'node:worker_threads';
import type { Log } from '#foundation/platform/log.ts';
import type { Sharing } from './find-shared.ts';
import type { Fingerprint } from './fingerprint-sound.ts';
import type { Playing } from './find-candidates.ts';
import type { SoundQuery } from './hear.ts';
import type { Answer } from './identify.ts';
import type { IndexStore } from './index-store.ts';
import type { Segment } from './segment.ts';
import type { WindowAnswer } from './second-look.ts';

// Searching takes tens to hundreds of milliseconds of one core, so it does not happen where requests are answered.

export type Searcher = {
  /**
   * Takes the evidence with it: the caller's is empty afterwards. Comes before every station; what is more than can wait is
   * refused with `SearchBusy`.
   */
  search(query: SoundQuery): Promise<Answer>;
  /**
   * As `search`, for a window of a station, played as `expected` or not: behind everybody who waits, and with what sounds
   * beside the match.
   */
  searchWindow(query: SoundQuery, expected: Playing | null): Promise<WindowAnswer>;
  close(): Promise<void>;
};

export type Comparer = {
  /** What a whole fingerprint shares with every other recording; takes seconds, and searches go on in between. */
  compare(one: Fingerprint, recordingId: string): Promise<readonly Sharing[]>;
};

export type ToThread =
  | {
      readonly kind: 'load';
      readonly parts: readonly {
        readonly name: string;
        readonly removed: ReadonlySet<string>;
        /** Only of what the thread has not been given before. */
        readonly segment: Segment | null;
      }[];
    }
  | {
      readonly kind: 'search' | 'window';
      readonly query: SoundQuery;
      readonly expected: Playing | null;
    }
  | {
      readonly kind: 'compare';
      readonly id: number;
      readonly one: Fingerprint;
      readonly recordingId: string;
    };
export type FromThread =
  | { readonly kind: 'answer'; readonly answer: Answer | WindowAnswer }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'compared'; readonly id: number; readonly sharings: readonly Sharing[] }
  | { readonly kind: 'notCompared'; readonly id: number; readonly message: string };

const waitingMax = 64;
/** Windows of all stations together; a station that gets no place leaves that window out. */
const stationWindowsMax = 400;

export class SearchBusy extends Error {}

type Asked = {
  readonly kind: 'search' | 'window';
  readonly query: SoundQuery;
  readonly expected: Playing | null;
  readonly resolve: (answer: Answer | WindowAnswer) => void;
  readonly reject: (error: Error) => void;
};

export function openSearcher(ctx: {
  readonly store: IndexStore;
  readonly log: Log;
}): Searcher & Comparer {
  const queues = { search: [] as Asked[], window: [] as Asked[] };
  const most = { search: waitingMax, window: stationWindowsMax };
  /** One at a time is in the thread, so that who comes later and waits is next. */
  let current: Asked | null = null;
  const comparing = new Map<
    number,
    { resolve: (sharings: readonly Sharing[]) => void; reject: (error: Error) => void }
  >();
  let comparisons = 0;
  let worker: Worker | null = null;
  let closing = false;
  /** Segments the thread has. */
  let given = new Set<string>();
  ctx.store.onChange(() => {
    if (worker !== null) giveParts(worker);
  });

  function giveParts(to: Worker): void {
    const parts = ctx.store.parts().map(({ name, segment, removed }) => ({
      name,
      removed,
      segment: given.has(name) ? null : segment,
    }));
    given = new Set(parts.map(({ name }) => name));
    to.postMessage({ kind: 'load', parts } satisfies ToThread);
  }

  function start(): Worker {
    const started = new Worker(new URL('./search.worker.ts', import.meta.url));
    started.on('message', (message: FromThread) => {
      if (message.kind === 'compared' || message.kind === 'notCompared') {
        const compared = comparing.get(message.id);
        comparing.delete(message.id);
        if (message.kind === 'compared') compared?.resolve(message.sharings);
        else compared?.reject(new Error(message.message));
        return;
      }
      const asked = current;
      current = null;
      if (message.kind === 'answer') asked?.resolve(message.answer);
      else asked?.reject(new Error(message.message));
      feed();
    });
    started.on('error', (error) =>
      ctx.log.warn({ err: error }, 'the search thread broke and will be started again'),
    );
    started.on('exit', () => {
      if (worker === started) worker = null;
      const asked = current;
      current = null;
      asked?.reject(new Error('the search thread ended'));
      endComparisons('the search thread ended');
      feed();
    });
    given = new Set();
    giveParts(started);
    return started;
  }

  function endComparisons(why: string): void {
    for (const { reject } of comparing.values()) reject(new Error(why));
    comparing.clear();
  }

  function feed(): void {
    if (current !== null || closing) return;
    current = queues.search.shift() ?? queues.window.shift() ?? null;
    if (current === null) return;
    worker ??= start();
    const { kind, query, expected } = current;
    // Sound that another process heard comes as one block of memory with several views of it.
    const buffers = new Set([query.evidence, query.levels].flatMap((part) => part?.buffer ?? []));
    worker.postMessage({ kind, query, expected } satisfies ToThread, [...buffers] as ArrayBuffer[]);
  }

  function ask<Wanted extends Answer>(
    kind: Asked['kind'],
    query: SoundQuery,
    expected: Playing | null,
  ): Promise<Wanted> {
    if (queues[kind].length >= most[kind])
      return Promise.reject(new SearchBusy('too many searches at once'));
    return new Promise((resolve, reject) => {
      queues[kind].push({
        kind,
        query,
        expected,
        resolve: (answer) => resolve(answer as Wanted),
        reject,
      });
      feed();
    });
  }

  return {
    search: (query) => ask('search', query, null),
    searchWindow: (query, expected) => ask<WindowAnswer>('window', query, expected),
    compare(one, recordingId) {
      if (closing) return Promise.reject(new Error('the search thread was closed'));
      worker ??= start();
      const id = ++comparisons;
      return new Promise((resolve, reject) => {
        comparing.set(id, { resolve, reject });
        worker!.postMessage({ kind: 'compare', id, one, recordingId } satisfies ToThread);
      });
    },
    async close() {
      closing = true;
      endComparisons('the search thread was closed');
      for (const { reject } of [...queues.search.splice(0), ...queues.window.splice(0)])
        reject(new Error('the search thread was closed'));
      await worker?.terminate();
    },
  };
}
