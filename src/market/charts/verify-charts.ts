import type { Db } from '#foundation/platform/postgres.ts';
import { followSubject } from './follow-subject.ts';
import {
  appearancesOf,
  chartsToVerify as chartsToVerifyQuery,
  entriesOfIssue,
  issueDays,
  type ChartRow,
  type EntryRow,
} from './queries.ts';

export type Disagreement = {
  readonly issueDay: string;
  readonly rank: number;
  readonly title: string;
  readonly artist: string;
  readonly what: 'last' | 'peak' | 'weeks';
  readonly ours: number | null;
  readonly theirs: number | null;
};

export type Verification = {
  readonly issues: number;
  readonly entries: number;
  /** Entries whose last rank, peak and weeks the chart says and that we could compute without its help. */
  readonly compared: number;
  /** Entries where history from before our issues had to be taken over: nothing to compare. */
  readonly carried: number;
  /** Entries that came back with other weeks than ours: taken over from there on, and listed. */
  readonly restated: readonly Disagreement[];
  readonly disagreements: readonly Disagreement[];
};

const disagreementsMax = 10_000;
const chartsVerifiedMax = 1_000;

export async function chartsToVerify(db: Db): Promise<readonly ChartRow[]> {
  return db.all(chartsToVerifyQuery, { limit: chartsVerifiedMax });
}

/**
 * Computes last rank, peak and weeks of every entry from our issues alone and compares them with what the chart itself says.
 * The first appearance after a gap takes over what the chart says, so it is not compared.
 */
export async function verifyChart(db: Db, chart: ChartRow): Promise<Verification> {
  const days = (await db.all(issueDays, { chartId: chart.id, until: null })).map((d) => d.issueDay);
  const lastDay = days.at(-1);
  if (lastDay === undefined)
    return { issues: 0, entries: 0, compared: 0, carried: 0, restated: [], disagreements: [] };
  const history = new Map<string, Awaited<ReturnType<typeof readHistory>>>();
  const restated: Disagreement[] = [];
  const disagreements: Disagreement[] = [];
  let entries = 0;
  let compared = 0;
  let carried = 0;
  for (const [i, day] of days.entries()) {
    const rows = await db.all(entriesOfIssue, { chartId: chart.id, day });
    await readInto(
      db,
      chart,
      lastDay,
      history,
      rows.map((row) => row.subjectId),
    );
    for (const row of rows) {
      entries += 1;
      if (row.saidWeeks === null) continue;
      const all = history.get(row.subjectId)!;
      const past = all.filter((one) => one.issueDay <= day);
      // What the chart says of this very entry must not help to compute it, but where it must.
      const standing = followSubject(past, days.slice(0, i + 1), chart.frequency);
      const alone = followSubject(
        past.map((one) => (one.issueDay === day ? { ...one, ...silent } : one)),
        days.slice(0, i + 1),
        chart.frequency,
      );
      if (standing.restated && !alone.restated) {
        restated.push(differs(row, day, 'weeks', alone.weeks, row.saidWeeks));
        continue;
      }
      if (standing.weeks !== alone.weeks || (i === 0 && row.saidWeeks > 1)) {
        carried += 1;
        continue;
      }
      compared += 1;
      const ours = {
        last: i === 0 ? row.saidLast : alone.lastRank,
        peak: alone.peak,
        weeks: alone.weeks,
      };
      const theirs = { last: row.saidLast, peak: row.saidPeak, weeks: row.saidWeeks };
      for (const what of ['last', 'peak', 'weeks'] as const) {
        if (ours[what] === theirs[what] || (what === 'peak' && theirs.peak === null)) continue;
        if (disagreements.length < disagreementsMax)
          disagreements.push(differs(row, day, what, ours[what], theirs[what]));
      }
    }
  }
  return { issues: days.length, entries, compared, carried, restated, disagreements };
}

function differs(
  row: EntryRow,
  issueDay: string,
  what: Disagreement['what'],
  ours: number | null,
  theirs: number | null,
): Disagreement {
  const { rank, title, artist } = row;
  return { issueDay, rank, title, artist, what, ours, theirs };
}

const silent = { saidLast: null, saidPeak: null, saidWeeks: null, said: null };

async function readHistory(db: Db, chart: ChartRow, until: string, subjects: readonly string[]) {
  return db.all(appearancesOf, { chartId: chart.id, until, subjects });
}

async function readInto(
  db: Db,
  chart: ChartRow,
  until: string,
  history: Map<string, Awaited<ReturnType<typeof readHistory>>>,
  subjects: readonly string[],
): Promise<void> {
  const unread = [...new Set(subjects)].filter((id) => !history.has(id));
  if (unread.length === 0) return;
  const rows = await readHistory(db, chart, until, unread);
  for (const [id, appearances] of Map.groupBy(rows, (row) => row.subjectId as string))
    history.set(id, appearances);
}
