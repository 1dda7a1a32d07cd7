import type { JobRun } from '#foundation/platform/jobs.ts';
import { framesPerSecond } from '#foundation/dsp/find-peaks.ts';
import type { Database } from '#foundation/platform/postgres.ts';
import type { IndexStore } from '../index-store.ts';
import type { Comparer } from '../search-thread.ts';
import { judgeSharings } from './judge-sharing.ts';
import * as queries from './queries.ts';

// Every upload against everything that was there before it. What is in the index and was not compared yet is compared, in the
// order of arrival; so two copies that arrive together meet too, and a crash leaves nothing out. A sound that replaced another
// is compared like an upload.

export type ComparingContext = {
  readonly db: Database;
  readonly store: IndexStore;
  readonly searcher: Comparer;
};

const pageMax = 5_000;
/** A finding this sure is looked at by a person. */
const reviewConfidenceMin = 0.9;

export async function compareUploads(
  ctx: ComparingContext,
  job: JobRun,
): Promise<{ compared: number; findings: number }> {
  const waiting = await listWaiting(ctx);
  const pending = new Set<string>(waiting);
  const counts = { compared: 0, findings: 0 };
  for (const recordingId of waiting) {
    job.signal.throwIfAborted();
    counts.findings += await compareOne(ctx, recordingId, pending);
    pending.delete(recordingId);
    counts.compared += 1;
    job.progress(counts.compared, waiting.length, 'compared');
  }
  return counts;
}

async function listWaiting({ db, store }: ComparingContext): Promise<readonly string[]> {
  const ids = [...store.ids()].sort();
  const waiting: string[] = [];
  for (let at = 0; at < ids.length; at += pageMax) {
    const page = ids.slice(at, at + pageMax);
    const rows = await db.all(queries.listUncompared, {
      ids: page,
      sounds: page.map((id) => soundOf(store, id)),
    });
    waiting.push(...rows.map(({ recordingId }) => recordingId));
  }
  return waiting;
}

async function compareOne(
  { db, store, searcher }: ComparingContext,
  recordingId: string,
  pending: ReadonlySet<string>,
): Promise<number> {
  const sound = soundOf(store, recordingId);
  const one = store.fingerprintOf(recordingId);
  if (one === null) return 0; // removed meanwhile
  const frames = (one.places.at(-1) ?? 0) >>> 10;
  const sharings = await searcher.compare(one, recordingId);
  const shared = judgeSharings(frames, sharings);
  // Who is still waiting finds this one in turn: the later of two is the upload.
  const judgements = shared.filter(({ otherId }) => !pending.has(otherId));
  const lengths = new Map(sharings.map((sharing) => [sharing.recordingId, sharing.frames]));
  await db.tx(async (tx) => {
    await tx.run(queries.dropFindings, {
      recordingId,
      otherIds: shared.map(({ otherId }) => otherId),
      kinds: shared.map(({ kind }) => kind),
    });
    for (const { stretches, ...judged } of judgements)
      await tx.run(queries.noteFinding, {
        recordingId,
        ...judged,
        lengthMs: msOf(frames),
        otherLengthMs: msOf(lengths.get(judged.otherId)!),
        stretches: JSON.stringify(stretches),
        toReview: judged.confidence >= reviewConfidenceMin,
      });
    await tx.run(queries.noteCompared, { recordingId, sound, findings: judgements.length });
  });
  return judgements.length;
}

/** As it is kept with a comparison; empty of what stations heard. */
export function soundOf(store: Pick<IndexStore, 'soundOf'>, recordingId: string): string {
  return store.soundOf(recordingId) ?? '';
}

function msOf(frames: number): number {
  return Math.round((frames * 1_000) / framesPerSecond);
}
