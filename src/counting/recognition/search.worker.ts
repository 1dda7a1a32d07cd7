import { setImmediate as nextTurn } from 'node:timers/promises';
import { parentPort } from 'node:worker_threads';
import { findShared } from './find-shared.ts';
import { identify, prepareSearch, type Shard } from './identify.ts';
import { identifyWindow } from './second-look.ts';
import type { Segment } from './segment.ts';
import type { FromThread, ToThread } from './search-thread.ts';

// The thread that searches. It shares the arrays of the segments with the thread that keeps them, and keeps what it was given,
// because a segment never changes.

const search = prepareSearch();
let has: ReadonlyMap<string, Segment> = new Map();
let shards: readonly Shard[] = [];
let last: Promise<void> = Promise.resolve();

parentPort!.on('message', (message: ToThread) => {
  last = last.then(() => handle(message));
});

async function handle(message: ToThread): Promise<void> {
  if (message.kind === 'load') return load(message.parts);
  // Not waited for: what comes meanwhile is answered between two of its windows.
  if (message.kind === 'compare') return void compare(message);
  try {
    const { query } = message;
    answer({
      kind: 'answer',
      answer:
        message.kind === 'window'
          ? identifyWindow(search, shards, query, message.expected)
          : identify(search, shards, query),
    });
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
    const work = findShared(search.ballot, shards, one, recordingId);
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

function load(parts: Extract<ToThread, { kind: 'load' }>['parts']): void {
  const next = parts.flatMap(({ name, removed, segment }) => {
    const known = segment ?? has.get(name);
    return known === undefined ? [] : [{ name, removed, segment: known }];
  });
  has = new Map(next.map(({ name, segment }) => [name, segment]));
  shards = next.map(({ segment, removed }) => ({
    segment,
    isLive: (recording) => !removed.has(segment.recordings[recording]!.recordingId),
  }));
}

function answer(message: FromThread): void {
  parentPort!.postMessage(message);
}
