import { Logger, run as runWorker, type Runner } from 'graphile-worker';
import type { Log } from './log.ts';
import { openPlainPool, type Database } from './postgres.ts';

// graphile-worker, as everything here uses it: jobs and deliveries are rows in the same database, taken by one server at a time.

export type Queue = { stop(): Promise<void> };

export type QueueOptions = {
  readonly concurrency: number;
  readonly tasks: Readonly<Record<string, (payload: unknown) => Promise<void>>>;
};

export async function startQueue(
  ctx: { readonly db: Database; readonly log: Log },
  options: QueueOptions,
): Promise<Queue> {
  let stopping = false;
  // The queue's connections end some moments after it has stopped, and then the database does: nobody's concern.
  const pool = openPlainPool(ctx.db.url, options.concurrency + 2, (error) => {
    if (!stopping) ctx.log.warn({ err: error }, 'a connection of the job queue broke');
  });
  const runner: Runner = await runWorker({
    pgPool: pool,
    concurrency: options.concurrency,
    noHandleSignals: true,
    logger: new Logger(() => (level, message) => {
      if (level === 'error' && !stopping) ctx.log.error(message);
    }),
    taskList: options.tasks,
  });
  return {
    async stop() {
      stopping = true;
      await runner.stop();
      await pool.end();
    },
  };
}
