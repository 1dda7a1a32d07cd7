import { secondMs, toIso, type Instant } from '#foundation/kernel/time.ts';
import { refuse, type Refusal } from '#foundation/kernel/outcome.ts';
import { keyText, uuidFrom } from '../derive-key.ts';
import { lateMaxMs, type Reporter } from '../read-report.ts';
import { recordPlays, type PlayOutcome, type PlaysContext } from '../record-plays.ts';
import { refusedListedMax, type HistoryPlay, type ParsedHistory } from './history.ts';
import { instantOfWall } from './read-time.ts';

// A history becomes evidence of a deck. A file sent again, whole or in part, counts once: the key is the deck, the
// moment, the artist and the title.

const reportsPerBatchMax = 5_000;
/** A track of unknown length is taken to last until the next one, and not longer than this. */
const unknownLengthMsMax = 10 * 60 * secondMs;
/** The last track of a file, when nothing says how long it was. */
const assumedPlayedMs = 30 * secondMs;

/** What the sender knows and the file does not. */
export type HistoryTimes = {
  readonly timeZone: string | null;
  /** When the set began. */
  readonly startedAt: Instant | null;
};

export type HistoryReport = {
  readonly counted: number;
  readonly duplicates: number;
  readonly unmatched: number;
  readonly refused: number;
  readonly refusals: readonly {
    readonly where: string;
    readonly code: string;
    readonly message: string;
  }[];
};

type Placed = HistoryPlay & { readonly at: Instant; readonly isTimeKnown: boolean };

/** Counts a history. Plays of more than thirty days ago count as imports, like every late report of a listener. */
export async function reportHistory(
  ctx: PlaysContext,
  reporter: Reporter,
  history: ParsedHistory,
  times: HistoryTimes,
): Promise<HistoryReport | Refusal<'TIME_ZONE_NEEDED' | 'START_NEEDED'>> {
  if (times.timeZone === null && history.plays.some(({ when }) => when.kind === 'wall'))
    return refuse(
      'TIME_ZONE_NEEDED',
      'The file notes the clock on the wall; say in which time zone it hung. Nothing was stored.',
      'timeZone',
    );
  if (times.startedAt === null && history.plays.some(({ when }) => when.kind === 'unknown'))
    return refuse(
      'START_NEEDED',
      'The file says in what order tracks were played and not when; say when the set began. Nothing was stored.',
      'startedAt',
    );
  const refusals = history.refused.map(({ where, reason }) => ({
    where,
    code: 'VALIDATION_FAILED',
    message: reason,
  }));
  const count = { counted: 0, duplicate: 0, unmatched: 0, refused: history.refusedCount };
  const placed = placeInTime(history.plays, times, (where, message) => {
    count.refused += 1;
    refusals.push({ where, code: 'VALIDATION_FAILED', message });
  });
  const now = ctx.now();
  const reports = withLengths(placed).map((play) => toReport(play, reporter.deviceId, now));
  for (let at = 0; at < reports.length; at += reportsPerBatchMax) {
    const batch = reports.slice(at, at + reportsPerBatchMax);
    const outcomes: readonly PlayOutcome[] = await recordPlays(ctx, reporter, null, batch);
    outcomes.forEach((outcome, i) => {
      count[outcome.kind] += 1;
      if (outcome.kind === 'refused')
        refusals.push({
          where: placed[at + i]!.where,
          code: outcome.code,
          message: outcome.message,
        });
    });
  }
  const { counted, duplicate: duplicates, unmatched, refused } = count;
  return {
    counted,
    duplicates,
    unmatched,
    refused,
    refusals: refusals.slice(0, refusedListedMax),
  };
}

/** Plays in the order of time. Without times they follow each other from the start, each as long as its track. */
function placeInTime(
  plays: readonly HistoryPlay[],
  { timeZone, startedAt }: HistoryTimes,
  refusePlay: (where: string, message: string) => void,
): readonly Placed[] {
  const placed: Placed[] = [];
  let next: number | null = startedAt;
  for (const play of plays) {
    const { when } = play;
    if (when.kind === 'instant') placed.push({ ...play, at: when.at, isTimeKnown: true });
    else if (when.kind === 'wall')
      placed.push({ ...play, at: instantOfWall(when.wallMs, timeZone!), isTimeKnown: true });
    else {
      const lengthMs = play.playedMs ?? play.durationMs;
      if (lengthMs === null) refusePlay(play.where, 'has neither a time nor a length');
      else {
        placed.push({ ...play, at: next as Instant, isTimeKnown: false });
        next = next! + lengthMs;
      }
    }
  }
  return placed.sort((a, b) => a.at - b.at);
}

type Measured = Placed & { readonly heardMs: number; readonly confidence: number | null };

/**
 * How long each sounded: what the program measured; else its track's length, cut where the next track begins. What was
 * worked out is marked by confidence 0.5, what was placed in time by us as well by 0.25.
 */
function withLengths(plays: readonly Placed[]): readonly Measured[] {
  return plays.map((play, i) => {
    const confidence = play.isTimeKnown ? (play.playedMs === null ? 0.5 : null) : 0.25;
    const next = plays.slice(i + 1, i + 10).find((other) => other.at > play.at);
    const untilNext = next === undefined ? null : next.at - play.at;
    const heardMs =
      play.playedMs ??
      (play.durationMs !== null
        ? Math.min(play.durationMs, untilNext ?? play.durationMs)
        : Math.min(untilNext ?? assumedPlayedMs, unknownLengthMsMax));
    return { ...play, heardMs, confidence };
  });
}

function toReport(play: Measured, deviceId: string, now: Instant) {
  const { at, title, artist, durationMs, isrc } = play;
  return {
    key: uuidFrom(`history ${deviceId} ${at} ${keyText(artist)}\n${keyText(title)}`),
    startedAt: toIso(at),
    playedMs: Math.round(play.heardMs),
    source: at < now - lateMaxMs ? 'import' : 'deck',
    ...(play.confidence !== null && { confidence: play.confidence }),
    recording:
      isrc === null ? { title, artist, ...(durationMs !== null && { durationMs }) } : { isrc },
  };
}
