import { newId, type Id } from '#foundation/kernel/ids.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import { column, command, query, sql, type Database, type Db } from './postgres.ts';
import { startQueue, type Queue } from './queue.ts';
import type { Instant } from '#foundation/kernel/time.ts';

// Long work: graphile-worker carries it, and platform.job is what people see of it. A job is at least once,
// so every task must be repeatable.

export type JobId = Id<'job'>;
export type JobStatus = 'waiting' | 'running' | 'done' | 'failed' | 'cancelled';

export type JobRun = {
  readonly jobId: JobId;
  /** Aborted when somebody cancels the job or the program stops. */
  readonly signal: AbortSignal;
  /** What is done and what is left; written at most once a second. */
  progress(done: number, total: number | null, note?: string): void;
};

export type Task<Payload> = {
  readonly name: string;
  /** Attempts before a job is dead; a dead job stays visible until somebody retries it. */
  readonly attemptsMax: number;
  run(payload: Payload, job: JobRun): Promise<unknown>;
};

// Tasks of different payloads live in one list; `defineTask` checks each against its own payload.
export type AnyTask = Task<never>;

export const jobRow = {
  id: column.uuid<JobId>(),
  task: column.text,
  status: column.oneOf<JobStatus>(),
  done: column.int8,
  total: column.nullable(column.int8),
  note: column.nullable(column.text),
  error: column.nullable(column.text),
  result: column.nullable(column.json<unknown>()),
  attempts: column.int4,
  createdAt: column.instant,
  startedAt: column.nullable(column.instant),
  endedAt: column.nullable(column.instant),
};

export type Job = {
  readonly id: JobId;
  readonly task: string;
  readonly status: JobStatus;
  readonly done: bigint;
  readonly total: bigint | null;
  readonly note: string | null;
  readonly error: string | null;
  readonly result: unknown;
  readonly attempts: number;
  readonly createdAt: Instant;
  readonly startedAt: Instant | null;
  readonly endedAt: Instant | null;
};

const sampleId = '00000000-0000-7000-8000-000000000000';
const jobColumns = sql`id, task, status, done, total, note, error, result, attempts, created_at, started_at, ended_at`;

export const insertJob = command({
  name: 'platform.insertJob',
  sample: {
    id: sampleId,
    task: 'sample',
    payload: '{}',
    attemptsMax: 1,
    queue: null as string | null,
  },
  text: (p: {
    id: string;
    task: string;
    payload: string;
    attemptsMax: number;
    queue: string | null;
  }) => sql`
    with job as (
      insert into platform.job (id, task, payload, attempts_max)
      values (${p.id}, ${p.task}, ${p.payload}::jsonb, ${p.attemptsMax})
      returning id)
    select graphile_worker.add_job(
      ${p.task}::text, json_build_object('jobId', job.id), queue_name => ${p.queue}::text, max_attempts => ${p.attemptsMax}::int)
    from job`,
});

export const findJob = query({
  name: 'platform.findJob',
  columns: jobRow,
  sample: { id: sampleId },
  text: (p: { id: string }) => sql`select ${jobColumns} from platform.job where id = ${p.id}`,
});

export const listJobs = query({
  name: 'platform.listJobs',
  columns: jobRow,
  sample: { limit: 1, before: null as string | null, status: null as string | null },
  text: (p: { limit: number; before: string | null; status: string | null }) => sql`
    select ${jobColumns}
    from platform.job
    where (${p.before}::uuid is null or id < ${p.before}::uuid)
      and (${p.status}::text is null or status = ${p.status})
    order by id desc
    limit ${p.limit}`,
});

export const beginJob = query({
  name: 'platform.beginJob',
  columns: { payload: column.json<never>(), attempts: column.int4, attemptsMax: column.int4 },
  sample: { id: sampleId },
  text: (p: { id: string }) => sql`
    update platform.job
    set status = 'running', attempts = attempts + 1, started_at = coalesce(started_at, now()), error = null
    where id = ${p.id} and status in ('waiting', 'running') and not cancel_requested
    returning payload, attempts, attempts_max`,
});

