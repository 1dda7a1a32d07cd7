import { findDevice, uuidFrom } from '#counting/plays/index.ts';
import type { Db } from '#foundation/platform/postgres.ts';
import type { MonitorContext } from '../context.ts';
import { hashEvidence } from '../hash-evidence.ts';
import { insertDetection } from '../queries.ts';
import { sourceOf } from '../source.ts';
import * as queries from './claim-queries.ts';
import { fromBytes } from './unknown-index.ts';

/** Says of a play that it was heard before it was known what it is. */
const creditVersion = 'unknown-1';
const pageSize = 200;
const firstId = '00000000-0000-0000-0000-000000000000';

/** What was heard of an unknown sound becomes plays of the recording it turned out to be. Doing it again changes nothing. */
export async function creditHearings(db: Db, soundId: string, recordingId: string): Promise<void> {
  for (const { deviceId, heardAt, durationMs } of await db.all(queries.hearingsOf, {
    id: soundId,
  })) {
    const device = await db.maybe(findDevice, { id: deviceId });
    if (device === null) continue; // nobody vouches for what it heard
    const hits = [`${heardAt} unknown ${soundId} ${recordingId} ${durationMs}`];
    await db.run(insertDetection, {
      id: uuidFrom(`unknown ${soundId} ${deviceId} ${heardAt}`),
      deviceId,
      recordingId,
      source: sourceOf(device.kind),
      startedAt: heardAt,
      endedAt: heardAt + durationMs,
      heardMs: durationMs,
      playedMs: durationMs,
      firstOffsetMs: 0,
      lastOffsetMs: durationMs,
      coverage: null,
      coverageBits: '1',
      speed: 1,
      confidence: 1, // a person has listened
      margin: 0,
      titleHint: null,
      sameAudio: [],
      evidenceHash: hashEvidence({ hits }),
      algorithm: creditVersion,
      hits: hits.join('\n'),
      clip: null,
    });
  }
}

/** Puts credited sounds into the index that are not there: the last ones, and all after it was made anew. */
export async function indexCredited(ctx: Pick<MonitorContext, 'db' | 'store'>): Promise<void> {
  for (let after = firstId; ;) {
    const rows = await ctx.db.all(queries.creditedSounds, { after, limit: pageSize });
    const known = ctx.store.ids();
    // A recording with a sound of its own is known by that; several sounds of one recording are known by the first.
    const missing = new Map(
      rows
        .toReversed()
        .filter(({ recordingId }) => !known.has(recordingId))
        .map((row) => [row.recordingId, row]),
    );
    await ctx.store.addUnknown(
      [...missing.values()].map(({ recordingId, title, artist, landmarks }) => ({
        recordingId,
        title,
        artist,
        file: null,
        places: fromBytes(landmarks),
      })),
    );
    if (rows.length < pageSize) return;
    after = rows.at(-1)!.id;
  }
}
