import { dayMs } from '#foundation/kernel/time.ts';
import type { ChartFrequency } from '#market/harvest/index.ts';

// Movement, peak and weeks of a charted song, computed from the editions we have. The previous issue is the one published
// before; where that one is missing movement is unknown, not NEW. What happened before our first edition is taken over from
// what the chart says of the entry, once.

export type Appearance = {
  readonly issueDay: string;
  readonly rank: number;
  readonly saidPeak: number | null;
  readonly saidWeeks: number | null;
  readonly saidLast: number | null;
  readonly said: 'new' | 're' | null;
};

export type Move = 'new' | 're' | 'up' | 'down' | 'same' | 'unknown';

export type Standing = {
  readonly move: Move;
  /** Rank in the previous issue; null where it was not on it or that issue is missing. */
  readonly lastRank: number | null;
  /** Best rank up to and with this issue. */
  readonly peak: number;
  /** Issues on the chart up to and with this one, and those without a break. */
  readonly weeks: number;
  readonly streak: number;
  /** Peak and weeks hold history from before our editions, as the chart says it. */
  readonly carried: boolean;
  /** When it came back the chart gave other weeks than ours, and they were taken over. */
  readonly restated: boolean;
};

/**
 * Where a subject stands on `day`. `appearances`: its entries on this chart up to `day`, in order, one an issue (the best
 * rank where a chart names it twice). `issueDays`: every issue of the chart that we have up to `day`, in order.
 */
export function followSubject(
  appearances: readonly Appearance[],
  issueDays: readonly string[],
  frequency: ChartFrequency,
): Standing {
  const now = appearances.at(-1);
  if (now === undefined) throw new Error('a subject without an appearance has no standing');
  const byDay = new Map(appearances.map((one) => [one.issueDay, one]));
  let peak = Number.POSITIVE_INFINITY;
  let weeks = 0;
  let streak = 0;
  let carried = false;
  let restated = false;
  let afterGap = true; // nothing is known before the first issue
  for (const [i, day] of issueDays.entries()) {
    if (i > 0 && isGap(issueDays[i - 1]!, day, frequency)) {
      afterGap = true;
      streak = 0;
    }
    const one = byDay.get(day);
    if (one === undefined) {
      streak = 0;
      continue;
    }
    if (one.saidWeeks !== null && one.saidWeeks !== weeks + 1) {
      if (afterGap && one.saidWeeks > weeks + 1) {
        weeks = one.saidWeeks - 1;
        if (one.saidPeak !== null) peak = Math.min(peak, one.saidPeak);
        carried = true;
      } else if (!afterGap && streak === 0) {
        // The chart counts anew when the song comes back (seasonal charts do), and its word is taken over.
        weeks = one.saidWeeks - 1;
        peak = one.saidPeak ?? peak;
        restated = true;
      }
    }
    afterGap = false;
    weeks += 1;
    streak += 1;
    peak = Math.min(peak, one.rank);
  }
  const last = lastRankOf(now, byDay, issueDays, frequency);
  return { ...last, peak, weeks, streak, carried, restated };
}

function lastRankOf(
  now: Appearance,
  byDay: ReadonlyMap<string, Appearance>,
  issueDays: readonly string[],
  frequency: ChartFrequency,
): Pick<Standing, 'move' | 'lastRank'> {
  const previous = issueDays.at(-2);
  if (previous === undefined || isGap(previous, now.issueDay, frequency)) return asSaid(now);
  const before = byDay.get(previous);
  if (before !== undefined) return { lastRank: before.rank, move: moveOf(before.rank, now.rank) };
  const wasHere = byDay.size > 1 || now.said === 're' || (now.saidWeeks ?? 1) > 1;
  return { lastRank: null, move: wasHere ? 're' : 'new' };
}

/** Without the issue before, only the chart itself can tell. */
function asSaid(now: Appearance): Pick<Standing, 'move' | 'lastRank'> {
  if (now.said !== null) return { lastRank: null, move: now.said };
  if (now.saidLast === null) return { lastRank: null, move: 'unknown' };
  return { lastRank: now.saidLast, move: moveOf(now.saidLast, now.rank) };
}

export function moveOf(last: number, rank: number): Move {
  return rank < last ? 'up' : rank > last ? 'down' : 'same';
}

/** An issue between two days is missing. Weekly charts move their day now and then; half a week is no issue. */
export function isGap(before: string, day: string, frequency: ChartFrequency): boolean {
  const days = (Date.parse(day) - Date.parse(before)) / dayMs;
  return frequency === 'weekly' ? days > 10 : days > 1;
}
