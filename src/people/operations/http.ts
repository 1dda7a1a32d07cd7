import { statfs } from 'node:fs/promises';
import { cutPage, limitDefault } from '#foundation/kernel/endpoint.ts';
import { commonProblems, refuse, type Refusal } from '#foundation/kernel/outcome.ts';
import { toIso } from '#foundation/kernel/time.ts';
import { databaseHealth } from '#foundation/platform/database-health.ts';
import { describeConfig, type LoadedConfig } from '#foundation/platform/config.ts';
import { serving, type Kit } from '#foundation/platform/http.ts';
import {
  findJob,
  listJobs,
  requestCancel,
  reviveJob,
  type Job,
} from '#foundation/platform/jobs.ts';
import type { Database } from '#foundation/platform/postgres.ts';
import * as contract from './contract.ts';

export type OperationsContext = {
  readonly db: Database;
  readonly loaded: LoadedConfig;
  readonly demo: boolean;
  readonly version: string;
};

export function serveOperations(kit: Kit, ctx: OperationsContext): void {
  const serve = serving(kit, commonProblems);
  const { config } = ctx.loaded;

  serve(contract.readInstallation, async () => ({ demo: ctx.demo, version: ctx.version }));

  serve(contract.listJobs, async ({ query: q }) => {
    const limit = q.limit ?? limitDefault;
    const rows = await ctx.db.all(listJobs, {
      limit: limit + 1,
      before: q.cursor ?? null,
      status: q.status ?? null,
    });
    return cutPage(rows, limit, toOut, (last) => last.id);
  });

  serve(contract.getJob, async ({ params }) => {
    const job = await ctx.db.maybe(findJob, params);
    return job === null ? noSuchJob : toOut(job);
  });

  serve(contract.cancelJob, async ({ params }) =>
    (await ctx.db.run(requestCancel, params)) === 0
      ? refuseJob(params, 'The job has ended already; there is nothing to cancel.')
      : {},
  );

  serve(contract.retryJob, async ({ params }) =>
    (await ctx.db.run(reviveJob, params)) === 0
      ? refuseJob(params, 'Only a failed or cancelled job can be tried again.')
      : {},
  );

  async function refuseJob(job: { readonly id: string }, why: string): Promise<Refusal> {
    return (await ctx.db.maybe(findJob, job)) === null ? noSuchJob : refuse('CONFLICT', why);
  }

  serve(contract.readHealth, async () => {
    const [health, disk] = await Promise.all([ctx.db.one(databaseHealth, {}), statfs(config.home)]);
    return {
      version: ctx.version,
      node: process.version,
      upSeconds: Math.floor(process.uptime()),
      database: {
        version: health.version,
        sizeBytes: Number(health.sizeBytes),
        connections: Number(health.connections),
      },
      jobs: {
        waiting: Number(health.waiting),
        running: Number(health.running),
        failed: Number(health.failed),
      },
      outbox: { waiting: Number(health.undelivered), oldestSeconds: health.oldestSeconds },
      diskFreeBytes: disk.bavail * disk.bsize,
      memoryBytes: process.memoryUsage.rss(),
    };
  });

  serve(contract.listSettings, async () => ({ items: [...describeConfig(ctx.loaded)] }));
}

const noSuchJob = refuse('NOT_FOUND', 'There is no such job.');

function toOut(job: Job) {
  return {
    ...job,
    done: Number(job.done),
    total: job.total === null ? null : Number(job.total),
    createdAt: toIso(job.createdAt),
    startedAt: job.startedAt === null ? null : toIso(job.startedAt),
    endedAt: job.endedAt === null ? null : toIso(job.endedAt),
  };
}
