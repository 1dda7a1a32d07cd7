import { createHash } from 'node:crypto';
import { newId } from '#foundation/kernel/ids.ts';
import type { Db } from '#foundation/platform/postgres.ts';
import type { AccountRef, JournalLine } from '#money/ledger/index.ts';
import type { Statement, StatementLine } from './allocate-pool.ts';
import { insertStatementLines, insertStatements } from './statement-queries.ts';
import { addStatement, type Run } from './run-hashes.ts';

const linesPerInsertMax = 20_000;

export type Written = {
  readonly outputHash: string;
  /** What the statements owe: one credit for every payee who gets anything. */
  readonly credits: readonly JournalLine[];
};

type Numbered = Statement & { readonly id: string; readonly lineNo: number };

/** Writes the statements as they are computed, some thousand lines at a time. */
export async function writeStatements(
  tx: Db,
  run: Run,
  statements: Iterable<Statement>,
  onStatements: (written: number) => void,
): Promise<Written> {
  const digest = createHash('sha256');
  const credits: JournalLine[] = [];
  let waiting: Numbered[] = [];
  let waitingLines = 0;
  let count = 0;
  for (const statement of statements) {
    addStatement(digest, statement);
    if (statement.amountMinor > 0n) {
      credits.push({ account: accountOf(run, statement), amountMinor: -statement.amountMinor });
    }
    waiting.push({ ...statement, id: newId<'statement'>(), lineNo: ++count });
    waitingLines += statement.lines.length;
    if (waitingLines >= linesPerInsertMax) {
      await insertAll(tx, run, waiting);
      waiting = [];
      waitingLines = 0;
      onStatements(count);
    }
  }
  await insertAll(tx, run, waiting);
  return { outputHash: digest.digest('hex'), credits };
}

/** What we owe a party, or keep for whoever turns out to own the recordings nobody is known to own. */
export function accountOf(run: Run, { partyId }: Pick<Statement, 'partyId'>): AccountRef {
  const { currency } = run;
  return partyId === null
    ? { name: 'suspense:no-payee', currency, kind: 'liability' }
    : { name: `payable:${partyId}`, currency, kind: 'liability', partyId };
}

async function insertAll(tx: Db, run: Run, statements: readonly Numbered[]): Promise<void> {
  await tx.run(insertStatements, {
    runId: run.id,
    ids: statements.map((s) => s.id),
    lineNos: statements.map((s) => s.lineNo),
    partyIds: statements.map((s) => s.partyId),
    names: statements.map((s) => s.name),
    amounts: statements.map((s) => s.amountMinor),
    plays: statements.map((s) => s.eligiblePlays),
  });
  const lines = statements.flatMap((s) =>
    s.lines.map((line, i) => ({ ...line, statementId: s.id, lineNo: i + 1 })),
  );
  for (let from = 0; from < lines.length; from += linesPerInsertMax) {
    await insertLines(tx, lines.slice(from, from + linesPerInsertMax));
  }
}

type NumberedLine = StatementLine & { readonly statementId: string; readonly lineNo: number };

async function insertLines(tx: Db, lines: readonly NumberedLine[]): Promise<void> {
  await tx.run(insertStatementLines, {
    statementIds: lines.map((l) => l.statementId),
    lineNos: lines.map((l) => l.lineNo),
    recordingIds: lines.map((l) => l.recordingId),
    plays: lines.map((l) => l.eligiblePlays),
    playedMs: lines.map((l) => l.playedMs),
    amounts: lines.map((l) => l.amountMinor),
  });
}