export const noteProgress = query({
  name: 'platform.noteProgress',
  columns: { cancelRequested: column.bool },
  sample: { id: sampleId, done: 0, total: null as number | null, note: null as string | null },
  text: (p: { id: string; done: number; total: number | null; note: string | null }) => sql`
    update platform.job
    set done = ${p.done}, total = ${p.total}, note = coalesce(${p.note}, note)
    where id = ${p.id}
    returning cancel_requested`,
});

export const endJob = command({
  name: 'platform.endJob',
  sample: {
    id: sampleId,
    status: 'done' as JobStatus,
    error: null as string | null,
    result: null as string | null,
  },
  text: (p: { id: string; status: JobStatus; error: string | null; result: string | null }) => sql`
    update platform.job
    set status = ${p.status}, error = ${p.error}, result = ${p.result}::jsonb,
        ended_at = case when ${p.status} in ('done', 'failed', 'cancelled') then now() end
    where id = ${p.id}`,
});

/** The program stops: the job goes on after the next start, and the attempt was none. */
export const putBackJob = command({
  name: 'platform.putBackJob',
  sample: { id: sampleId },
  text: (p: { id: string }) => sql`
    update platform.job
    set status = 'waiting', attempts = attempts - 1
    where id = ${p.id}`,
});

export const requestCancel = command({
  name: 'platform.requestCancel',
  sample: { id: sampleId },
  text: (p: { id: string }) => sql`
    update platform.job
    set cancel_requested = true,
        status = case when status = 'waiting' then 'cancelled' else status end,
        ended_at = case when status = 'waiting' then now() end
    where id = ${p.id} and status in ('waiting', 'running')`,
});

export const reviveJob = command({
  name: 'platform.reviveJob',
  sample: { id: sampleId },
  text: (p: { id: string }) => sql`
    with job as (
      update platform.job
      set status = 'waiting', cancel_requested = false, error = null, ended_at = null, attempts = 0
      where id = ${p.id} and status in ('failed', 'cancelled')
      returning id, task, attempts_max)
    select graphile_worker.add_job(job.task, json_build_object('jobId', job.id), max_attempts => job.attempts_max)
    from job`,
});

export const unlockJobs = command({
  name: 'platform.unlockJobs',
  sample: {},
  text: () => sql`
    select graphile_worker.force_unlock_workers(array(
      select distinct locked_by from graphile_worker._private_jobs where locked_by is not null))`,
});

/** A job that the queue has used up although no attempt ended: stops of the program are no fault of the job. */
export const reviveStopped = command({
  name: 'platform.reviveStopped',
  sample: {},
  text: () => sql`
    select graphile_worker.reschedule_jobs(
      array(
        select w.id
        from graphile_worker._private_jobs w
        join platform.job j on j.id = (w.payload->>'jobId')::uuid
        where w.attempts >= w.max_attempts and j.status = 'waiting'
          and not exists (
            select from graphile_worker._private_jobs other
            where other.payload->>'jobId' = w.payload->>'jobId' and other.attempts < other.max_attempts)),
      run_at => now(), attempts => 0)`,
});

/** A job during whose last attempt the program was killed would be shown as running for ever. */
export const buryCrashed = command({
  name: 'platform.buryCrashed',
  sample: {},
  text: () => sql`
    update platform.job j
    set status = 'failed', error = 'The program ended during each of its attempts.', ended_at = now()
    from graphile_worker._private_jobs w
    where j.id = (w.payload->>'jobId')::uuid and j.status = 'running' and w.attempts >= w.max_attempts
      and not exists (
        select from graphile_worker._private_jobs other
        where other.payload->>'jobId' = w.payload->>'jobId' and other.attempts < other.max_attempts)`,
});

