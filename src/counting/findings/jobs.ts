import type { RecordingsMerged } from '#catalogue/catalog/index.ts';
import type { CatalogueIndexed, SoundKept } from '#counting/recognition/index.ts';
import { enqueue, type AnyTask, type Task } from '#foundation/platform/jobs.ts';
import type { Subscriber } from '#foundation/platform/outbox.ts';
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
    {
      topic: 'recognition.catalogueIndexed' satisfies CatalogueIndexed['topic'],
      // One job at a time compares all there is to compare.
      handle: async () => {
        if (await hasUncompared(ctx))
          await enqueue(ctx.db, compareTask, {}, { queue: compareTask.name });
      },
    },
    {
      topic: 'recognition.soundKept' satisfies SoundKept['topic'],
      handle: async (kept: SoundKept['payload']) => void (await ctx.db.run(queries.noteKept, kept)),
    },
    {
      topic: 'catalog.recordingsMerged' satisfies RecordingsMerged['topic'],
      handle: async (merged: RecordingsMerged['payload']) =>
        void (await ctx.db.run(queries.moveFindings, merged)),
    },
  ];
}
