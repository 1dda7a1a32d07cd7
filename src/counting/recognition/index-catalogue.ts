import type {
  CatalogContext,
  RecordingsLearned,
  RecordingsMerged,
} from '#catalogue/catalog/index.ts';
import type { RecordingId } from '#foundation/kernel/ids.ts';
import { enqueue, type AnyTask, type JobRun, type Task } from '#foundation/platform/jobs.ts';
import type { Log } from '#foundation/platform/log.ts';
import type { Subscriber } from '#foundation/platform/outbox.ts';
import type { Database } from '#foundation/platform/postgres.ts';
import * as queries from './catalogue-queries.ts';
import type { Decoders } from './decoding/decoders.ts';
import { compareUploads } from './duplicates/compare-uploads.ts';
import { moveFindings } from './duplicates/queries.ts';
import type { IndexStore } from './index-store.ts';
import type { Comparer, Searcher } from './search-thread.ts';
import type { Fingerprinted } from './segment.ts';

// Keeps the fingerprint index in step with the catalogue: what has a sound and is not in the index is fingerprinted, behind
// everything else, and what is in it and was not compared yet is compared with what was there before.

export type IndexContext = {
  readonly db: Database;
  readonly log: Log;
  /** Two recordings that a person says are one become one there. */
  readonly catalog: CatalogContext;
  readonly store: IndexStore;
  readonly searcher: Searcher & Comparer;
  readonly decoders: Decoders;
};

const indexTask = { name: 'recognition.index', attemptsMax: 5 };
const pageMax = 500;
/** Recordings of one segment: what a crash costs at most. */
const batchMax = 40;
const inFlight = 2;

type Sound = {
  readonly recordingId: RecordingId;
  readonly path: string;
  readonly title: string;
  readonly artist: string;
};

/** Has new sound fingerprinted; one such job at a time finds all there is to do. */
export async function requestIndexing(db: Database): Promise<void> {
  await enqueue(db, indexTask, {}, { queue: indexTask.name });
}

export function recognitionTasks(ctx: IndexContext): readonly AnyTask[] {
  const task: Task<object> = { ...indexTask, run: (_payload, job) => indexMissing(ctx, job) };
  return [task];
}

export function recognitionSubscribers(ctx: IndexContext): readonly Subscriber[] {
  return [
    {
      topic: 'catalog.recordingsLearned' satisfies RecordingsLearned['topic'],
      handle: async ({ recordingIds }: RecordingsLearned['payload']) => {
        await ctx.db.run(queries.forgetUnfingerprinted, { recordingIds });
        await requestIndexing(ctx.db);
      },
    },
    {
      topic: 'catalog.recordingsMerged' satisfies RecordingsMerged['topic'],
      handle: async ({ fromId, intoId }: RecordingsMerged['payload']) => {
        await ctx.store.remove([fromId]);
        await ctx.db.run(moveFindings, { fromId, intoId });
        await requestIndexing(ctx.db); // the sound may now be the other's
      },
    },
  ];
}

async function indexMissing(
  ctx: IndexContext,
  job: JobRun,
): Promise<{ added: number; unreadable: number; compared: number; findings: number }> {
  const missing = await findMissing(ctx);
  const counts = { added: 0, unreadable: 0 };
  for (let at = 0; at < missing.length; at += batchMax) {
    job.signal.throwIfAborted();
    const batch: Fingerprinted[] = [];
    const queue = missing.slice(at, at + batchMax);
    await Promise.all(
      Array.from({ length: inFlight }, async () => {
        for (let sound; (sound = queue.shift()) !== undefined;) {
          const fingerprinted = await fingerprint(ctx, sound);
          if (fingerprinted === null) counts.unreadable += 1;
          else batch.push(fingerprinted);
        }
      }),
    );
    await ctx.store.add(batch);
    counts.added += batch.length;
    job.progress(Math.min(at + batchMax, missing.length), missing.length, 'fingerprinted');
  }
  return { ...counts, ...(await compareUploads(ctx, job)) };
}

async function findMissing({ db, store }: IndexContext): Promise<readonly Sound[]> {
  const known = store.ids();
  const missing: Sound[] = [];
  for (let after = '00000000-0000-0000-0000-000000000000'; ;) {
    const page = await db.all(queries.listSounds, { after, limit: pageMax });
    missing.push(...page.filter((sound) => !known.has(sound.recordingId)));
    if (page.length < pageMax) return missing;
    after = page.at(-1)!.recordingId;
  }
}

async function fingerprint(
  ctx: IndexContext,
  { recordingId, path, title, artist }: Sound,
): Promise<Fingerprinted | null> {
  const reading = await ctx.decoders.ask({ kind: 'fingerprint', path });
  if (reading.kind === 'fingerprinted')
    return {
      recordingId,
      title,
      artist,
      file: null,
      places: reading.places,
      levels: reading.levels,
    };
  const { reason, detail } =
    reading.kind === 'problem' ? reading : { reason: 'unreadable', detail: 'it gave no sound' };
  await ctx.db.run(queries.noteUnfingerprinted, {
    recordingId,
    reason,
    detail: detail.slice(0, 500),
  });
  return null;
}
