import { workerData } from 'node:worker_threads';
import { writeMerged, type Merging } from './merge-segments.ts';

await writeMerged(workerData as Merging);
