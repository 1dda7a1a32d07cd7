import type { RoyaltiesContext } from './context.ts';
import {
  freezeOneMoment,
  freezeRecordings,
  freezeRights,
  freezeUsage,
  markFrozen,
  sortInMemory,
} from './freeze-queries.ts';
import { lockRun } from './queries.ts';
import type { Run } from './run-hashes.ts';

/**
 * Copies what the run depends on, once: all of it or nothing, so that a run begun again after a crash goes on from
 * the same inputs. Answers the run as it is afterwards.
 */
export function freezeRun(ctx: RoyaltiesContext, { id }: Run): Promise<Run> {
  return ctx.db.tx(async (tx) => {
    await tx.run(freezeOneMoment, {});
    const run = await tx.one(lockRun, { id });
    if (run.frozenAt !== null) return run;
    await tx.run(sortInMemory, {});
    const frozen = await tx.one(freezeUsage, {
      runId: id,
      from: new Date(run.periodFrom),
      to: new Date(run.periodTo),
      minPlayMs: run.minPlayMs,
      scope: run.scope,
      demo: ctx.demo,
    });
    await tx.run(freezeRights, { runId: id, to: new Date(run.periodTo) });
    await tx.run(freezeRecordings, { runId: id });
    await tx.run(markFrozen, {
      runId: id,
      plays: frozen.plays,
      provenance: frozen.demo ? 'demo' : 'counted',
      now: new Date(ctx.now()),
    });
    return tx.one(lockRun, { id });
  });
}
