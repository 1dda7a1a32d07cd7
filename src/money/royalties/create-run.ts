import { newId, type PlaceId, type RunId, type UserId } from '#foundation/kernel/ids.ts';
import { formatMinor, isCurrency } from '#foundation/kernel/money.ts';
import { refuse, type Refusal } from '#foundation/kernel/outcome.ts';
import { dayOf, parseDayOrInstant, type Instant } from '#foundation/kernel/time.ts';
import { enqueue } from '#foundation/platform/jobs.ts';
import type { Db } from '#foundation/platform/postgres.ts';
import type { RoyaltiesContext } from './context.ts';
import { minPlayMsDefault } from './contract.ts';
import { distributionQueue, distributionTask } from './distribute-pool.ts';
import { periodLabel } from './period.ts';
import { policies, type PolicyName } from './policies.ts';
import {
  findOverlappingRuns,
  findRunByKey,
  insertRun,
  setRunJob,
  takeTurn,
  type RunStatus,
} from './queries.ts';
import type { Run } from './run-hashes.ts';

export type NewRun = {
  readonly period: { readonly from: string | number; readonly to: string | number };
  readonly pool: { readonly amountMinor: number; readonly currency: string };
  readonly policy: PolicyName;
  readonly minPlayMs?: number;
  readonly scope?: {
    readonly source?: string;
    readonly territory?: string;
    readonly placeId?: PlaceId;
  };
  /** Money for plays that another run pays for too is distributed on purpose. */
  readonly confirmOverlap?: boolean;
};

const keyCharsMax = 255;
const overlapsNamedMax = 5;

/**
 * Writes the run down and gives it to the job queue. With an idempotency key a retry answers with the first run;
 * the same key of the same person with another request is refused CONFLICT. A run for plays that another run pays for
 * in the same currency is refused RUN_OVERLAPS until it is confirmed.
 */
export async function createRun(
  ctx: RoyaltiesContext,
  userId: UserId,
  asked: NewRun,
  idempotencyKey: string | null,
): Promise<{ readonly id: RunId; readonly status: RunStatus } | Refusal> {
  if (
    idempotencyKey !== null &&
    (idempotencyKey.length === 0 || idempotencyKey.length > keyCharsMax)
  ) {
    return refuse(
      'VALIDATION_FAILED',
      `An Idempotency-Key has 1 to ${keyCharsMax} characters.`,
      'Idempotency-Key',
    );
  }
  const wanted = readRequest(asked);
  if (wanted.kind === 'refused') return wanted;
  const key = idempotencyKey === null ? null : `${userId} ${idempotencyKey}`;

  return ctx.db.tx(async (tx) => {
    await tx.run(takeTurn, { to: 'create' });
    const earlier = key === null ? null : await tx.maybe(findRunByKey, { idempotencyKey: key });
    if (earlier !== null) return repeatOf(earlier, asked, wanted);
    const overlap = asked.confirmOverlap === true ? null : await findOverlap(tx, asked, wanted);
    if (overlap !== null) return overlap;
    const id = newId<'run'>();
    await tx.run(insertRun, {
      id,
      policy: asked.policy,
      policyVersion: policies[asked.policy].version,
      from: new Date(wanted.from),
      to: new Date(wanted.to),
      poolMinor: asked.pool.amountMinor,
      currency: asked.pool.currency,
      minPlayMs: wanted.minPlayMs,
      scope: JSON.stringify(wanted.scope),
      idempotencyKey: key,
      createdBy: userId,
    });
    const jobId = await enqueue(tx, distributionTask, { runId: id }, { queue: distributionQueue });
    await tx.run(setRunJob, { id, jobId });
    return { id, status: 'running' as const };
  });
}

type Wanted = {
  readonly kind: 'wanted';
  readonly from: Instant;
  readonly to: Instant;
  readonly minPlayMs: number;
  readonly scope: NonNullable<NewRun['scope']>;
};

function readRequest({
  period,
  pool,
  minPlayMs = minPlayMsDefault,
  scope = {},
}: NewRun): Wanted | Refusal {
  const from = parseDayOrInstant(period.from);
  const to = parseDayOrInstant(period.to);
  const expected = 'is a UTC day (YYYY-MM-DD) or an instant with its zone';
  if (from === null) return refuse('VALIDATION_FAILED', `period.from ${expected}.`, 'period.from');
  if (to === null) return refuse('VALIDATION_FAILED', `period.to ${expected}.`, 'period.to');
  if (from >= to) {
    return refuse(
      'VALIDATION_FAILED',
      'period.to is exclusive and must be later than period.from.',
      'period.to',
    );
  }
  if (!isCurrency(pool.currency)) {
    return refuse(
      'VALIDATION_FAILED',
      `${pool.currency} is not a currency we keep.`,
      'pool.currency',
    );
  }
  return { kind: 'wanted', from, to, minPlayMs, scope };
}

async function findOverlap(db: Db, { pool }: NewRun, wanted: Wanted): Promise<Refusal | null> {
  const runs = await db.all(findOverlappingRuns, {
    from: new Date(wanted.from),
    to: new Date(wanted.to),
    currency: pool.currency,
    scope: wanted.scope,
    limit: overlapsNamedMax + 1,
  });
  if (runs.length === 0) return null;
  const named = runs.slice(0, overlapsNamedMax).map(overlapLabel).join('; ');
  const more = runs.length > overlapsNamedMax ? '; and others' : '';
  return refuse(
    'RUN_OVERLAPS',
    `Plays of this period and scope are paid for in ${pool.currency} by ${named}${more}. ` +
      'No run was started. To distribute more money for them, confirm the overlap.',
    'confirmOverlap',
  );
}

function overlapLabel(run: Run): string {
  const scope = [run.scope.source, run.scope.territory, run.scope.placeId].filter(
    (part) => part !== undefined,
  );
  const over = scope.length === 0 ? 'every play' : scope.join(', ');
  const ended = run.status === 'done' ? '' : ', not ended yet';
  return (
    `run ${run.id} of ${dayOf(run.createdAt)} (${periodLabel(run)}, ${over}, ${run.policy}, ` +
    `${formatMinor(run.poolMinor, run.currency)} ${run.currency}${ended})`
  );
}

function repeatOf(run: Run, asked: NewRun, wanted: Wanted) {
  const same =
    run.policy === asked.policy &&
    run.periodFrom === wanted.from &&
    run.periodTo === wanted.to &&
    run.poolMinor === BigInt(asked.pool.amountMinor) &&
    run.currency === asked.pool.currency &&
    run.minPlayMs === wanted.minPlayMs &&
    run.scope.source === wanted.scope.source &&
    run.scope.territory === wanted.scope.territory &&
    run.scope.placeId === wanted.scope.placeId;
  if (same) return { id: run.id, status: run.status };
  return refuse(
    'CONFLICT',
    'This Idempotency-Key was used for a run with other parameters; no run was started.',
    'Idempotency-Key',
  );
}
