import path from 'node:path';
import {
  openWorkerPool,
  type PoolOptions,
  type WorkerPool,
} from '#foundation/platform/worker-pool.ts';
import type { ReadAnswer, ReadRequest } from './tags.ts';

export type TagReaders = WorkerPool<ReadRequest, ReadAnswer>;
export type TagReaderOptions = Partial<PoolOptions>;

const defaults: PoolOptions = {
  worker: path.join(import.meta.dirname, 'read-tags-worker.ts'),
  workers: 2,
  timeoutMs: 10_000,
  rssBytesMax: 512 * 1024 * 1024,
};

export function openTagReaders(options: TagReaderOptions = {}): TagReaders {
  return openWorkerPool({ ...defaults, ...options });
}
