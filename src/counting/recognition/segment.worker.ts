import { parentPort, workerData } from 'node:worker_threads';
import { buildSegment, fingerprintedOf } from './segment.ts';
import { writeSegment } from './segment-file.ts';
import type { SegmentWork } from './segment-thread.ts';
import { shareSegment } from './share-segment.ts';

const work = workerData as SegmentWork;
if (work.kind === 'build') parentPort!.postMessage(shareSegment(buildSegment(work.recordings)));
else {
  const wanted = work.parts.flatMap(({ segment, removed }) =>
    segment.recordings.flatMap((listed, at) =>
      removed.has(listed.recordingId) ? [] : [fingerprintedOf(segment, at)],
    ),
  );
  await writeSegment(work.out, buildSegment(wanted));
}
