import type { RecordingId } from '#foundation/kernel/ids.ts';
import type { Blobs } from '#foundation/platform/blobs.ts';
import type { Caller } from '#foundation/platform/http.ts';
import type { Log } from '#foundation/platform/log.ts';
import type { Database } from '#foundation/platform/postgres.ts';

export type MediaContext = {
  readonly db: Database;
  readonly blobs: Blobs;
  readonly log: Log;
  /** Who may hear a recording is decided above; `ticket` is what the address carried. */
  readonly mayPlay: (asked: {
    caller: Caller;
    recordingId: RecordingId;
    ticket: string | null;
  }) => Promise<boolean>;
};

/** What importing and analysing need. */
export type LibraryContext = Pick<MediaContext, 'db' | 'blobs' | 'log'>;
