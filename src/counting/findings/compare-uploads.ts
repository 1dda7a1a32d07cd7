import type { JobRun } from '#foundation/platform/jobs.ts';
import { framesPerSecond } from '#foundation/dsp/find-peaks.ts';
import { judgeSharings } from '#counting/recognition/engine.ts';
import type { FindingsContext } from './context.ts';
import * as queries from './queries.ts';

// Every upload against everything that was there before it. What is in the index and was not compared yet is compared, in the
// order of arrival; so two copies that arrive together meet too, and a crash leaves nothing out. A sound that replaced another
// is compared like an upload.

type ComparingContext = Pick<FindingsContext, 'db' | 'store' | 'searcher'>;

const pageMax = 5_000;
/** A finding this sure is looked at by a person. */
const reviewConfidenceMin = 0.9;

export async function compareUploads(
  ctx: ComparingContext,
  job: JobRun,
): Promise<{ compared: number; findings: number }> {
  const waiting: string[] = [];
  for await (const page of uncompared(ctx, [...ctx.store.ids()].sort())) waiting.push(...page);
  const counts = { compared: 0, findings: 0 };
  for (const recordingId of waiting) {
    job.signal.throwIfAborted();
    counts.findings += await compareOne(ctx, recordingId);
    counts.compared += 1;
    job.progress(counts.compared, waiting.length, 'compared');
  }
  return counts;
}

export async function hasUncompared(ctx: ComparingContext): Promise<boolean> {
  for await (const page of uncompared(ctx, [...ctx.store.ids()])) if (page.length > 0) return true;
  return false;
}

/** Of these, page by page, what was not compared by the sound that it has now. */
async function* uncompared(
  { db, store }: ComparingContext,
  ids: readonly string[],
): AsyncGenerator<readonly string[]> {
  for (let at = 0; at < ids.length; at += pageMax) {
    const page = ids.slice(at, at + pageMax);
    const sounds = page.map((id) => soundOf(store, id));
    const rows = await db.all(queries.listUncompared, { ids: page, sounds });
    yield rows.map(({ recordingId }) => recordingId);
  }
}

async function compareOne(ctx: ComparingContext, recordingId: string): Promise<number> {
  const { db, store, searcher } = ctx;
  const sound = soundOf(store, recordingId);
  const one = store.fingerprintOf(recordingId);
  if (one === null) return 0; // removed meanwhile
  const frames = (one.places.at(-1) ?? 0) >>> 10;
  const sharings = await searcher.compare(one, recordingId);
  const shared = judgeSharings(frames, sharings);
  // Who was not compared yet finds this one in turn: the later of two is the upload. Asked now, because more may have come.
  const waiting = new Set<string>();
  for await (const page of uncompared(
    ctx,
    shared.map(({ otherId }) => otherId),
  ))
    for (const id of page) waiting.add(id);
  const judgements = shared.filter(({ otherId }) => !waiting.has(otherId));
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
function soundOf(store: FindingsContext['store'], recordingId: string): string {
  return store.soundOf(recordingId) ?? '';
}

function msOf(frames: number): number {
  return Math.round((frames * 1_000) / framesPerSecond);
}
