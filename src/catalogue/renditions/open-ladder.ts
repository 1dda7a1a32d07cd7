import { buffer } from 'node:stream/consumers';
import type { RecordingId } from '#foundation/kernel/ids.ts';
import type { RenditionsContext } from './context.ts';
import { partOf } from './playlists.ts';
import { putWanted, rungsOf, type RungRow } from './queries.ts';

// What players fetch, from memory where it is hot: a song that a thousand people play is read from disk once.

export type Ladder = readonly RungRow[];

export type Ladders = {
  /** The rungs of a recording; empty where none are made yet. Then they are made before others. */
  of(recordingId: RecordingId): Promise<Ladder>;
  /** The bytes of a part; null: there is no such part. */
  read(rung: RungRow, part: string): Promise<Buffer | null>;
};

const laddersKeptMax = 5_000;
const bytesKeptMax = 192 * 1024 * 1024;
/** A ladder that is made anew is seen after this. */
const ladderKeptMs = 60_000;

export function openLadders(ctx: Pick<RenditionsContext, 'db' | 'blobs' | 'now'>): Ladders {
  const ladders = new Map<RecordingId, { readonly ladder: Ladder; readonly at: number }>();
  const parts = new Map<string, Promise<Buffer>>();
  let bytesKept = 0;

  async function fetchLadder(recordingId: RecordingId): Promise<Ladder> {
    const ladder = await ctx.db.all(rungsOf, { recordingId });
    if (ladder.length === 0) {
      await ctx.db.run(putWanted, { recordingId, now: new Date(ctx.now()) });
      return ladder;
    }
    if (ladders.size >= laddersKeptMax) ladders.delete(ladders.keys().next().value!);
    ladders.set(recordingId, { ladder, at: ctx.now() });
    return ladder;
  }

  function keep(key: string, bytes: Buffer): void {
    bytesKept += bytes.length;
    for (const [oldest, held] of parts) {
      if (bytesKept <= bytesKeptMax || oldest === key) break;
      parts.delete(oldest);
      void held.then(({ length }) => (bytesKept -= length));
    }
  }

  return {
    async of(recordingId) {
      const known = ladders.get(recordingId);
      if (known !== undefined && ctx.now() - known.at < ladderKeptMs) return known.ladder;
      return fetchLadder(recordingId);
    },
    async read(rung, part) {
      const key = `${rung.blob} ${part}`;
      const hot = parts.get(key);
      if (hot !== undefined) {
        parts.delete(key); // the last used is the last to go
        parts.set(key, hot);
        return hot;
      }
      const range = partOf(rung, part);
      if (range === null) return null;
      const reading = buffer(ctx.blobs.read(rung.blob, range));
      parts.set(key, reading);
      try {
        const bytes = await reading;
        keep(key, bytes);
        return bytes;
      } catch (error) {
        parts.delete(key);
        throw error;
      }
    },
  };
}
