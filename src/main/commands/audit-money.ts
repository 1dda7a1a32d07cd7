import { loadConfig } from '#foundation/platform/config.ts';
import { verifyLedger } from '#money/ledger/index.ts';
import { verifyRuns, type RunReport } from '#money/royalties/index.ts';
import { say, withDatabase } from './with-database.ts';

const toldEvery = 100;

export async function auditLedger(asJson: boolean): Promise<number> {
  const report = await withDatabase('migrate', loadConfig(process.env), verifyLedger);
  if (asJson) console.log(JSON.stringify(report, null, 2));
  else {
    console.log(
      `journals  ${report.journals}\nentries   ${report.entries}\naccounts  ${report.accounts}`,
    );
    for (const problem of report.problems) console.log(`wrong: ${problem}`);
    if (report.problems.length === 0)
      console.log('Every journal sums to zero and every balance follows from its entries.');
  }
  return report.problems.length === 0 ? 0 : 1;
}

export async function auditRuns(asJson: boolean): Promise<number> {
  let runs = 0;
  const wrong: RunReport[] = [];
  await withDatabase('migrate', loadConfig(process.env), async (db) => {
    for await (const report of verifyRuns(db)) {
      runs += 1;
      if (report.problems.length > 0) wrong.push(report);
      if (runs % toldEvery === 0) say(`${runs} runs done again ...`);
    }
  });
  if (asJson) console.log(JSON.stringify({ runs, wrong }, null, 2));
  else {
    console.log(`runs  ${runs}`);
    for (const { runId, problems } of wrong)
      for (const problem of problems) console.log(`wrong: run ${runId}: ${problem}`);
    if (wrong.length === 0) console.log('Every run follows from what it froze, to the last unit.');
  }
  return wrong.length === 0 ? 0 : 1;
}
