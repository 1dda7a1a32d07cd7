import type { Id, RunId } from '#foundation/kernel/ids.ts';
import { refuse, type Refusal } from '#foundation/kernel/outcome.ts';
import { enqueue, type Task } from '#foundation/platform/jobs.ts';
import type { RoyaltiesContext } from './context.ts';
import { distributionQueue } from './distribute-pool.ts';
import { findRun, noteCheck } from './queries.ts';
import { noSuchRun } from './read-runs.ts';
import { verifyRun } from './verify-run.ts';

const checkTask = { name: 'royalties.check', attemptsMax: 3 } as const;

/** "Do it again": asks for a run to be compared with its inputs once more. Posts nothing, whatever it finds. */
export async function checkRun(
  { db }: RoyaltiesContext,
  runId: RunId,
): Promise<{ readonly jobId: Id<'job'> } | Refusal> {
  const run = await db.maybe(findRun, { id: runId });
  if (run === null) return noSuchRun();
  if (run.status !== 'done') {
    return refuse('RUN_NOT_DONE', `The run is ${run.status}; only a finished one can be checked.`);
  }
  // In the queue of the runs: a check needs the memory of one.
  const queue = distributionQueue;
  return { jobId: await db.tx((tx) => enqueue(tx, checkTask, { runId }, { queue })) };
}

export function doRunAgain(ctx: RoyaltiesContext): Task<{ readonly runId: RunId }> {
  return {
    ...checkTask,
    async run({ runId }, job) {
      job.progress(0, null, 'Doing the run again from what it froze');
      const { problems } = await verifyRun(ctx.db, runId);
      await ctx.db.run(noteCheck, { id: runId, problems, now: new Date(ctx.now()) });
      job.progress(1, 1, problems.length === 0 ? 'The run agrees' : problems.join('; '));
    },
  };
}
