import type { UserId } from '#foundation/kernel/ids.ts';
import { toIso, type Instant } from '#foundation/kernel/time.ts';
import type { SyncContext } from './context.ts';
import type { SyncOutput } from './contract.ts';
import { readRest, tasksOf, type SyncId } from './queries.ts';
import { secondsFor, type SyncFilters } from './start-sync.ts';

/** Where one's own tasks stand, the latest first; another person's is as good as none. */
export async function readSyncs(
  ctx: SyncContext,
  userId: UserId,
  asked: { readonly id?: string; readonly before?: string | undefined; readonly limit: number },
): Promise<readonly SyncOutput[]> {
  const rest = await ctx.db.maybe(readRest, {});
  const resting = rest !== null && rest.until > ctx.now() ? rest : null;
  const rows = await ctx.db.all(tasksOf, {
    requestedBy: userId,
    id: asked.id ?? null,
    before: asked.before ?? null,
    limit: asked.limit,
  });
  return rows.map((row) => {
    const waiting = Number(row.calls - row.done - row.failed);
    const status = statusOf(row, waiting, resting !== null);
    return {
      taskId: row.id,
      status,
      cells: row.cells,
      calls: Number(row.calls),
      callsDone: Number(row.done),
      callsEmpty: Number(row.empty),
      callsFailed: Number(row.failed),
      estimatedSeconds: status === 'running' ? secondsFor(waiting) : 0,
      problem: status === 'paused' ? resting!.problem : row.problem,
      restingUntil: status === 'paused' ? toIso(resting!.until) : null,
      createdAt: toIso(row.createdAt),
      filters: row.filters as SyncFilters,
    };
  });
}

type Counts = {
  readonly id: SyncId;
  readonly cancelledAt: Instant | null;
  readonly calls: bigint;
  readonly failed: bigint;
};

function statusOf(row: Counts, waiting: number, isResting: boolean): SyncOutput['status'] {
  if (row.cancelledAt !== null) return 'cancelled';
  if (waiting > 0) return isResting ? 'paused' : 'running';
  if (row.failed === 0n) return 'done';
  return row.failed === row.calls ? 'failed' : 'partial';
}
