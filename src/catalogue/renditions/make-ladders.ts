import { mkdtemp, rm, statfs } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { JobRun, Task } from '#foundation/platform/jobs.ts';
import { openWorkerPool, type PoolOptions } from '#foundation/platform/worker-pool.ts';
import type { RenditionsContext } from './context.ts';
import type { Encoded, EncodeRequest } from './encode-ladder.ts';
import { ladderVersion } from './ladder.ts';
import {
  countUnmade,
  dropRungs,
  dropWanted,
  insertRung,
  nextUnmade,
  putLadder,
} from './queries.ts';

export const makeTask = { name: 'renditions.make', attemptsMax: 5 };

const defaults: PoolOptions = {
  worker: path.join(import.meta.dirname, 'encode-worker.ts'),
  workers: 1,
  timeoutMs: 30 * 60_000,
  rssBytesMax: 1024 ** 3,
  inBackground: true,
};
/** A job gives way to others after this; the next goes on where it ended. */
const runMsMax = 60_000;
/** Renditions are a convenience; plays need the disk more. */
const freeBytesMin = 2 * 1024 ** 3;
const fullRestMs = 60_000;

export type Made = { readonly made: number; readonly problems: number; readonly left: number };

export function makeLaddersTask(ctx: RenditionsContext, folder: string): Task<object> {
  return { ...makeTask, run: (_payload, job) => makeLadders(ctx, folder, job) };
}

/**
 * Makes the ladders of recordings whose sound has none, one after the other, in a process that gives way to everything else. The files
 * are whole and in their place before the rows that name them are; a crash leaves a file nobody names, which the next one replaces.
 */
export async function makeLadders(
  ctx: RenditionsContext,
  folder: string,
  job: Pick<JobRun, 'signal' | 'progress'>,
  options: Partial<PoolOptions> = {},
): Promise<Made> {
  const begun = ctx.now();
  const pool = openWorkerPool<EncodeRequest, Encoded>({ ...defaults, ...options });
  const stop = () => pool.close();
  job.signal.addEventListener('abort', stop);
  const work = await mkdtemp(path.join(folder, 'encode-'));
  const done = { made: 0, problems: 0 };
  try {
    for (;;) {
      const { unmade, sounds } = await ctx.db.one(countUnmade, { version: ladderVersion });
      job.progress(Number(sounds - unmade), Number(sounds), 'making sizes for slow lines');
      if (await isNearlyFull(folder)) {
        job.progress(Number(sounds - unmade), Number(sounds), 'the disk is nearly full: waiting');
        await pause(fullRestMs, undefined, { signal: job.signal }).catch(() => {});
        return { ...done, left: Number(unmade) };
      }
      if (job.signal.aborted || ctx.now() - begun > runMsMax)
        return { ...done, left: Number(unmade) };
      const next = await ctx.db.maybe(nextUnmade, { version: ladderVersion });
      if (next === null) return { ...done, left: 0 };
      const answer = await pool.ask({ path: next.path, folder: work });
      if (job.signal.aborted) return { ...done, left: Number(unmade) };
      if (answer.kind === 'encoded') {
        await keep(ctx, next, answer);
        done.made += 1;
      } else {
        await keep(ctx, next, `${answer.reason}: ${answer.detail}`);
        done.problems += 1;
      }
    }
  } finally {
    job.signal.removeEventListener('abort', stop);
    pool.close();
    await rm(work, { recursive: true, force: true });
  }
}

type Unmade = { readonly recordingId: string; readonly soundId: string };

async function keep(
  ctx: RenditionsContext,
  { recordingId, soundId }: Unmade,
  made: Encoded | string,
): Promise<void> {
  const rungs = typeof made === 'string' ? [] : made.rungs;
  const keyOf = (name: string): string => `renditions/${recordingId}/${soundId}-${name}.mp4`;
  for (const { name, file } of rungs) await ctx.blobs.take(keyOf(name), file);
  const old = await ctx.db.tx(async (tx) => {
    const dropped = await tx.all(dropRungs, { recordingId });
    await tx.run(putLadder, {
      recordingId,
      soundId,
      version: ladderVersion,
      durationMs: typeof made === 'string' ? null : made.durationMs,
      problem: typeof made === 'string' ? made.replaceAll('\0', '').slice(0, 500) : null,
      now: new Date(ctx.now()),
    });
    for (const { file: _moved, ...rung } of rungs)
      await tx.run(insertRung, { recordingId, blob: keyOf(rung.name), ...rung });
    await tx.run(dropWanted, { recordingId });
    return dropped;
  });
  const kept = new Set(rungs.map(({ name }) => keyOf(name)));
  for (const { blob } of old) if (!kept.has(blob)) await ctx.blobs.remove(blob);
}

async function isNearlyFull(folder: string): Promise<boolean> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize < freeBytesMin;
}
