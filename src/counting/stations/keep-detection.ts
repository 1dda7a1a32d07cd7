import { findDevice, recordPlays, reporterOf, uuidFrom } from '#counting/plays/index.ts';
import type { DeviceId } from '#foundation/kernel/ids.ts';
import { dayMs } from '#foundation/kernel/time.ts';
import { countingVersion, type SoundPlay } from '#counting/hearing/index.ts';
import type { MonitorContext } from './context.ts';
import { hashEvidence } from './hash-evidence.ts';
import * as queries from './queries.ts';
import type { Source } from './source.ts';
import { forgetOnce, forgetUnknownClips } from './unknown/queries.ts';

// A play concluded from sound is first a row of our own, then evidence: whatever fails between, it is reported again
// with the same key and counts once.

export type Concluded = {
  readonly deviceId: DeviceId;
  readonly source: Source;
  /** Names this listening of the channel; with it and the stream time the key is the same after a restart. */
  readonly anchorMs: number;
  readonly play: SoundPlay;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly titleHint: string | null;
  readonly clip: Int16Array | null;
};

export async function keepDetection(ctx: MonitorContext, concluded: Concluded): Promise<void> {
  const { deviceId, play, clip } = concluded;
  const { recordingId } = play;
  await ctx.db.run(queries.insertDetection, {
    id: uuidFrom(`sound ${deviceId} ${concluded.anchorMs} ${play.firstHeardMs} ${recordingId}`),
    deviceId,
    recordingId,
    source: concluded.source,
    startedAt: concluded.startedAt,
    endedAt: concluded.endedAt,
    heardMs: play.heardMs,
    playedMs: play.playedMs,
    firstOffsetMs: play.firstOffsetMs,
    lastOffsetMs: play.lastOffsetMs,
    coverage: play.coverage,
    coverageBits: play.coverageBits,
    speed: play.speed,
    confidence: play.confidence,
    margin: play.margin,
    titleHint: concluded.titleHint,
    sameAudio: play.sameAudio,
    evidenceHash: hashEvidence(play),
    algorithm: countingVersion,
    hits: play.hits.join('\n'),
    clip: clip === null ? null : new Uint8Array(clip.buffer, clip.byteOffset, clip.byteLength),
  });
  await reportDetections(ctx);
}

const pageSize = 200;
const firstId = '00000000-0000-0000-0000-000000000000';

/** Reports what has not been reported, oldest id first; safe to run at any time and twice at once. */
export async function reportDetections(ctx: MonitorContext): Promise<void> {
  for (let after = firstId; ;) {
    const rows = await ctx.db.all(queries.unreportedDetections, { after, limit: pageSize });
    for (const [deviceId, own] of Map.groupBy(rows, (row) => row.deviceId)) {
      const device = await ctx.db.maybe(findDevice, { id: deviceId });
      if (device === null) continue; // its row comes before its plays; without it nobody vouches for them
      const outcomes = await recordPlays(
        ctx.plays,
        reporterOf(device),
        null,
        own.map((row) => ({
          key: row.id,
          startedAt: row.startedAt,
          playedMs: row.playedMs,
          source: row.source,
          recording: { id: row.recordingId },
          confidence: row.confidence,
          payloadHash: row.evidenceHash,
        })),
      );
      ctx.devices.greet(deviceId, null);
      for (const outcome of outcomes)
        await ctx.db.run(queries.noteOutcome, {
          id: own[outcome.index]!.id,
          outcome: outcome.kind === 'refused' ? `refused: ${outcome.code}` : outcome.kind,
        });
    }
    if (rows.length < pageSize) return;
    after = rows.at(-1)!.id;
  }
}

/** A clip serves disputes for a season, the hits behind a hash for two years; the hash itself stays. */
const clipsKeptMs = 90 * dayMs;
const hitsKeptMs = 730 * dayMs;
/** What was heard once and not again in a month was talk. */
const onceKeptMs = 30 * dayMs;
const forgottenAtOnce = 1_000;

export async function forgetOldEvidence(ctx: MonitorContext): Promise<number> {
  const now = ctx.now();
  let forgotten = await ctx.db.run(forgetOnce, { before: now - onceKeptMs });
  forgotten += await ctx.db.run(forgetUnknownClips, { before: now - clipsKeptMs });
  for (;;) {
    const touched = await ctx.db.run(queries.forgetEvidence, {
      clipsBefore: now - clipsKeptMs,
      hitsBefore: now - hitsKeptMs,
      limit: forgottenAtOnce,
    });
    forgotten += touched;
    if (touched < forgottenAtOnce) return forgotten;
  }
}
