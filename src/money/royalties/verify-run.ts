import { createHash } from 'node:crypto';
import type { RunId } from '#foundation/kernel/ids.ts';
import type { Db } from '#foundation/platform/postgres.ts';
import { journalLines, type JournalLine } from '#money/ledger/index.ts';
import { poolAccount } from './distribute-pool.ts';
import { findRun, findRuns } from './queries.ts';
import { readOutputText } from './statement-queries.ts';
import { readFrozen } from './read-frozen.ts';
import { addStatement, inputHash, type Run } from './run-hashes.ts';
import { accountOf } from './write-statements.ts';

export type RunReport = {
  readonly runId: RunId;
  /** One sentence each; empty when the run follows from its inputs to the last franc. */
  readonly problems: readonly string[];
};

const statementsPerPage = 200;
const runsPerPage = 50;

/** Does a finished run again from what it froze and compares: inputs, statements as stored, journal as posted. */
export async function verifyRun(db: Db, runId: RunId): Promise<RunReport> {
  const run = await db.maybe(findRun, { id: runId });
  if (run === null) return { runId, problems: ['there is no such run'] };
  if (run.status !== 'done') return { runId, problems: [`the run is ${run.status}, not done`] };

  const inputs = await readFrozen(db, run);
  const digest = createHash('sha256');
  const owed = new Map<string, bigint>([[poolAccount(run).name, run.poolMinor]]);
  for (const statement of inputs.allocation.statements(run.poolMinor)) {
    addStatement(digest, statement);
    if (statement.amountMinor > 0n)
      owed.set(accountOf(run, statement).name, -statement.amountMinor);
  }
  const lines = run.journalId === null ? [] : await journalLines(db, run.journalId);
  const claims = [
    ['the frozen plays are not those of the run', inputs.usageHash === run.usageHash],
    ['the frozen rights are not those of the run', inputs.rightsHash === run.rightsHash],
    [
      'the inputs hash differs',
      inputHash(run, inputs.usageHash, inputs.rightsHash) === run.inputHash,
    ],
    ['the same inputs give other statements', digest.digest('hex') === run.outputHash],
    ['the stored statements were altered', (await hashOfStored(db, run)) === run.outputHash],
    ['the journal does not pay what the statements say', paysExactly(lines, owed)],
  ] as const;
  return { runId, problems: claims.filter(([, holds]) => !holds).map(([problem]) => problem) };
}

/** Every finished run, newest first. */
export async function* verifyRuns(db: Db): AsyncGenerator<RunReport> {
  for (let before: RunId | null = null; ;) {
    const runs: readonly Run[] = await db.all(findRuns, {
      before,
      status: 'done',
      limit: runsPerPage,
    });
    const last = runs.at(-1);
    if (last === undefined) return;
    for (const run of runs) yield await verifyRun(db, run.id);
    before = last.id;
  }
}

async function hashOfStored(db: Db, run: Run): Promise<string> {
  const digest = createHash('sha256');
  for (let after = 0; ; after += statementsPerPage) {
    const { text } = await db.one(readOutputText, {
      runId: run.id,
      after,
      limit: statementsPerPage,
    });
    if (text === null) return digest.digest('hex');
    digest.update(text);
  }
}

function paysExactly(lines: readonly JournalLine[], owed: ReadonlyMap<string, bigint>): boolean {
  return (
    lines.length === owed.size &&
    lines.every(({ account, amountMinor }) => owed.get(account.name) === amountMinor)
  );
}
