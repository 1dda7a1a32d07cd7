import { newId } from '#foundation/kernel/ids.ts';
import type { Provenance } from '#foundation/kernel/counting.ts';
import { refuse, type Refusal } from '#foundation/kernel/outcome.ts';
import type { ChartFact } from '#market/harvest/index.ts';
import type { ChartsContext } from './context.ts';
import {
  deleteIssue,
  insertEntries,
  insertIssue,
  lockChart,
  putChart,
  type ChartId,
} from './queries.ts';
import { resolveSubjects } from './resolve-subjects.ts';

export type IssueOrigin = {
  readonly provenance: Provenance;
  /** The kept body of harvest it was read from; null for a file somebody imported. */
  readonly payloadId: string | null;
};

export type StoredIssue = {
  readonly kind: 'stored';
  readonly chartId: ChartId;
  readonly issueDay: string;
  readonly entries: number;
};

export const entriesMax = 1_000;

/**
 * Keeps one edition; the same edition again replaces itself. An edition without entries is refused, so that the last good
 * one stays, and so is one of provenance demo outside a demo.
 */
export async function storeIssue(
  ctx: ChartsContext,
  fact: ChartFact,
  origin: IssueOrigin,
): Promise<StoredIssue | Refusal<'EMPTY_ISSUE' | 'VALIDATION_FAILED' | 'CONFLICT'>> {
  if (origin.provenance === 'demo' && !ctx.demo)
    return refuse('CONFLICT', 'Rows of a demo are kept in an installation that is a demo only.');
  const { chart, issueDay, entries } = fact;
  if (entries.length === 0)
    return refuse(
      'EMPTY_ISSUE',
      `The issue of ${issueDay} has no entries. Nothing was changed; the last good issue stays.`,
    );
  if (entries.length > entriesMax)
    return refuse(
      'VALIDATION_FAILED',
      `An issue has at most ${entriesMax} entries; this one has ${entries.length}.`,
      'entries',
    );
  return ctx.db.tx(async (db) => {
    const row = await db.one(putChart, { id: newId(), ...chart, provenance: origin.provenance });
    if (row.frequency !== chart.frequency || row.entity !== chart.entity)
      return refuse(
        'CONFLICT',
        `${chart.source} ${chart.key} is kept as a ${row.frequency} chart of ${row.entity}s. Nothing was changed.`,
      );
    if ((row.provenance === 'demo') !== (origin.provenance === 'demo'))
      return refuse('CONFLICT', 'A chart of a demo and a real one are never the same chart.');
    await db.run(lockChart, { id: row.id });
    await db.run(deleteIssue, { chartId: row.id, issueDay });
    await db.run(insertIssue, {
      chartId: row.id,
      issueDay,
      periodFrom: fact.periodFrom,
      periodTo: fact.periodTo,
      entries: entries.length,
      complete: fact.complete,
      payloadId: origin.payloadId,
      provenance: origin.provenance,
    });
    const subjects = await resolveSubjects(db, row, issueDay, entries);
    const rows = entries.map((entry, i) => ({
      position: i + 1,
      rank: entry.rank,
      subject_id: subjects[i],
      title: entry.title,
      artist: entry.artist,
      said_last: entry.lastRank,
      said_peak: entry.peak,
      said_weeks: entry.weeks,
      said: entry.said,
      metric_name: entry.metric?.name ?? null,
      metric_value: entry.metric?.value ?? null,
      external_id: entry.externalId,
      isrc: entry.isrc,
      url: entry.url,
      image_url: entry.imageUrl,
      flags: entry.flags,
    }));
    await db.run(insertEntries, { chartId: row.id, issueDay, rows: JSON.stringify(rows) });
    return { kind: 'stored', chartId: row.id, issueDay, entries: entries.length };
  });
}
