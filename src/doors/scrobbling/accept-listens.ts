import { resolveRecordings } from '#catalogue/catalog/index.ts';
import {
  aheadMaxMs,
  ensureOwnDevice,
  keyText,
  playedMaxMs,
  recordPlays,
  textCharsMax,
  uuidFrom,
  type PlayOutcome,
} from '#counting/plays/index.ts';
import type { UserId } from '#foundation/kernel/ids.ts';
import { minuteMs, secondMs, toIso, type Instant } from '#foundation/kernel/time.ts';
import type { ScrobblingContext } from './context.ts';
import * as queries from './queries.ts';
import type { Metadata } from './read-metadata.ts';

// A listen becomes evidence of source scrobble and is kept as it was reported, so that it can be read back.

/** ListenBrainz's bounds: nobody scrobbled before October 2002, and a clock may be an hour fast. */
export const listenedAtSMin = 1_033_410_600;
export const clockSkewS = 3_600;
/** The end of 2199, the last instant accepted anywhere. */
export const listenedAtSMax = Date.UTC(2200, 0, 1) / secondMs - 1;

/** The second before which a listen may be shown: what clocks put further ahead waits unseen. */
export function shownBeforeS(now: Instant): number {
  return Math.floor(now / secondMs) + clockSkewS;
}

export type Listen = { readonly listenedAtS: number; readonly metadata: Metadata };

/** How long a listen of unknown length is taken to be: the shortest that Last.fm's rules let a program submit. */
const assumedPlayedMs = 30_000;

/**
 * Counts what an account listened to. A listen is the account, the second, the artist and the track: sent again, in
 * whatever order and through whichever protocol, it counts once. Answers when everything is committed.
 */
export async function acceptListens(
  ctx: ScrobblingContext,
  userId: UserId,
  listens: readonly Listen[],
): Promise<void> {
  if (listens.length === 0) return;
  const now = ctx.now();
  const keyed = [
    ...new Map(listens.map((l) => [keyOf(userId, l), { ...l, key: keyOf(userId, l) }])).values(),
  ];
  // Plays accepts no report further ahead; what lies between waits for its time.
  const isAhead = (l: Listen): boolean => l.listenedAtS * secondMs > now + aheadMaxMs;
  await count(
    ctx,
    userId,
    keyed.filter((l) => !isAhead(l)),
  );
  await ctx.db.run(queries.keepListens, {
    userId,
    seconds: keyed.map((l) => l.listenedAtS),
    keys: keyed.map((l) => l.key),
    metadata: keyed.map((l) => JSON.stringify(l.metadata)),
    waits: keyed.map(isAhead),
    now,
  });
}

type Keyed = Listen & { readonly key: string };

function keyOf(userId: UserId, { listenedAtS, metadata }: Listen): string {
  return uuidFrom(`listen ${userId} ${listenedAtS} ${recordingMsid(metadata)}`);
}

/** One uuid for one artist and track as text, which is what ListenBrainz calls a recording_msid. */
export function recordingMsid(metadata: Metadata): string {
  return uuidFrom(`${keyText(metadata.artist_name)}\n${keyText(metadata.track_name)}`);
}

async function count(
  ctx: ScrobblingContext,
  userId: UserId,
  listens: readonly Keyed[],
): Promise<readonly PlayOutcome[]> {
  if (listens.length === 0) return [];
  const isrcs = listens.map(({ metadata }) => isrcOf(metadata));
  const known = isrcs.some((isrc) => isrc !== null)
    ? await resolveRecordings(
        ctx.db,
        isrcs.map((isrc) => ({ isrc })),
      )
    : [];
  const reporter = await ensureOwnDevice(ctx.db, userId, 'scrobbler');
  return recordPlays(
    ctx.plays,
    reporter,
    null,
    listens.map((listen, i) => toReport(listen, known[i] ?? null)),
  );
}

/** An ISRC the catalogue does not know would hide title and artist, by which the recording may be known or become so. */
function toReport({ key, listenedAtS, metadata }: Keyed, knownId: string | null) {
  const played = playedOf(metadata);
  return {
    key,
    startedAt: toIso((listenedAtS * secondMs) as Instant),
    source: 'scrobble',
    playedMs: played.ms,
    ...(played.confidence !== null && { confidence: played.confidence }),
    recording: knownId === null ? describe(metadata) : { id: knownId },
  };
}

function describe(metadata: Metadata) {
  const durationMs = durationMsOf(metadata);
  return {
    title: cut(metadata.track_name),
    artist: cut(metadata.artist_name),
    ...(durationMs !== null && durationMs <= playedMaxMs && { durationMs }),
  };
}

function cut(text: string): string {
  return text.length <= textCharsMax ? text : text.slice(0, textCharsMax).toWellFormed();
}

/**
 * How long it sounded. Where the program measured, what it measured, never more than the track; else the length of the
 * track, marked by confidence 0.5, because a program may submit after half of it; else 30 s, marked by 0.25.
 */
function playedOf(metadata: Metadata): { readonly ms: number; readonly confidence: number | null } {
  const durationMs = durationMsOf(metadata);
  const playedS = numberOf(metadata.additional_info?.['duration_played']);
  if (playedS !== null && playedS > 0) {
    const bound = Math.min(durationMs ?? playedMaxMs, playedMaxMs);
    return { ms: Math.min(Math.round(playedS * secondMs), bound), confidence: null };
  }
  return durationMs === null
    ? { ms: assumedPlayedMs, confidence: 0.25 }
    : { ms: Math.min(durationMs, playedMaxMs), confidence: 0.5 };
}

export function durationMsOf(metadata: Metadata): number | null {
  const info = metadata.additional_info;
  const ms = numberOf(info?.['duration_ms']);
  if (ms !== null && ms > 0) return Math.round(ms);
  const seconds = numberOf(info?.['duration']);
  return seconds !== null && seconds > 0 ? Math.round(seconds * secondMs) : null;
}

function numberOf(value: unknown): number | null {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : null;
}

function isrcOf(metadata: Metadata): string | null {
  const isrc = metadata.additional_info?.['isrc'];
  return typeof isrc === 'string' && isrc.length <= 40 ? isrc : null;
}

const sweepEveryMs = minuteMs;
const sweepMax = 1_000;

/** Counts listens that came from fast clocks, once their time has come. */
export async function countWaiting(ctx: ScrobblingContext): Promise<number> {
  const waiting = await ctx.db.all(queries.findWaiting, {
    until: ctx.now() + aheadMaxMs,
    limit: sweepMax,
  });
  for (const [userId, listens] of Map.groupBy(waiting, (row) => row.userId)) {
    const keyed = listens.map((row) => ({
      listenedAtS: Math.floor(row.listenedAt / secondMs),
      key: row.key,
      metadata: row.trackMetadata as Metadata,
    }));
    await count(ctx, userId, keyed);
    const times = listens.map((row) => row.listenedAt);
    await ctx.db.run(queries.stopWaiting, {
      userId,
      keys: keyed.map((l) => l.key),
      from: Math.min(...times),
      to: Math.max(...times),
    });
  }
  return waiting.length;
}

export function startCountingWaiting(
  ctx: ScrobblingContext,
  onError: (error: unknown) => void,
): { stop(): Promise<void> } {
  let current: Promise<unknown> = Promise.resolve();
  const timer = setInterval(() => {
    current = countWaiting(ctx).catch(onError);
  }, sweepEveryMs);
  return {
    async stop() {
      clearInterval(timer);
      await current;
    },
  };
}
