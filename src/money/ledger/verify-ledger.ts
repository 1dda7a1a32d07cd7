import type { Db } from '#foundation/platform/postgres.ts';
import {
  countLedger,
  findAlteredJournals,
  findBrokenEntries,
  findUnbalancedJournals,
  findWrongBalances,
  planForEverything,
} from './queries.ts';

export type LedgerReport = {
  readonly journals: number;
  readonly entries: number;
  readonly accounts: number;
  /** One sentence each, at most `problemsMax` of a kind; empty when every balance follows from its entries. */
  readonly problems: readonly string[];
};

const problemsMax = 20;

/**
 * Derives every balance, version, sum and hash again from the entries. A chain shows that something was changed or
 * taken out of the middle; that the last entries of an account were cut off it cannot show without a copy elsewhere.
 */
export function verifyLedger(db: Db): Promise<LedgerReport> {
  return db.tx(async (tx) => {
    await tx.run(planForEverything, {});
    const counts = await tx.one(countLedger, {});
    const limit = problemsMax;
    const unbalanced = await tx.all(findUnbalancedJournals, { limit });
    const altered = await tx.all(findAlteredJournals, { limit });
    const broken = await tx.all(findBrokenEntries, { limit });
    const wrong = await tx.all(findWrongBalances, { limit });
    return {
      journals: Number(counts.journals),
      entries: Number(counts.entries),
      accounts: Number(counts.accounts),
      problems: [
        ...unbalanced.map(
          (u) => `journal ${u.journalId} sums to ${u.sum} ${u.currency}, not to zero`,
        ),
        ...altered.map((a) => `journal ${a.journalId} is not what was posted`),
        ...broken.map(
          (b) =>
            `line ${b.lineNo} of journal ${b.journalId} does not follow from the entry before it`,
        ),
        ...wrong.map(
          (w) => `${w.name} says ${w.balance} ${w.currency}, its entries make ${w.derived}`,
        ),
      ],
    };
  });
}
