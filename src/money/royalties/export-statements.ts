import { csvHead, csvRow, type CsvCell } from '#foundation/kernel/csv.ts';
import { formatMinor } from '#foundation/kernel/money.ts';
import type { RunId, StatementId } from '#foundation/kernel/ids.ts';
import { refuse, type Refusal } from '#foundation/kernel/outcome.ts';
import type { Db } from '#foundation/platform/postgres.ts';
import { periodLabel, periodOut } from './period.ts';
import { findRun } from './queries.ts';
import { findStatementLines, findStatementsOfRun } from './statement-queries.ts';
import { noSuchRun } from './read-runs.ts';
import { openStatement, type Reader, type StatementRow } from './read-statements.ts';
import type { Run } from './run-hashes.ts';

// Nothing in a file or its name is of this run alone (no ids of ours, no time of day), so that the same inputs give
// the same bytes. Amounts are in minor units for programs and written out for people.

export type CsvFile = {
  readonly kind: 'file';
  readonly name: string;
  readonly chunks: AsyncIterable<string>;
};

const recordsPerPage = 5_000;

/** One record for every statement of a run; the amounts sum to the pool. */
export async function exportRun(db: Db, id: RunId): Promise<CsvFile | Refusal> {
  const run = await db.maybe(findRun, { id });
  if (run === null) return noSuchRun();
  if (run.status !== 'done') {
    return refuse('RUN_NOT_DONE', 'Statements exist once the run is done; see its status.');
  }
  return { kind: 'file', name: `ngoma-statements-${nameOf(run)}.csv`, chunks: runRecords(db, run) };
}

async function* runRecords(db: Db, run: Run): AsyncGenerator<string> {
  yield csvHead(['partyId', 'name', 'amountMinor', 'amount', 'eligiblePlays', ...runColumns]);
  const about = runCells(run);
  for (let after = 0; ;) {
    const rows = await db.all(findStatementsOfRun, { runId: run.id, after, limit: recordsPerPage });
    const last = rows.at(-1);
    if (last === undefined) return;
    yield rows
      .map((row) =>
        csvRow([
          row.partyId,
          row.name,
          row.amountMinor,
          formatMinor(row.amountMinor, run.currency),
          row.eligiblePlays,
          ...about,
        ]),
      )
      .join('');
    after = last.lineNo;
  }
}

/** One record for every recording of a statement; the amounts sum to the statement. */
export async function exportStatement(
  db: Db,
  reader: Reader,
  id: StatementId,
): Promise<CsvFile | Refusal> {
  const opened = await openStatement(db, reader, id);
  if (opened.kind === 'refused') return opened;
  const { statement, run } = opened;
  return {
    kind: 'file',
    name: `ngoma-statement-${nameOf(run)}-${statement.partyId ?? statement.name}.csv`,
    chunks: statementRecords(db, run, statement),
  };
}

async function* statementRecords(
  db: Db,
  run: Run,
  statement: StatementRow,
): AsyncGenerator<string> {
  yield csvHead([
    'recordingId',
    'title',
    'artistName',
    'isrc',
    'eligiblePlays',
    'playedMs',
    'amountMinor',
    'amount',
    'partyId',
    'name',
    ...runColumns,
  ]);
  const about: readonly CsvCell[] = [statement.partyId, statement.name, ...runCells(run)];
  for (let after = 0; ;) {
    const rows = await db.all(findStatementLines, {
      statementId: statement.id,
      runId: run.id,
      after,
      limit: recordsPerPage,
    });
    const last = rows.at(-1);
    if (last === undefined) return;
    yield rows
      .map((r) =>
        csvRow([
          r.recordingId,
          r.title,
          r.artistName,
          r.isrc,
          r.eligiblePlays,
          r.playedMs,
          r.amountMinor,
          formatMinor(r.amountMinor, run.currency),
          ...about,
        ]),
      )
      .join('');
    after = last.lineNo;
  }
}

const runColumns = [
  'currency',
  'periodFrom',
  'periodTo',
  'zone',
  'policy',
  'provenance',
  'inputHash',
];

function runCells(run: Run): readonly CsvCell[] {
  const { from, to, zone } = periodOut(run);
  return [
    run.currency,
    from,
    to,
    zone,
    `${run.policy} ${run.policyVersion}`,
    run.provenance,
    run.inputHash,
  ];
}

function nameOf(run: Run): string {
  return `${periodLabel(run)}-${run.currency}-${run.policy}-${run.inputHash?.slice(0, 8)}`;
}
