import { toCursor } from '#foundation/kernel/cursor.ts';
import type { RunId, StatementId, UserId } from '#foundation/kernel/ids.ts';
import { toJsonAmount } from '#foundation/kernel/money.ts';
import { refuse, type Refusal } from '#foundation/kernel/outcome.ts';
import type { Db } from '#foundation/platform/postgres.ts';
import { statementLinesMax } from './contract.ts';
import { periodOut } from './period.ts';
import { findRun } from './queries.ts';
import {
  countStatementLines,
  findStatement,
  findStatementLines,
  findStatementsOfRun,
  findStatementsOfUser,
  ownsStatement,
} from './statement-queries.ts';
import { noSuchRun } from './read-runs.ts';
import type { Run } from './run-hashes.ts';

export type StatementRow = NonNullable<(typeof findStatement)['row']>;

/** Who reads: somebody who reads every run, or the user of a party. */
export type Reader = { readonly userId: UserId; readonly readsRuns: boolean };

/** By party, suspense last; the cursor is the number of the last line of the page before. */
export async function readRunStatements(
  db: Db,
  runId: RunId,
  page: { readonly after: number; readonly limit: number },
) {
  const run = await db.maybe(findRun, { id: runId });
  if (run === null) return noSuchRun();
  const rows = await db.all(findStatementsOfRun, {
    runId,
    after: page.after,
    limit: page.limit + 1,
  });
  const shown = rows.slice(0, page.limit);
  return {
    items: shown.map((row) => headOf(run, row)),
    nextCursor: rows.length > page.limit ? toCursor(shown.at(-1)!.lineNo) : null,
  };
}

/** Newest first; the cursor is the id of the last statement of the page before. */
export async function readStatementsOf(
  db: Db,
  userId: UserId,
  page: { readonly before: StatementId | null; readonly limit: number },
) {
  const rows = await db.all(findStatementsOfUser, {
    userId,
    before: page.before,
    limit: page.limit + 1,
  });
  const shown = rows.slice(0, page.limit);
  const runs = new Map<RunId, Run>();
  for (const { runId } of shown) {
    if (!runs.has(runId)) runs.set(runId, await db.one(findRun, { id: runId }));
  }
  return {
    items: shown.map((row) => headOf(runs.get(row.runId)!, row)),
    nextCursor: rows.length > page.limit ? shown.at(-1)!.id : null,
  };
}

/** A statement that is not the reader's is not there: its address alone must not say that somebody was paid. */
export async function openStatement(
  db: Db,
  reader: Reader,
  id: StatementId,
): Promise<
  | { readonly kind: 'statement'; readonly statement: StatementRow; readonly run: Run }
  | Refusal<'NOT_FOUND'>
> {
  const statement = await db.maybe(findStatement, { id });
  const allowed =
    statement !== null &&
    (reader.readsRuns || (await db.maybe(ownsStatement, { id, userId: reader.userId })) !== null);
  if (!allowed) return refuse('NOT_FOUND', 'There is no such statement of yours.');
  return { kind: 'statement', statement, run: await db.one(findRun, { id: statement.runId }) };
}

export async function readStatement(db: Db, reader: Reader, id: StatementId) {
  const opened = await openStatement(db, reader, id);
  if (opened.kind === 'refused') return opened;
  const { statement, run } = opened;
  const lines = await db.all(findStatementLines, {
    statementId: id,
    runId: run.id,
    after: 0,
    limit: statementLinesMax,
  });
  const all =
    lines.length < statementLinesMax
      ? lines.length
      : Number((await db.one(countStatementLines, { statementId: id })).lines);
  return {
    ...headOf(run, statement),
    pool: { amountMinor: toJsonAmount(run.poolMinor), currency: run.currency },
    inputHash: run.inputHash ?? '',
    outputHash: run.outputHash ?? '',
    lines: lines.map((line) => ({
      recordingId: line.recordingId,
      title: line.title,
      artistName: line.artistName,
      isrc: line.isrc,
      eligiblePlays: Number(line.eligiblePlays),
      playedMs: Number(line.playedMs),
      amountMinor: toJsonAmount(line.amountMinor),
    })),
    linesOmitted: all - lines.length,
  };
}

function headOf(run: Run, statement: StatementRow) {
  const { id, runId, partyId, name, amountMinor, eligiblePlays } = statement;
  return {
    id,
    runId,
    partyId,
    name,
    amountMinor: toJsonAmount(amountMinor),
    currency: run.currency,
    eligiblePlays: Number(eligiblePlays),
    policy: run.policy,
    period: periodOut(run),
    provenance: run.provenance,
  };
}
