import { dayMs } from '#foundation/kernel/time.ts';
import { refuse, type Refusal } from '#foundation/kernel/outcome.ts';
import type { ChartsContext } from './context.ts';
import { moveOf, type Move } from './follow-subject.ts';
import {
  entriesOfIssue,
  issueDays,
  type ChartRow,
  type EntryRow,
  type SubjectId,
} from './queries.ts';
import { standingsOf } from './read-issue.ts';

export type Mover = {
  readonly title: string;
  readonly artist: string;
  readonly subjectId: SubjectId;
  readonly rank: number | null;
  readonly rankBefore: number | null;
  readonly move: Move | 'out';
  /** Places won (positive) or lost; null where one of the two issues does not have it. */
  readonly places: number | null;
  /** log2(before / now): from 8 to 4 is worth as much as from 80 to 40. */
  readonly velocity: number | null;
};

export type Movers = {
  readonly fromDay: string;
  readonly toDay: string;
  readonly movers: readonly Mover[];
};

/**
 * What moved between two published issues: the latest, and the last one published at least `days` before it. Both days are
 * told, because the nearest issue may lie further back than was asked for.
 */
export async function readMovers(
  ctx: ChartsContext,
  chart: ChartRow,
  days: number,
): Promise<Movers | Refusal<'NOT_FOUND'>> {
  const { db } = ctx;
  const known = (await db.all(issueDays, { chartId: chart.id, until: null })).map(
    (d) => d.issueDay,
  );
  const toDay = known.at(-1);
  if (toDay === undefined) return refuse('NOT_FOUND', `${chart.name} has no issue yet.`);
  const fromDay = known.findLast((day) => Date.parse(toDay) - Date.parse(day) >= days * dayMs);
  if (fromDay === undefined)
    return refuse(
      'NOT_FOUND',
      `Movers need two issues at least ${days} days apart; ${chart.name} begins on ${known[0]}.`,
    );
  const now = await db.all(entriesOfIssue, { chartId: chart.id, day: toDay });
  const before = best(await db.all(entriesOfIssue, { chartId: chart.id, day: fromDay }));
  const standings = await standingsOf(db, chart, toDay, known, [...best(now).keys()]);
  const movers: Mover[] = [];
  for (const [id, entry] of best(now)) {
    const earlier = before.get(id);
    const isNew = standings.get(id)!.weeks <= issuesBetween(known, fromDay, toDay);
    movers.push({
      ...named(entry),
      rank: entry.rank,
      rankBefore: earlier?.rank ?? null,
      move: earlier === undefined ? (isNew ? 'new' : 're') : moveOf(earlier.rank, entry.rank),
      places: earlier === undefined ? null : earlier.rank - entry.rank,
      velocity: earlier === undefined ? null : Math.log2(earlier.rank / entry.rank),
    });
  }
  for (const [id, entry] of before) {
    if (standings.has(id)) continue;
    movers.push({
      ...named(entry),
      rank: null,
      rankBefore: entry.rank,
      move: 'out',
      places: null,
      velocity: null,
    });
  }
  return { fromDay, toDay, movers: movers.toSorted(byVelocity) };
}

function issuesBetween(days: readonly string[], from: string, to: string): number {
  return days.filter((day) => day > from && day <= to).length;
}

/** Risers first, then what fell, then what is new, came back or left, by rank. */
function byVelocity(a: Mover, b: Mover): number {
  if (a.velocity !== null && b.velocity !== null) return b.velocity - a.velocity;
  if (a.velocity !== null) return -1;
  if (b.velocity !== null) return 1;
  return (a.rank ?? a.rankBefore!) - (b.rank ?? b.rankBefore!);
}

function best(entries: readonly EntryRow[]): ReadonlyMap<SubjectId, EntryRow> {
  const found = new Map<SubjectId, EntryRow>();
  for (const entry of entries) if (!found.has(entry.subjectId)) found.set(entry.subjectId, entry);
  return found;
}

function named({ title, artist, subjectId }: EntryRow) {
  return { title, artist, subjectId };
}
