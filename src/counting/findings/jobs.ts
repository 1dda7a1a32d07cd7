import { recordingsMerged } from '#catalogue/catalog/index.ts';
import { catalogueIndexed, soundKept } from '#counting/recognition/index.ts';
import { enqueue, type AnyTask, type Task } from '#foundation/platform/jobs.ts';
import { subscriber, type Subscriber } from '#foundation/platform/outbox.ts';
import { compareUploads, hasUncompared } from './compare-uploads.ts';
import type { FindingsContext } from './context.ts';
import * as queries from './queries.ts';

const compareTask = { name: 'findings.compare', attemptsMax: 5 };

export function findingsTasks(ctx: FindingsContext): readonly AnyTask[] {
  const task: Task<object> = { ...compareTask, run: (_payload, job) => compareUploads(ctx, job) };
  return [task];
}

export function findingsSubscribers(ctx: FindingsContext): readonly Subscriber[] {
  return [
    // One job at a time compares all there is to compare.
    subscriber('findings', catalogueIndexed, async () => {
      if (await hasUncompared(ctx))
        await enqueue(ctx.db, compareTask, {}, { queue: compareTask.name });
    }),
    subscriber('findings', soundKept, (kept) => ctx.db.run(queries.noteKept, kept)),
    subscriber('findings', recordingsMerged, (merged) => ctx.db.run(queries.moveFindings, merged)),
  ];
}
