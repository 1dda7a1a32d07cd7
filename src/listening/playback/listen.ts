import {
  bandwidthOf,
  codecsOf,
  secondsOf,
  type Ladder,
  type Ladders,
} from '#catalogue/renditions/index.ts';
import { ensureOwnDevice, recordPlays, type PlaysContext } from '#counting/plays/index.ts';
import { newId, type RecordingId, type UserId } from '#foundation/kernel/ids.ts';
import { refuse, type Refusal } from '#foundation/kernel/outcome.ts';
import { toIso, type Instant } from '#foundation/kernel/time.ts';
import type { Database } from '#foundation/platform/postgres.ts';
import { reportEveryMs } from './contract.ts';
import type { Fetched } from './fetched.ts';
import { sessionTicket, ticketFor } from './ticket.ts';
import * as queries from './queries.ts';
import type { SessionId } from './queries.ts';

export type PlaybackContext = {
  readonly db: Database;
  readonly now: () => Instant;
  readonly plays: PlaysContext;
  readonly ticketSecret: Buffer;
  readonly ladders: Ladders;
  readonly fetched: Fetched;
  /** What there is to hear of a recording; null where there is no sound. */
  readonly soundOf: (
    recordingId: RecordingId,
  ) => Promise<{ readonly contentType: string; readonly durationMs: number | null } | null>;
};

/** What a listening needs to become a play. */
export type ListenedContext = Pick<PlaybackContext, 'db' | 'now' | 'plays'>;

export async function startListening(
  ctx: PlaybackContext,
  userId: UserId,
  recordingId: RecordingId,
  wantsAdaptive = false,
) {
  const sound = await ctx.soundOf(recordingId);
  if (sound === null)
    return refuse('NOT_FOUND', 'There is no sound for this recording yet.', 'recordingId');
  const sessionId = newId<'session'>();
  const now = ctx.now();
  const ladder = await ctx.ladders.of(recordingId);
  const isAdaptive = wantsAdaptive && ladder.length > 0;
  await ctx.db.run(queries.insertSession, { id: sessionId, userId, recordingId, now, isAdaptive });
  const url = `/media/recordings/${recordingId}/original?part=sound&ticket=${ticketFor(ctx.ticketSecret, recordingId, now)}`;
  const adaptive = ladder.length === 0 ? null : showLadder(ctx, recordingId, sessionId, ladder);
  return { sessionId, url, adaptive, ...sound, reportEveryMs };
}

function showLadder(
  ctx: PlaybackContext,
  recordingId: RecordingId,
  sessionId: SessionId,
  ladder: Ladder,
) {
  const ticket = sessionTicket(ctx.ticketSecret, recordingId, sessionId, ctx.now());
  return {
    url: `/media/hls/${ticket}/${recordingId}/`,
    rungs: ladder.map((rung) => {
      const { peak, average } = bandwidthOf(rung);
      return {
        name: rung.name,
        codecs: codecsOf(rung.name),
        bandwidth: peak,
        averageBandwidth: average,
        seconds: secondsOf(rung),
      };
    }),
  };
}

export async function reportListening(
  ctx: PlaybackContext,
  userId: UserId,
  id: SessionId,
  heard: { listenedMs: number; ended: boolean },
) {
  const noted = await ctx.db.maybe(queries.noteListening, {
    id,
    userId,
    ...heard,
    fetchedMs: ctx.fetched.take(id),
    now: ctx.now(),
  });
  if (heard.ended) ctx.fetched.forget(id);
  if (noted === null) return closedBefore(ctx, userId, id);
  const outcome = heard.ended ? await count(ctx, { id, userId, ...noted }) : null;
  return { listenedMs: noted.listenedMs, ended: heard.ended, outcome };
}

async function closedBefore(
  ctx: PlaybackContext,
  userId: UserId,
  id: SessionId,
): Promise<{ listenedMs: number; ended: boolean; outcome: string | null } | Refusal> {
  const session = await ctx.db.maybe(queries.findSession, { id, userId });
  if (session === null) return refuse('NOT_FOUND', 'You have no such session.');
  return { listenedMs: session.listenedMs, ended: true, outcome: session.outcome };
}

type Session = {
  readonly id: SessionId;
  readonly userId: UserId;
  readonly recordingId: RecordingId;
  readonly startedAt: Instant;
  readonly listenedMs: number;
};

/** A closed session becomes evidence. Repeatable: its id is the play's key. */
async function count(ctx: ListenedContext, session: Session): Promise<string> {
  let outcome = 'silent';
  if (session.listenedMs > 0) {
    const player = await ensureOwnDevice(ctx.db, session.userId, 'player');
    const play = {
      key: session.id,
      startedAt: toIso(session.startedAt),
      playedMs: session.listenedMs,
      source: 'stream',
      recording: { id: session.recordingId },
    };
    const [counted] = await recordPlays(ctx.plays, player, null, [play]);
    outcome = counted!.kind;
  }
  await ctx.db.run(queries.noteOutcome, { id: session.id, outcome });
  return outcome;
}

/**
 * Keeps a listening that another program tells of when it is over (a player of OpenSubsonic). `key` is the same whenever it is
 * told again, so it counts once.
 */
export async function noteListened(
  ctx: ListenedContext,
  listened: {
    readonly key: SessionId;
    readonly userId: UserId;
    readonly recordingId: RecordingId;
    readonly startedAt: Instant;
    readonly listenedMs: number;
  },
): Promise<string> {
  const { key, userId, recordingId, startedAt, listenedMs } = listened;
  await ctx.db.run(queries.insertListened, { id: key, userId, recordingId, startedAt, listenedMs });
  return count(ctx, { id: key, userId, recordingId, startedAt, listenedMs });
}

const silentMs = 4 * reportEveryMs;
const sweepEveryMs = reportEveryMs;
const sweepMax = 500;

/** Counts what players left open: the tab was closed, the battery died, the server restarted. */
export async function closeAbandoned(ctx: PlaybackContext): Promise<number> {
  const abandoned = await ctx.db.all(queries.takeAbandoned, {
    silentSince: ctx.now() - silentMs,
    limit: sweepMax,
  });
  for (const session of abandoned) await count(ctx, session);
  return abandoned.length;
}

export function startSweeping(
  ctx: PlaybackContext,
  onError: (error: unknown) => void,
): { stop(): Promise<void> } {
  let current: Promise<unknown> = Promise.resolve();
  const timer = setInterval(() => {
    current = closeAbandoned(ctx).catch(onError);
  }, sweepEveryMs);
  return {
    async stop() {
      clearInterval(timer);
      await current;
    },
  };
}
