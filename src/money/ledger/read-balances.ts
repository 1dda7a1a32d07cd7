import type { Currency } from '#foundation/kernel/money.ts';
import type { Db } from '#foundation/platform/postgres.ts';
import type { JournalLine } from './journal.ts';
import {
  findBalance,
  listBalances,
  listJournalLines,
  totalBalances,
  type JournalId,
} from './queries.ts';

/** Balance in minor units (debit positive) and how many entries made it; an account nobody named has 0 and 0. */
export async function balanceOf(
  db: Db,
  account: { readonly name: string; readonly currency: Currency },
): Promise<{ readonly balanceMinor: bigint; readonly version: bigint }> {
  const row = await db.maybe(findBalance, account);
  return row === null
    ? { balanceMinor: 0n, version: 0n }
    : { balanceMinor: BigInt(row.balance), version: row.version };
}

export type TrialBalancePage = {
  /** Of all accounts, not of this page; debit equals credit in every currency. */
  readonly totals: readonly { currency: Currency; debitMinor: bigint; creditMinor: bigint }[];
  readonly items: readonly {
    name: string;
    currency: Currency;
    kind: string;
    debitMinor: bigint;
    creditMinor: bigint;
  }[];
  readonly next: { readonly currency: Currency; readonly name: string } | null;
};

/** Every account with its balance on the debit or the credit side, by currency and name, a page at a time. */
export async function trialBalance(
  db: Db,
  page: {
    readonly currency: Currency | null;
    readonly after: { readonly currency: string; readonly name: string } | null;
    readonly limit: number;
  },
): Promise<TrialBalancePage> {
  const totals = await db.all(totalBalances, { currency: page.currency });
  const rows = await db.all(listBalances, {
    currency: page.currency,
    afterCurrency: page.after?.currency ?? '',
    afterName: page.after?.name ?? '',
    limit: page.limit + 1,
  });
  const items = rows.slice(0, page.limit);
  const last = items.at(-1);
  return {
    totals: totals.map(({ currency, debit, credit }) => ({
      currency,
      debitMinor: BigInt(debit),
      creditMinor: BigInt(credit),
    })),
    items: items.map(({ name, currency, kind, balance }) => {
      const minor = BigInt(balance);
      return {
        name,
        currency,
        kind,
        debitMinor: minor > 0n ? minor : 0n,
        creditMinor: minor < 0n ? -minor : 0n,
      };
    }),
    next:
      rows.length > page.limit && last !== undefined
        ? { currency: last.currency, name: last.name }
        : null,
  };
}

/** What a journal moved, in the order of its lines; empty when there is no such journal. */
export async function journalLines(db: Db, journalId: JournalId): Promise<readonly JournalLine[]> {
  const rows = await db.all(listJournalLines, { journalId });
  return rows.map(({ amountMinor, partyId, ...account }) => ({
    account: partyId === null ? account : { ...account, partyId },
    amountMinor,
  }));
}
