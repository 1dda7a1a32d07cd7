import { once } from 'node:events';
import { setImmediate as breathe } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { newId } from '#foundation/kernel/ids.ts';
import { dayMs, hourMs, minuteMs, type Instant } from '#foundation/kernel/time.ts';
import { enqueue, type JobRun, type Task } from '#foundation/platform/jobs.ts';
import type { Log } from '#foundation/platform/log.ts';
import type { Database } from '#foundation/platform/postgres.ts';
import type { Running } from '#foundation/platform/room.ts';
import type { Learned, ToLearn } from './learn.ts';
import * as queries from './queries.ts';

// The model is fitted from counted plays of people, so what was held or rejected teaches it nothing. Reading is bounded in
// listeners, in recordings of each and in recordings; fitting happens in a thread beside the one that answers requests.

export type RecommendContext = {
  readonly db: Database;
  readonly log: Log;
  readonly now: () => Instant;
  readonly demo: boolean;
};

export const listenedDays = 180;
/** Of one in sixteen listeners: a million pairs in all. */
const pairsPerPartMax = 62_500;
const pairsPerListenerMax = 400;
/** Those that are heard most; the others are found by what is known of them. */
const recordingsMax = 30_000;
const itemsPerStatement = 500;
const modelsKept = 2;
/** By the version of the model: the first is of the first plays, and soon there are far more. */
const fitAfterMs = [10 * minuteMs, hourMs];
const fitEveryMs = dayMs;
const lookEveryMs = 5 * minuteMs;
const askAgainMs = 10 * minuteMs;
/** While there is no model yet: soon after the first plays. */
const firstLookEveryMs = 20_000;

export const fitTask = (ctx: RecommendContext): Task<object> => ({
  name: 'recommend.fit',
  attemptsMax: 3,
  run: (_payload, job) => fitFromPlays(ctx, job),
});

type Fitted = { readonly version: number; readonly listeners: number; readonly recordings: number };

/** Null where nobody has heard anything yet. */
export async function fitFromPlays(
  ctx: RecommendContext,
  job: Pick<JobRun, 'progress' | 'signal'>,
): Promise<Fitted | null> {
  const now = ctx.now();
  const asked = {
    now: new Date(now),
    since: new Date(now - listenedDays * dayMs),
    withDemo: ctx.demo,
  };
  const { toLearn, recordings, pairs } = await readListening(ctx.db, asked, job);
  if (recordings.length === 0) return null;
  const homes = new Map(
    (await ctx.db.all(queries.homes, asked)).map((row) => [row.recordingId as string, row.home]),
  );
  const began = performance.now();
  const learned = await learnBeside(toLearn, job.signal);
  const id = newId<'model'>();
  return ctx.db.tx(async (tx) => {
    const { version } = await tx.one(queries.insertModel, {
      id,
      madeAt: new Date(now),
      listeners: toLearn.listening.length,
      recordings: recordings.length,
      pairs,
      fitMs: Math.round(performance.now() - began),
      evaluation: learned.evaluation === null ? null : JSON.stringify(learned.evaluation),
      provenance: ctx.demo ? 'demo' : 'counted',
    });
    for (let start = 0; start < recordings.length; start += itemsPerStatement) {
      const items = recordings.slice(start, start + itemsPerStatement).map((recordingId, i) => ({
        recording_id: recordingId,
        listeners: learned.listeners[start + i]!,
        home: homes.get(recordingId) ?? null,
        targets: Array.from(learned.targets[start + i]!, (to) => recordings[to]!),
        weights: Array.from(learned.weights[start + i]!),
      }));
      await tx.run(queries.insertItems, { modelId: id, items: JSON.stringify(items) });
    }
    await tx.run(queries.forgetModels, { kept: modelsKept });
    return { version, listeners: toLearn.listening.length, recordings: recordings.length };
  });
}

async function readListening(
  db: Database,
  asked: { now: Date; since: Date; withDemo: boolean },
  { progress, signal }: Pick<JobRun, 'progress' | 'signal'>,
): Promise<{ toLearn: ToLearn; recordings: readonly string[]; pairs: number }> {
  const most = await db.all(queries.mostHeard, { ...asked, limit: recordingsMax });
  const isKept = new Set<string>(most.map(({ recordingId }) => recordingId));
  const numbers = new Map<string, number>();
  const listening: number[][] = [];
  const liking: number[][] = [];
  let pairs = 0;
  for (const [done, digit] of [...'0123456789abcdef'].entries()) {
    signal.throwIfAborted();
    progress(done, 16, 'reading who heard what');
    let who = '';
    for (const row of await db.all(queries.affinities, {
      ...asked,
      digit,
      limit: pairsPerPartMax,
    })) {
      if (row.userId !== who) {
        who = row.userId;
        listening.push([]);
        liking.push([]);
      }
      const heard = listening.at(-1)!;
      if (heard.length >= pairsPerListenerMax || !isKept.has(row.recordingId)) continue;
      let number = numbers.get(row.recordingId);
      if (number === undefined) {
        number = numbers.size;
        numbers.set(row.recordingId, number);
      }
      heard.push(number);
      // Ten times is not ten times as much liked as once.
      liking.at(-1)!.push(row.affinity / (row.affinity + 0.5));
      pairs++;
    }
    await breathe();
  }
  return {
    toLearn: {
      listening: listening.map((heard) => Int32Array.from(heard)),
      liking: liking.map((like) => Float32Array.from(like)),
      items: numbers.size,
    },
    recordings: [...numbers.keys()],
    pairs,
  };
}

async function learnBeside(toLearn: ToLearn, signal: AbortSignal): Promise<Learned> {
  const worker = new Worker(new URL('./learn.worker.ts', import.meta.url), { workerData: toLearn });
  try {
    const [learned] = (await once(worker, 'message', { signal })) as [Learned];
    return learned;
  } finally {
    await worker.terminate();
  }
}

/** Asks for a fit when there is none or it is a day old. */
export function keepFitted(ctx: RecommendContext): Running {
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  let looking = Promise.resolve();
  /** A job that waits or fails is not asked for again at once. */
  let askedAt = 0;
  async function look(): Promise<void> {
    let wait = lookEveryMs;
    try {
      const model = await ctx.db.maybe(queries.newestModel, {});
      if (model === null) wait = firstLookEveryMs;
      const isDue =
        model === null || ctx.now() - model.madeAt >= (fitAfterMs[model.version - 1] ?? fitEveryMs);
      if (isDue && ctx.now() - askedAt >= askAgainMs) {
        const { hasPlays } = await ctx.db.one(queries.fitNeeded, { withDemo: ctx.demo });
        if (hasPlays) {
          await enqueue(
            ctx.db,
            { name: 'recommend.fit', attemptsMax: 3 },
            {},
            { queue: 'recommend' },
          );
          askedAt = ctx.now();
        }
      }
    } catch (error) {
      ctx.log.warn({ err: error }, 'whether recommendations are fresh could not be seen');
    }
    if (!isStopped) timer = setTimeout(() => (looking = look()), wait);
  }
  looking = look();
  return {
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await looking;
    },
  };
}
