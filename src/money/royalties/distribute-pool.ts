import type { RunId } from '#foundation/kernel/ids.ts';
import { formatMinor } from '#foundation/kernel/money.ts';
import { toIso, type Instant } from '#foundation/kernel/time.ts';
import type { JobRun, Task } from '#foundation/platform/jobs.ts';
import { postJournal, type AccountRef, type JournalId } from '#money/ledger/index.ts';
import type { RoyaltiesContext } from './context.ts';
import { findOversharedSplit } from './freeze-queries.ts';
import { freezeRun } from './freeze-run.ts';
import { periodLabel } from './period.ts';
import {
  endAsRepeat,
  failRun,
  findPostedRun,
  findRun,
  finishRun,
  lockRun,
  takeTurn,
} from './queries.ts';
import { readFrozen, type FrozenInputs } from './read-frozen.ts';
import { inputHash, type Run } from './run-hashes.ts';
import { writeStatements } from './write-statements.ts';

export const distributionTask = { name: 'royalties.distribute', attemptsMax: 3 } as const;
/** Runs are worked off one after the other: each needs memory for the usage of a whole period. */
export const distributionQueue = 'royalties';

/** Freeze, allocate, post. Repeatable at any point: what was frozen stays, and the rest commits at once or not at all. */
export function distributePool(ctx: RoyaltiesContext): Task<{ readonly runId: RunId }> {
  return {
    ...distributionTask,
    async run({ runId }, job) {
      const run = await ctx.db.one(findRun, { id: runId });
      if (run.status === 'running') await distribute(ctx, run, job);
    },
  };
}

async function distribute(ctx: RoyaltiesContext, begun: Run, job: JobRun): Promise<void> {
  job.progress(0, null, 'Copying the plays of the period and who owned them');
  const run = await freezeRun(ctx, begun);
  const obstacle = await findObstacle(ctx, run);
  if (obstacle !== null) {
    await ctx.db.run(failRun, { id: run.id, error: obstacle, now: new Date(ctx.now()) });
    return;
  }
  const total = Number(run.eligiblePlays);
  const inputs = await readFrozen(ctx.db, run, (plays) => {
    job.signal.throwIfAborted();
    job.progress(plays, total, 'Reading the plays');
  });
  job.progress(total, total, 'Allocating the pool');
  await settle(ctx, run, inputs, job);
}

/** Why this run cannot distribute anything, as a sentence for people; null when it can. */
async function findObstacle(ctx: RoyaltiesContext, run: Run): Promise<string | null> {
  if (run.eligiblePlays === 0n) {
    return (
      `There is no eligible play from ${toIso(run.periodFrom)} to ${toIso(run.periodTo)} (UTC)` +
      `${scopeLabel(run)}: none was counted with at least ${run.minPlayMs / 1_000} s. Nothing was posted.`
    );
  }
  const overshared = await ctx.db.maybe(findOversharedSplit, { runId: run.id });
  if (overshared === null) return null;
  return `The split of recording ${overshared.recordingId} gives away ${overshared.basisPoints} of 10,000 basis points. Correct it and start a new run; nothing was posted.`;
}

function scopeLabel({ scope }: Run): string {
  const parts = [scope.source, scope.territory, scope.placeId].filter((part) => part !== undefined);
  return parts.length === 0 ? '' : ` for ${parts.join(', ')}`;
}

/**
 * Statements, journal and the word "done" become true together. What was posted once for these inputs is not posted
 * again: the run ends as a repeat of the one that was.
 */
function settle(
  ctx: RoyaltiesContext,
  { id }: Run,
  inputs: FrozenInputs,
  job: JobRun,
): Promise<void> {
  return ctx.db.tx(async (tx) => {
    const run = await tx.one(lockRun, { id });
    if (run.status !== 'running') return; // another worker finished it meanwhile
    const total = Number(run.eligiblePlays);
    const { usageHash, rightsHash } = inputs;
    const digests = { usageHash, rightsHash, inputHash: inputHash(run, usageHash, rightsHash) };
    await tx.run(takeTurn, { to: 'settle' });
    const posted = await tx.maybe(findPostedRun, digests);
    if (posted !== null) {
      const now = new Date(ctx.now());
      await tx.run(endAsRepeat, { id, sameAs: posted.id, ...digests, now });
      job.progress(total, total, `This is run ${posted.id}. Nothing was posted.`);
      return;
    }
    const statements = inputs.allocation.statements(run.poolMinor);
    const { outputHash, credits } = await writeStatements(tx, run, statements, (written) => {
      job.signal.throwIfAborted();
      job.progress(total, total, `Writing statements: ${written}`);
    });
    job.progress(total, total, 'Posting to the ledger');
    const posting = await postJournal(tx, {
      idempotencyKey: `royalties.run:${run.id}`,
      code: 'royalties.distribution',
      description: `${periodLabel(run)}: ${formatMinor(run.poolMinor, run.currency)} ${run.currency}, ${run.policy}`,
      effectiveAt: run.createdAt as Instant,
      actor: run.createdBy,
      lines: [{ account: poolAccount(run), amountMinor: run.poolMinor }, ...credits],
    });
    if (posting.kind === 'refused') throw new Error(posting.detail);
    await tx.run(finishRun, {
      id: run.id,
      ...digests,
      outputHash,
      journalId: posting.journalId satisfies JournalId,
      now: new Date(ctx.now()),
    });
    job.progress(total, total, 'Posted');
  });
}

/** Money to distribute for a period; what was collected is credited here, what was distributed debited. */
export function poolAccount(run: Run): AccountRef {
  return { name: `pool:${periodLabel(run)}`, currency: run.currency, kind: 'liability' };
}
