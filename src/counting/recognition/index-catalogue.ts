import { recordingsLearned, recordingsMerged } from '#catalogue/catalog/index.ts';
import { soundsChanged } from '#catalogue/media/index.ts';
import type { RecordingId } from '#foundation/kernel/ids.ts';
import { enqueue, type AnyTask, type JobRun, type Task } from '#foundation/platform/jobs.ts';
import type { Log } from '#foundation/platform/log.ts';
import { emit, subscriber, type Subscriber } from '#foundation/platform/outbox.ts';
import type { Database } from '#foundation/platform/postgres.ts';
import * as queries from './catalogue-queries.ts';
import type { Decoders } from './decoding/decoders.ts';
import { catalogueIndexed, soundKept } from './events.ts';
import type { Fingerprint } from './fingerprint-sound.ts';
import type { IndexStore } from './index-store.ts';
import type { Searcher } from './search-thread.ts';
import type { Fingerprinted } from './segment.ts';

// Keeps the fingerprint index in step with the catalogue: what has a sound that the index was not made of is fingerprinted,
// behind everything else; who wants to know what is new in it is told when a pass is over. Which sound a recording was made of
// stands in the index beside the peaks, so that neither is ever without the other.

export type IndexContext = {
  readonly db: Database;
  readonly log: Log;
  readonly store: IndexStore;
  readonly searcher: Searcher;
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
  readonly soundId: string;
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
  const readAgain = async (learned: { recordingIds: readonly RecordingId[] }): Promise<void> => {
    await ctx.db.run(queries.forgetUnfingerprinted, learned);
    await requestIndexing(ctx.db);
  };
  return [
    subscriber('recognition', recordingsLearned, readAgain),
    subscriber('recognition', soundsChanged, readAgain),
    subscriber('recognition', recordingsMerged, async ({ fromId }) => {
      await ctx.store.remove([fromId]);
      await requestIndexing(ctx.db); // the sound may now be the other's
    }),
  ];
}

async function indexMissing(
  ctx: IndexContext,
  job: JobRun,
): Promise<{ added: number; unreadable: number }> {
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
  await emit(ctx.db, catalogueIndexed, {});
  return counts;
}

async function findMissing({ db, store }: IndexContext): Promise<readonly Sound[]> {
  const missing: Sound[] = [];
  for (let after = '00000000-0000-0000-0000-000000000000'; ;) {
    const page = await db.all(queries.listSounds, { after, limit: pageMax });
    // Also where other bytes took its place, or only what a station heard is known.
    missing.push(
      ...page.filter(({ recordingId, soundId }) => store.soundOf(recordingId) !== soundId),
    );
    if (page.length < pageMax) return missing;
    after = page.at(-1)!.recordingId;
  }
}

async function fingerprint(
  ctx: IndexContext,
  { recordingId, path, soundId, title, artist }: Sound,
): Promise<Fingerprinted | null> {
  const reading = await ctx.decoders.ask({ kind: 'fingerprint', path });
  if (reading.kind === 'fingerprinted') {
    const { places, levels } = reading;
    const was = ctx.store.soundOf(recordingId);
    // Tags are bytes too. Noted before the index changes: after a crash in between it is read once more.
    if (was !== null && isSame(ctx.store.fingerprintOf(recordingId), reading))
      await emit(ctx.db, soundKept, { recordingId, was, is: soundId });
    return { recordingId, title, artist, file: null, sound: soundId, places, levels };
  }
  const { reason, detail } =
    reading.kind === 'problem' ? reading : { reason: 'unreadable', detail: 'it gave no sound' };
  await ctx.db.run(queries.noteUnfingerprinted, {
    recordingId,
    reason,
    detail: detail.slice(0, 500),
  });
  return null;
}

function isSame(one: Fingerprint | null, other: Fingerprint): boolean {
  return (
    one !== null &&
    one.places.length === other.places.length &&
    one.places.every((place, i) => place === other.places[i]) &&
    one.levels.every((level, i) => level === other.levels[i])
  );
}
