import type { RunId } from '#foundation/kernel/ids.ts';
import { toJsonAmount } from '#foundation/kernel/money.ts';
import { refuse, type Refusal } from '#foundation/kernel/outcome.ts';
import { toIso } from '#foundation/kernel/time.ts';
import { findJob } from '#foundation/platform/jobs.ts';
import type { Db } from '#foundation/platform/postgres.ts';
import { periodOut } from './period.ts';
import { findRun, findRuns } from './queries.ts';
import { findStatementsOfRun } from './statement-queries.ts';
import type { Run } from './run-hashes.ts';

const payeesMax = 1_000_000;

export async function readRun(db: Db, id: RunId) {
  const run = await db.maybe(findRun, { id });
  if (run === null) return noSuchRun();
  const statements = await db.all(findStatementsOfRun, { runId: id, after: 0, limit: payeesMax });
  return {
    ...(await headOf(db, run)),
    lines: statements.map(({ partyId, name, amountMinor, eligiblePlays }) => ({
      partyId,
      name,
      amountMinor: toJsonAmount(amountMinor),
      eligiblePlays: Number(eligiblePlays),
    })),
    remainderMinor: 0 as const,
  };
}

/** Newest first; the cursor is the id of the last run of the page before. */
export async function readRuns(
  db: Db,
  page: { readonly before: RunId | null; readonly limit: number },
) {
  const runs = await db.all(findRuns, { before: page.before, status: null, limit: page.limit + 1 });
  const items = [];
  for (const run of runs.slice(0, page.limit)) items.push(await headOf(db, run));
  return { items, nextCursor: runs.length > page.limit ? items.at(-1)!.id : null };
}

export function noSuchRun(): Refusal<'NOT_FOUND'> {
  return refuse('NOT_FOUND', 'There is no such run.');
}

async function headOf(db: Db, run: Run) {
  return {
    id: run.id,
    ...(await statusOf(db, run)),
    policy: run.policy,
    policyVersion: run.policyVersion,
    period: periodOut(run),
    pool: { amountMinor: toJsonAmount(run.poolMinor), currency: run.currency },
    minPlayMs: run.minPlayMs,
    scope: run.scope as never, // as it was validated when it came in
    provenance: run.provenance,
    eligiblePlays: run.eligiblePlays === null ? null : Number(run.eligiblePlays),
    usageHash: run.usageHash,
    rightsHash: run.rightsHash,
    inputHash: run.inputHash,
    outputHash: run.outputHash,
    sameAs: run.sameAs,
    check:
      run.checkedAt === null
        ? null
        : { at: toIso(run.checkedAt), problems: [...(run.checkProblems ?? [])] },
    jobId: run.jobId,
    createdAt: toIso(run.createdAt),
    endedAt: run.endedAt === null ? null : toIso(run.endedAt),
  };
}

/** A run whose job was cancelled or died will not end by itself, so it says so; a retry of the job sets it running again. */
async function statusOf(db: Db, run: Run) {
  if (run.status !== 'running' || run.jobId === null)
    return { status: run.status, error: run.error };
  const job = await db.maybe(findJob, { id: run.jobId });
  if (job?.status === 'cancelled') {
    return { status: 'failed' as const, error: 'The run was cancelled. Nothing was posted.' };
  }
  if (job?.status === 'failed') {
    return {
      status: 'failed' as const,
      error: `The run broke off (${job.error ?? 'no reason given'}). Nothing was posted; its job can be tried again.`,
    };
  }
  return { status: run.status, error: run.error };
}
