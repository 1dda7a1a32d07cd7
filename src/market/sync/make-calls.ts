import { setTimeout as pause } from 'node:timers/promises';
import { minuteMs, hourMs } from '#foundation/kernel/time.ts';
import type { JobRun, Task } from '#foundation/platform/jobs.ts';
import { readSeries, storeFacts, toDayNumber } from '#market/audience/index.ts';
import type { SoundchartsAnswer } from '#market/harvest/index.ts';
import type { SyncContext } from './context.ts';
import { isReal, missingDays, whatOf } from './plan-calls.ts';
import { countWaiting, endCall, nextCall, setRest } from './queries.ts';

// The calls of all tasks, one after the other. What was kept stays kept whatever happens next: a call is ended after its figures
// were stored, so a crash repeats at most one, and storing a body again changes nothing.

export const syncTask = { name: 'sync.calls', attemptsMax: 20 };

/** An answer takes about 200 ms, and as long is waited before the next. */
export const typicalCallMs = 400;

const attemptsPerCallMax = 3;
/** Kept back for those who ask by hand. */
const quotaReserve = 10;
const quotaRestMs = hourMs;
const failuresInARowMax = 5;
const failureRestMs = 10 * minuteMs;
const progressEvery = 10;

type Call = {
  readonly id: bigint;
  readonly entityId: string;
  readonly externalId: string;
  readonly what: 'song audience' | 'followers' | 'monthly listeners';
  readonly platform: string;
  readonly from: string;
  readonly to: string;
  readonly attempts: number;
};

export function callsTask(ctx: SyncContext): Task<object> {
  return { ...syncTask, run: (_payload, job) => makeCalls(ctx, job) };
}

type Made = {
  readonly calls: number;
  readonly filledMeanwhile: number;
  readonly stopped: string | null;
};

export async function makeCalls(
  ctx: SyncContext,
  job: Pick<JobRun, 'signal' | 'progress'>,
): Promise<Made> {
  const closed = await ctx.soundcharts.closedBecause();
  if (closed !== null) {
    await rest(ctx, failureRestMs, closed);
    return { calls: 0, filledMeanwhile: 0, stopped: closed };
  }
  const run = await ctx.soundcharts.openRun(null);
  let calls = 0;
  let filledMeanwhile = 0;
  let failuresInARow = 0;
  let stopped: string | null = null;
  try {
    while (stopped === null && !job.signal.aborted) {
      const call = await ctx.db.maybe(nextCall, {});
      if (call === null) break;
      if ((calls + filledMeanwhile) % progressEvery === 0) await tell(ctx, job);
      if (!(await isMissing(ctx, call))) {
        filledMeanwhile += 1;
        await end(ctx, call, 'done', null);
        continue;
      }
      if (calls > 0) await pause(ctx.soundcharts.minIntervalMs);
      calls += 1;
      const answer = await run.call(call, job.signal);
      stopped = await settle(ctx, call, answer, job.signal);
      failuresInARow = answer.kind === 'failed' ? failuresInARow + 1 : 0;
      if (failuresInARow >= failuresInARowMax && answer.kind === 'failed') {
        stopped = answer.problem;
        await rest(ctx, failureRestMs, stopped);
      }
    }
    await tell(ctx, job);
  } finally {
    await run.end();
  }
  return { calls, filledMeanwhile, stopped };
}

/** Keeps what came and ends the call. A sentence is why no further call may be made now. */
async function settle(
  ctx: SyncContext,
  call: Call,
  answer: SoundchartsAnswer,
  signal: AbortSignal,
): Promise<string | null> {
  if (answer.kind === 'stop') {
    await rest(ctx, quotaRestMs, answer.problem);
    return answer.problem;
  }
  if (answer.kind === 'slower') {
    await pause(answer.waitMs, undefined, { signal }).catch(() => {});
    return null;
  }
  if (answer.kind === 'facts') {
    const stored = await storeFacts(ctx, answer.facts, {
      provenance: 'api',
      payloadId: answer.payloadId,
    });
    if (stored.kind === 'refused') await end(ctx, call, 'failed', stored.detail ?? stored.code);
    else await end(ctx, call, 'done', null);
  } else if (answer.kind === 'empty') await end(ctx, call, 'empty', answer.problem);
  else if (!signal.aborted)
    await end(
      ctx,
      call,
      call.attempts + 1 < attemptsPerCallMax ? 'waiting' : 'failed',
      answer.problem,
    );
  if (answer.quotaLeft === null || answer.quotaLeft > quotaReserve) return null;
  const problem = `Soundcharts has ${answer.quotaLeft} calls left; the last ${quotaReserve} are kept back.`;
  await rest(ctx, quotaRestMs, problem);
  return problem;
}

async function isMissing(ctx: SyncContext, call: Call): Promise<boolean> {
  const [from, to] = [toDayNumber(call.from), toDayNumber(call.to)];
  const series = (await readSeries(ctx, [call.entityId], from, to, '')).filter(
    (one) => one.platform === call.platform && whatOf(one.metric) === call.what && isReal(one),
  );
  return missingDays(series, from, to).length > 0;
}

async function end(
  ctx: SyncContext,
  call: Call,
  status: 'waiting' | 'done' | 'empty' | 'failed',
  problem: string | null,
): Promise<void> {
  await ctx.db.run(endCall, { id: call.id, status, problem, now: new Date(ctx.now()) });
}

async function rest(ctx: SyncContext, ms: number, problem: string): Promise<void> {
  await ctx.db.run(setRest, { until: new Date(ctx.now() + ms), problem });
}

async function tell(ctx: SyncContext, job: Pick<JobRun, 'progress'>): Promise<void> {
  const { waiting, known } = await ctx.db.one(countWaiting, {});
  job.progress(Number(known - waiting), Number(known), 'calls');
}
