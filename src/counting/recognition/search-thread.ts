import { Worker } from 'node:worker_threads';
import type { Log } from '#foundation/platform/log.ts';
import type { Heard } from './hear.ts';
import type { Answer } from './identify.ts';
import type { IndexStore, Manifest } from './index-store.ts';

// Searching takes tens to hundreds of milliseconds of one core, so it does not happen where requests are answered.

export type Searcher = {
  search(heard: Heard): Promise<Answer>;
  close(): Promise<void>;
};

export type ToThread =
  | { readonly kind: 'load'; readonly manifest: Manifest }
  | { readonly kind: 'search'; readonly id: number; readonly heard: Heard };
export type FromThread =
  | { readonly kind: 'answer'; readonly id: number; readonly answer: Answer }
  | { readonly kind: 'failed'; readonly id: number; readonly message: string };

const waitingMax = 64;

export class SearchBusy extends Error {}

export function openSearcher(ctx: { readonly store: IndexStore; readonly log: Log }): Searcher {
  const waiting = new Map<
    number,
    { resolve: (answer: Answer) => void; reject: (error: Error) => void }
  >();
  let worker: Worker | null = null;
  let next = 0;
  let closing = false;
  ctx.store.onChange(() =>
    worker?.postMessage({ kind: 'load', manifest: ctx.store.manifest() } satisfies ToThread),
  );

  function start(): Worker {
    const started = new Worker(new URL('./search.worker.ts', import.meta.url));
    started.on('message', (message: FromThread) => {
      const asked = waiting.get(message.id);
      waiting.delete(message.id);
      if (message.kind === 'answer') asked?.resolve(message.answer);
      else asked?.reject(new Error(message.message));
    });
    started.on('error', (error) =>
      ctx.log.warn({ err: error }, 'the search thread broke and will be started again'),
    );
    started.on('exit', () => {
      if (worker === started) worker = null;
      if (closing) return;
      for (const asked of waiting.values()) asked.reject(new Error('the search thread ended'));
      waiting.clear();
    });
    started.postMessage({ kind: 'load', manifest: ctx.store.manifest() } satisfies ToThread);
    return started;
  }

  return {
    search(heard) {
      if (waiting.size >= waitingMax)
        return Promise.reject(new SearchBusy('too many searches at once'));
      worker ??= start();
      const id = ++next;
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        worker!.postMessage({ kind: 'search', id, heard } satisfies ToThread, [
          heard.evidence.buffer as ArrayBuffer,
        ]);
      });
    },
    async close() {
      closing = true;
      await worker?.terminate();
    },
  };
}
