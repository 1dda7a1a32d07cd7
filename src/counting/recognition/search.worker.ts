import { setImmediate as nextTurn } from 'node:timers/promises';
import { parentPort } from 'node:worker_threads';
import { findShared } from './duplicates/find-shared.ts';
import { createBooth } from './duplicates/vote-windows.ts';
import { identify, prepareSearch, type Shard } from './identify.ts';
import { identifyWindow } from './second-look.ts';
import { readSegment } from './segment-file.ts';
import type { Segment } from './segment.ts';
import type { FromThread, ToThread } from './search-thread.ts';

// The thread that searches. It reads the segments itself and keeps those it has, because they never change.

const search = prepareSearch();
const booth = createBooth();
const read = new Map<string, Segment>();
let shards: readonly Shard[] = [];
let last: Promise<void> = Promise.resolve();

parentPort!.on('message', (message: ToThread) => {
  last = last.then(() => handle(message));
});

async function handle(message: ToThread): Promise<void> {
  if (message.kind === 'load') return load(message.manifest.segments);
  // Not waited for: what comes meanwhile is answered between two of its windows.
  if (message.kind === 'compare') return void compare(message);
  try {
    const look = message.kind === 'window' ? identifyWindow : identify;
    answer({ kind: 'answer', answer: look(search, shards, message.heard) });
  } catch (error) {
    answer({ kind: 'failed', message: (error as Error).message });
  }
}

async function compare({
  id,
  one,
  recordingId,
}: Extract<ToThread, { kind: 'compare' }>): Promise<void> {
  try {
    const work = findShared(booth, shards, one, recordingId);
    let step = work.next();
    for (let left = windowsAtOnce; step.done !== true; step = work.next()) {
      if (--left > 0) continue;
      left = windowsAtOnce;
      await nextTurn();
    }
    answer({ kind: 'compared', id, sharings: step.value });
  } catch (error) {
    answer({ kind: 'notCompared', id, message: (error as Error).message });
  }
}

/** About ten milliseconds of work: what a search waits for at most. */
const windowsAtOnce = 2;

async function load(
  segments: readonly { readonly file: string; readonly removed: readonly string[] }[],
): Promise<void> {
  const next: Shard[] = [];
  for (const { file, removed } of segments) {
    // A file merged away between the manifest and now comes back in the next one.
    const segment = read.get(file) ?? (await readSegment(file).catch(() => null));
    if (segment === null) continue;
    read.set(file, segment);
    const gone = new Set(removed);
    next.push({
      segment,
      isLive: (recording) => !gone.has(segment.recordings[recording]!.recordingId),
    });
  }
  const wanted = new Set(segments.map(({ file }) => file));
  for (const file of read.keys()) if (!wanted.has(file)) read.delete(file);
  shards = next;
}

function answer(message: FromThread): void {
  parentPort!.postMessage(message);
}