/** Enqueues in the caller's transaction: the job exists exactly when what it is about exists. Jobs of one queue run one after the other. */
export async function enqueue(
  db: Db,
  task: { readonly name: string; readonly attemptsMax: number },
  payload: object,
  options: { queue?: string } = {},
): Promise<JobId> {
  const id = newId<'job'>();
  await db.run(insertJob, {
    id,
    task: task.name,
    payload: JSON.stringify(payload),
    attemptsMax: task.attemptsMax,
    queue: options.queue ?? null,
  });
  return id;
}

const concurrency = 2;
const progressEveryMs = 1_000;

/** Starts working off jobs. `soleOwner`: no other server shares the database, so locks of a crashed one are lifted at once. */
export async function startJobs(
  ctx: {
    readonly db: Database;
    readonly log: Log;
    readonly metrics: Metrics;
    readonly soleOwner: boolean;
  },
  tasks: readonly AnyTask[],
): Promise<Queue> {
  if (ctx.soleOwner) {
    await ctx.db.run(unlockJobs, {});
    await ctx.db.run(buryCrashed, {});
  }
  await ctx.db.run(reviveStopped, {});
  const stopping = new AbortController();
  const queue = await startQueue(ctx, {
    concurrency,
    tasks: Object.fromEntries(
      tasks.map((task) => [
        task.name,
        async (raw) => runJob(ctx, task, (raw as { jobId: JobId }).jobId, stopping.signal),
      ]),
    ),
  });
  return {
    async stop() {
      stopping.abort(new Error('the program stops'));
      await queue.stop();
    },
  };
}

async function runJob(
  ctx: { readonly db: Database; readonly log: Log; readonly metrics: Metrics },
  task: AnyTask,
  jobId: JobId,
  stopping: AbortSignal,
): Promise<void> {
  const begun = await ctx.db.maybe(beginJob, { id: jobId });
  if (begun === null) return; // cancelled while it waited
  const cancel = new AbortController();
  const signal = AbortSignal.any([cancel.signal, stopping]);
  const reporter = reportProgress(ctx.db, jobId, cancel);
  try {
    const result = await task.run(begun.payload, { jobId, signal, progress: reporter.progress });
    await reporter.flush();
    const status = cancel.signal.aborted ? 'cancelled' : 'done';
    await ctx.db.run(endJob, {
      id: jobId,
      status,
      error: null,
      result: JSON.stringify(result ?? null),
    });
    ctx.metrics.jobsTotal.inc({ task: task.name, outcome: status });
  } catch (error) {
    await reporter.flush().catch(() => {});
    const message = error instanceof Error ? error.message : String(error);
    if (cancel.signal.aborted) {
      await ctx.db.run(endJob, { id: jobId, status: 'cancelled', error: null, result: null });
      return;
    }
    if (stopping.aborted) {
      await ctx.db.run(putBackJob, { id: jobId });
      throw error;
    }
    const dead = begun.attempts >= begun.attemptsMax;
    await ctx.db.run(endJob, {
      id: jobId,
      status: dead ? 'failed' : 'waiting',
      error: message.slice(0, 2_000),
      result: null,
    });
    ctx.log.warn(
      { task: task.name, jobId, err: error },
      dead ? 'job is dead' : 'job will be tried again',
    );
    ctx.metrics.jobsTotal.inc({ task: task.name, outcome: dead ? 'failed' : 'retried' });
    throw error;
  } finally {
    reporter.stop();
  }
}

function reportProgress(db: Database, id: JobId, cancel: AbortController) {
  let latest = { done: 0, total: null as number | null, note: null as string | null };
  let dirty = false;
  async function flush(): Promise<void> {
    dirty = false;
    const row = await db.maybe(noteProgress, { id, ...latest });
    if (row?.cancelRequested) cancel.abort(new Error('cancelled'));
  }
  // Also looks for a cancel when nothing moved, so that a slow step can be stopped.
  const timer = setInterval(() => void flush().catch(() => {}), progressEveryMs);
  return {
    progress(done: number, total: number | null, note?: string) {
      latest = { done, total, note: note ?? latest.note };
      dirty = true;
    },
    flush: () => (dirty ? flush() : Promise.resolve()),
    stop: () => clearInterval(timer),
  };
}
