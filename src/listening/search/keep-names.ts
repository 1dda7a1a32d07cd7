import { setTimeout as sleep } from 'node:timers/promises';
import type { RecordingId } from '#foundation/kernel/ids.ts';
import { hourMs, minuteMs, secondMs } from '#foundation/kernel/time.ts';
import type { Log } from '#foundation/platform/log.ts';
import type { Database } from '#foundation/platform/postgres.ts';
import type { Running } from '#foundation/platform/room.ts';
import { loadNames, loadPlaylists, renewNames, type PlaylistsSeen } from './load-names.ts';
import { NameIndex } from './name-index.ts';
import { aroundRecordings } from './queries.ts';

// One index a process: read from the database at the start, moved along by the events of the catalogue, and read anew every
// few hours, because popularity moves and because another process may have been told what this one was not.

export type NamesContext = { readonly db: Database; readonly log: Log; readonly demo: boolean };

const renewEveryMs = 6 * hourMs;
const playlistsEveryMs = 5 * secondMs;
const firstLoadWaitMsMax = 3 * secondMs;
const retryMs = 5 * secondMs;
/** A change is seen when it is committed, which may be this long after its own time. */
const commitMsMax = 2 * minuteMs;

export type Names = {
  /** The names as they are known now. The first questions after a start wait a little for them. */
  current(): Promise<{ readonly index: NameIndex; readonly isComplete: boolean }>;
  follow(recordingIds: readonly RecordingId[]): Promise<void>;
  /** Reads everything anew, now. */
  renew(): Promise<void>;
  keep(): Running;
};

export function openNames(ctx: NamesContext): Names {
  const stopping = new AbortController();
  let index = new NameIndex();
  /** What is being read, beside what is searched; events reach both. */
  let next: NameIndex | null = null;
  let isComplete = false;
  let loading: Promise<void> | null = null;
  let playlistsSeen: PlaylistsSeen = new Map();

  async function load(): Promise<void> {
    const fresh = isComplete ? new NameIndex() : index;
    next = fresh;
    try {
      if (!(await loadNames(ctx, fresh, stopping.signal))) return;
      index = fresh;
      isComplete = true;
      playlistsSeen = new Map();
    } finally {
      next = null;
    }
  }
  function renew(): Promise<void> {
    loading ??= load().finally(() => (loading = null));
    return loading;
  }
  async function follow(recordingIds: readonly RecordingId[]): Promise<void> {
    const around = await ctx.db.all(aroundRecordings, { ids: recordingIds });
    const ids = (kind: string): readonly string[] =>
      around.filter((one) => one.kind === kind).map((one) => one.id);
    for (const one of new Set([index, ...(next === null ? [] : [next])])) {
      await renewNames(ctx.db, one, 'recording', recordingIds);
      await renewNames(ctx.db, one, 'artist', ids('artist'));
      await renewNames(ctx.db, one, 'release', ids('release'));
      await renewNames(ctx.db, one, 'label', ids('label'));
    }
  }

  async function work(): Promise<void> {
    let renewedAt = 0;
    while (!stopping.signal.aborted) {
      try {
        if (Date.now() - renewedAt >= renewEveryMs) {
          await renew();
          renewedAt = Date.now();
        }
        const since = Date.now() - commitMsMax;
        playlistsSeen = await loadPlaylists(ctx.db, index, since, playlistsSeen);
      } catch (error) {
        if (!stopping.signal.aborted)
          ctx.log.warn({ err: error }, 'names for the search could not be read; tried again');
      }
      await sleep(isComplete ? playlistsEveryMs : retryMs, undefined, {
        signal: stopping.signal,
      }).catch(() => {}); // stopped while it waited
    }
  }

  return {
    renew,
    follow,
    async current() {
      if (!isComplete) {
        const waited = sleep(firstLoadWaitMsMax, undefined, { ref: false });
        await Promise.race([renew().catch(() => {}), waited]); // an empty answer says that it is not complete
      }
      return { index, isComplete };
    },
    keep() {
      const working = work();
      return {
        async stop() {
          stopping.abort();
          await working;
          await loading?.catch(() => {}); // it was told to stop
        },
      };
    },
  };
}
