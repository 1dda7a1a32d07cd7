import type { Id } from '#foundation/kernel/ids.ts';
import { refuse, type Refusal } from '#foundation/kernel/outcome.ts';
import { toIso } from '#foundation/kernel/time.ts';
import type { Db } from '#foundation/platform/postgres.ts';
import type { ChartsContext } from './context.ts';
import { followSubject, type Standing } from './follow-subject.ts';
import {
  appearancesOf,
  entriesOfIssue,
  findChart,
  findIssue,
  issueDays,
  type ChartRow,
  type EntryRow,
} from './queries.ts';

type PayloadId = Id<'payload'>;
export type ReadEntry = EntryRow & Standing;
export type ReadIssue = {
  readonly chart: ChartRow;
  readonly issueDay: string;
  /** The issue before; null where there is none or one between them is missing. */
  readonly previousDay: string | null;
  readonly entries: readonly ReadEntry[];
  readonly dropped: readonly {
    readonly title: string;
    readonly artist: string;
    readonly rank: number;
  }[];
  readonly about: {
    readonly periodFrom: string | null;
    readonly periodTo: string | null;
    readonly complete: boolean;
    readonly payloadId: PayloadId | null;
    readonly provenance: string;
    readonly receivedAt: string;
  };
};

/** A chart that this installation may show. */
export async function openChart(
  ctx: ChartsContext,
  source: string,
  key: string,
): Promise<ChartRow | null> {
  const chart = await ctx.db.maybe(findChart, { source, key });
  return chart === null || (chart.provenance === 'demo' && !ctx.demo) ? null : chart;
}

/** One issue with movement, peak and weeks computed from the issues we have; the latest where no day is given. */
export async function readIssue(
  ctx: ChartsContext,
  chart: ChartRow,
  day: string | null,
): Promise<ReadIssue | Refusal<'NOT_FOUND'>> {
  const { db } = ctx;
  const days = await db.all(issueDays, { chartId: chart.id, until: day });
  const issueDay = days.at(-1)?.issueDay;
  if (issueDay === undefined || (day !== null && issueDay !== day))
    return refuse(
      'NOT_FOUND',
      day === null
        ? `${chart.name} has no issue yet.`
        : `${chart.name} has no issue of ${day}${issueDay === undefined ? '' : `; the one before is of ${issueDay}`}.`,
    );
  const previousDay = days.at(-2)?.issueDay ?? null;
  const entries = await db.all(entriesOfIssue, { chartId: chart.id, day: issueDay });
  const standings = await standingsOf(
    db,
    chart,
    issueDay,
    days.map((d) => d.issueDay),
    [...new Set(entries.map((e) => e.subjectId))],
  );
  const issue = await db.one(findIssue, { chartId: chart.id, day: issueDay });
  const here = new Set(entries.map((entry) => entry.subjectId));
  const before =
    previousDay === null
      ? []
      : await db.all(entriesOfIssue, { chartId: chart.id, day: previousDay });
  return {
    chart,
    issueDay,
    previousDay,
    entries: entries.map((entry) => ({ ...entry, ...standings.get(entry.subjectId)! })),
    dropped: before
      .filter((entry) => !here.has(entry.subjectId))
      .map(({ title, artist, rank }) => ({ title, artist, rank })),
    about: {
      periodFrom: issue.periodFrom,
      periodTo: issue.periodTo,
      complete: issue.complete,
      payloadId: issue.payloadId,
      provenance: issue.provenance,
      receivedAt: toIso(issue.receivedAt),
    },
  };
}

/** Where every subject of an issue stands. */
export async function standingsOf(
  db: Db,
  chart: ChartRow,
  day: string,
  days: readonly string[],
  subjects: readonly string[],
): Promise<ReadonlyMap<string, Standing>> {
  const rows = await db.all(appearancesOf, { chartId: chart.id, until: day, subjects });
  const bySubject = Map.groupBy(rows, (row) => row.subjectId as string);
  return new Map(
    [...bySubject].map(([id, appearances]) => [
      id,
      followSubject(appearances, days, chart.frequency),
    ]),
  );
}
