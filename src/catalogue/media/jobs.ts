import { recordingsMerged } from '#catalogue/catalog/index.ts';
import { newId } from '#foundation/kernel/ids.ts';
import type { Refusal } from '#foundation/kernel/outcome.ts';
import {
  enqueue,
  type AnyTask,
  type JobId,
  type JobRun,
  type Task,
} from '#foundation/platform/jobs.ts';
import { subscriber, type Subscriber } from '#foundation/platform/outbox.ts';
import { analyseFiles } from './analysing/analyse-files.ts';
import { countUnanalysed } from './analysing/queries.ts';
import type { LibraryContext } from './context.ts';
import { importFolder, openFolder } from './importing/import-folder.ts';
import { beginRun, moveFiles, type ImportId } from './importing/queries.ts';

const importTask = { name: 'media.import', attemptsMax: 5 };
const analyseTask = { name: 'media.analyse', attemptsMax: 3 };

type ImportPayload = { readonly folder: string; readonly runId: ImportId };

/** Enqueues the import of a folder, after looking whether it can be read at all. Imports run one after the other. */
export async function requestImport(
  ctx: LibraryContext,
  folder: string,
): Promise<{ id: ImportId; jobId: JobId } | Refusal> {
  const root = await openFolder(folder);
  if (typeof root !== 'string') return root;
  return ctx.db.tx(async (tx) => {
    const id = newId<'import'>();
    const payload: ImportPayload = { folder, runId: id };
    const jobId = await enqueue(tx, importTask, payload, { queue: importTask.name });
    await tx.one(beginRun, { id, folder: root, jobId });
    return { id, jobId };
  });
}

/** Has the sound of new files analysed, behind everything else; one such job at a time finds all there is to do. */
export async function requestAnalysis(ctx: LibraryContext): Promise<void> {
  const { files } = await ctx.db.one(countUnanalysed, {});
  if (files > 0) await enqueue(ctx.db, analyseTask, {}, { queue: analyseTask.name });
}

export function mediaTasks(ctx: LibraryContext): readonly AnyTask[] {
  const runImport: Task<ImportPayload> = {
    ...importTask,
    async run({ folder, runId }: ImportPayload, job: JobRun) {
      const report = await importFolder(ctx, folder, {
        runId,
        jobId: job.jobId,
        signal: job.signal,
        progress: job.progress,
      });
      if (!('kind' in report)) await requestAnalysis(ctx);
      return report;
    },
  };
  const runAnalysis: Task<object> = {
    ...analyseTask,
    run: (_payload: object, job: JobRun) => analyseFiles(ctx, job),
  };
  return [runImport, runAnalysis];
}

export function mediaSubscribers({ db }: LibraryContext): readonly Subscriber[] {
  return [subscriber('media', recordingsMerged, (merged) => db.run(moveFiles, merged))];
}
