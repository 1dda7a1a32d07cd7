import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLog } from './log.ts';
import { createMetrics } from './metrics.ts';
import {
  enqueue,
  findJob,
  requestCancel,
  reviveJob,
  startJobs,
  type AnyTask,
  type Job,
  type JobId,
} from './jobs.ts';
import { testDatabase } from './testing.ts';

const { db } = await testDatabase({ after });
const ctx = { db, log: createLog('silent'), metrics: createMetrics('test'), soleOwner: true };

async function until(jobId: JobId, wanted: (job: Job) => boolean): Promise<Job> {
  for (let i = 0; i < 400; i++) {
    const job = await db.one(findJob, { id: jobId });
    if (wanted(job)) return job;
    await sleep(25);
  }
  throw new Error(
    `the job never got there: ${JSON.stringify(await db.one(findJob, { id: jobId }), (_, v: unknown) => (typeof v === 'bigint' ? Number(v) : v))}`,
  );
}

test('a job runs once, reports progress and keeps its result; a cancelled one stops; a dead one waits for a retry', async () => {
  const seen: string[] = [];
  let healed = false;
  const tasks = [
    {
      name: 'test.count',
      attemptsMax: 3,
      run: async (payload: { to: number }, job: Parameters<AnyTask['run']>[1]) => {
        seen.push('count');
        job.progress(payload.to, payload.to, 'counted');
        return { reached: payload.to };
      },
    },
    {
      name: 'test.wait',
      attemptsMax: 1,
      run: async (_: object, job: Parameters<AnyTask['run']>[1]) => {
        await sleep(60_000, undefined, { signal: job.signal });
      },
    },
    {
      name: 'test.break',
      attemptsMax: 1,
      run: async () => {
        if (!healed) throw new Error('the disk is full');
      },
    },
  ] as unknown as AnyTask[];
  const runner = await startJobs(ctx, tasks);
  try {
    const counted = await until(
      await enqueue(db, tasks[0]!, { to: 7 }),
      (j) => j.status === 'done',
    );
    assert.deepEqual(
      [counted.done, counted.total, counted.note, counted.result],
      [7n, 7n, 'counted', { reached: 7 }],
    );
    assert.deepEqual(seen, ['count']);

    const waiting = await enqueue(db, tasks[1]!, {});
    await until(waiting, (j) => j.status === 'running');
    assert.equal(await db.run(requestCancel, { id: waiting }), 1);
    assert.equal((await until(waiting, (j) => j.endedAt !== null)).status, 'cancelled');

    const broken = await enqueue(db, tasks[2]!, {});
    const dead = await until(broken, (j) => j.status === 'failed');
    assert.equal(dead.error, 'the disk is full');
    healed = true;
    await db.run(reviveJob, { id: broken });
    assert.equal((await until(broken, (j) => j.endedAt !== null)).status, 'done');
  } finally {
    await runner.stop();
  }
});

test('stopping the program costs a job no attempt; being killed during the last one makes it a dead job', async () => {
  let patient = false;
  const task = {
    name: 'test.long',
    attemptsMax: 1,
    run: async (_: object, job: Parameters<AnyTask['run']>[1]) => {
      if (!patient) await sleep(60_000, undefined, { signal: job.signal });
    },
  } as unknown as AnyTask;
  const long = await enqueue(db, task, {});
  for (let stops = 0; stops < 2; stops++) {
    const runner = await startJobs(ctx, [task]);
    await until(long, (j) => j.status === 'running');
    await runner.stop();
    const { status, attempts } = await db.one(findJob, { id: long });
    assert.deepEqual([status, attempts], ['waiting', 0]);
  }
  patient = true;
  const runner = await startJobs(ctx, [task]);
  await until(long, (j) => j.status === 'done');
  await runner.stop();

  const killed = await enqueue(db, task, {});
  await db.pool.query("update platform.job set status = 'running' where id = $1", [killed]);
  await db.pool.query(
    "update graphile_worker._private_jobs set attempts = 1, locked_by = 'killed', locked_at = now() where payload->>'jobId' = $1",
    [killed],
  );
  const next = await startJobs(ctx, [task]);
  assert.equal((await db.one(findJob, { id: killed })).status, 'failed');
  await next.stop();
});

test('a job exists exactly when the transaction that asked for it commits', async () => {
  let lost: JobId | undefined;
  await assert.rejects(
    db.tx(async (tx) => {
      lost = await enqueue(tx, { name: 'test.count', attemptsMax: 1 }, {});
      throw new Error('no');
    }),
  );
  assert.equal(await db.maybe(findJob, { id: lost! }), null);
});
