import path from 'node:path';
import type { Config } from '#foundation/platform/config.ts';
import type { Log } from '#foundation/platform/log.ts';
import type { Database } from '#foundation/platform/postgres.ts';
import type { Room } from '#foundation/platform/room.ts';
import { openDecoders } from './decoding/decoders.ts';
import { serveRecognition } from './http.ts';
import {
  recognitionSubscribers,
  recognitionTasks,
  requestIndexing,
  type IndexContext,
} from './index-catalogue.ts';
import { openIndexStore } from './index-store.ts';
import { openSearcher, type Comparer } from './search-thread.ts';

export type RecognitionNeeds = {
  readonly db: Database;
  readonly log: Log;
  readonly config: Pick<Config, 'home'>;
};

export async function openRecognition({ db, log, config }: RecognitionNeeds): Promise<
  Room & {
    /** What may be asked of the index; comparing whole recordings is asked of its searcher too. */
    readonly recognition: IndexContext & { readonly searcher: Comparer };
  }
> {
  const store = await openIndexStore({ folder: path.join(config.home, 'index'), log });
  const searcher = openSearcher({ store, log });
  const decoders = openDecoders();
  const recognition = { db, log, store, searcher, decoders };
  return {
    name: 'recognition',
    recognition,
    serve: (kit) => serveRecognition(kit, recognition),
    tasks: recognitionTasks(recognition),
    subscribers: recognitionSubscribers(recognition),
    background: () => requestIndexing(db),
    async close() {
      decoders.close();
      await searcher.close();
      await store.close();
    },
  };
}
