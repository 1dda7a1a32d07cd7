import path from 'node:path';
import { noteDuration } from '#catalogue/catalog/index.ts';
import type { JobRun } from '#foundation/platform/jobs.ts';
import type { LibraryContext } from '../context.ts';
import { contentTypes, type SoundFormat } from '../reading-tags/sniff.ts';
import { openWorkerPool, type PoolOptions } from '#foundation/platform/worker-pool.ts';
import type { Analysed, AnalyseRequest } from './analyse-sound.ts';
import { countUnanalysed, listUnanalysed, putAnalysis } from './queries.ts';

const defaults: PoolOptions = {
  worker: path.join(import.meta.dirname, 'analyse-worker.ts'),
  workers: 1,
  timeoutMs: 180_000,
  rssBytesMax: 1024 ** 3,
  inBackground: true,
};
const pageFiles = 50;
const nullId = '00000000-0000-0000-0000-000000000000';

/**
 * Decodes what has not been decoded yet: real length, loudness (EBU R 128), true peak, waveform. Files are worked off in
 * a process of their own that gives way to everything else; one that crashes its decoder costs one line.
 */
export async function analyseFiles(
  ctx: LibraryContext,
  job: Pick<JobRun, 'signal' | 'progress'>,
  options: Partial<PoolOptions> = {},
): Promise<{ analysed: number; problems: number }> {
  const pool = openWorkerPool<AnalyseRequest, Analysed>({ ...defaults, ...options });
  const stop = () => pool.close();
  job.signal.addEventListener('abort', stop);
  const { files: total } = await ctx.db.one(countUnanalysed, {});
  const done = { analysed: 0, problems: 0 };
  let after = nullId;
  try {
    for (;;) {
      const files = await ctx.db.all(listUnanalysed, { after, limit: pageFiles });
      for (const file of files) {
        job.signal.throwIfAborted();
        const format = formatOf(file.contentType);
        const answer = await pool.ask({ path: file.path, format });
        job.signal.throwIfAborted();
        if (answer.kind === 'analysed') {
          done.analysed += 1;
          const { durationMs, loudnessLufs, peakDbtp, waveform } = answer;
          await ctx.db.tx(async (tx) => {
            await tx.run(putAnalysis, {
              fileId: file.id,
              durationMs,
              loudnessLufs,
              peakDbtp,
              waveform,
              problem: null,
            });
            await noteDuration(tx, file.recordingId, durationMs);
          });
        } else {
          done.problems += 1;
          const problem = `${answer.reason}: ${answer.detail}`
            .replaceAll('\u0000', '')
            .slice(0, 500);
          await ctx.db.run(putAnalysis, {
            fileId: file.id,
            durationMs: null,
            loudnessLufs: null,
            peakDbtp: null,
            waveform: null,
            problem,
          });
        }
        job.progress(done.analysed + done.problems, total, 'listening to new files');
      }
      if (files.length < pageFiles) return done;
      after = files.at(-1)!.id;
    }
  } finally {
    job.signal.removeEventListener('abort', stop);
    pool.close();
  }
}

const formats = new Map(
  Object.entries(contentTypes).map(([format, type]) => [type, format as SoundFormat] as const),
);

function formatOf(contentType: string): SoundFormat {
  return formats.get(contentType) ?? 'mp3';
}
