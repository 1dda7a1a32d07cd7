import { Worker } from 'node:worker_threads';
import { buildSegment, fingerprintedOf, type Segment } from './segment.ts';
import { writeSegment } from './segment-file.ts';

// Making one segment of several takes a second for every two hundred recordings, so it happens in a thread that lives as long.

export type ToMerge = { readonly segment: Segment; readonly removed: ReadonlySet<string> };
export type Merging = { readonly parts: readonly ToMerge[]; readonly out: string };

/** Writes what is still wanted of these as one segment; the arrays of shared segments are not copied. */
export function mergeInThread(merging: Merging, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./merge.worker.ts', import.meta.url), {
      workerData: merging,
    });
    const stop = (): void => void worker.terminate();
    signal.addEventListener('abort', stop, { once: true });
    worker.once('error', reject);
    worker.once('exit', (code) => {
      signal.removeEventListener('abort', stop);
      if (code === 0 && !signal.aborted) resolve();
      else reject(new Error(signal.aborted ? 'the merge was stopped' : 'the merging thread ended'));
    });
  });
}

export async function writeMerged({ parts, out }: Merging): Promise<void> {
  const wanted = parts.flatMap(({ segment, removed }) =>
    segment.recordings.flatMap((listed, at) =>
      removed.has(listed.recordingId) ? [] : [fingerprintedOf(segment, at)],
    ),
  );
  await writeSegment(out, buildSegment(wanted));
}
