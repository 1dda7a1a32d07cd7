import { Worker } from 'node:worker_threads';
import type { Fingerprinted, Segment } from './segment.ts';

// Making a segment takes a second of one core for every fifty to a hundred recordings, so it does not happen where requests are
// answered, but in a thread that lives as long.

export type SegmentWork =
  | { readonly kind: 'build'; readonly recordings: readonly Fingerprinted[] }
  | {
      readonly kind: 'merge';
      readonly parts: readonly ToMerge[];
      /** The file that is written. */
      readonly out: string;
    };
/** Arrays of segments that were read are shared, not copied. */
export type ToMerge = { readonly segment: Segment; readonly removed: ReadonlySet<string> };

/** A segment with shared arrays. */
export async function buildInThread(recordings: readonly Fingerprinted[]): Promise<Segment> {
  const built = await run({ kind: 'build', recordings });
  if (built === null) throw new Error('the thread that builds segments ended');
  return built;
}

/** Writes what is still wanted of the parts as one segment. */
export async function mergeInThread(
  parts: readonly ToMerge[],
  out: string,
  signal: AbortSignal,
): Promise<void> {
  await run({ kind: 'merge', parts, out }, signal);
}

function run(work: SegmentWork, signal?: AbortSignal): Promise<Segment | null> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./segment.worker.ts', import.meta.url), {
      workerData: work,
    });
    let built: Segment | null = null;
    const stop = (): void => void worker.terminate();
    signal?.addEventListener('abort', stop, { once: true });
    worker.once('message', (segment: Segment) => {
      built = segment;
    });
    worker.once('error', reject);
    worker.once('exit', (code) => {
      signal?.removeEventListener('abort', stop);
      if (code === 0 && signal?.aborted !== true) resolve(built);
      else reject(new Error('the thread that makes segments was stopped'));
    });
  });
}
