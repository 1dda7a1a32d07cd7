import type { Blobs } from '#foundation/platform/blobs.ts';
import type { Log } from '#foundation/platform/log.ts';
import type { Database } from '#foundation/platform/postgres.ts';

export type RenditionsContext = {
  readonly db: Database;
  readonly blobs: Blobs;
  readonly log: Log;
  readonly now: () => number;
};
