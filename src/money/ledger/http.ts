import { fromCursor, toCursor } from '#foundation/kernel/cursor.ts';
import { limitDefault } from '#foundation/kernel/endpoint.ts';
import { fitsJson, isCurrency, toJsonAmount } from '#foundation/kernel/money.ts';
import { refuse } from '#foundation/kernel/outcome.ts';
import { serving, type Kit } from '#foundation/platform/http.ts';
import type { Db } from '#foundation/platform/postgres.ts';
import { readTrialBalance } from './contract.ts';
import { ledgerProblems } from './problems.ts';
import { trialBalance } from './read-balances.ts';

export function serveLedger(kit: Kit, ctx: { readonly db: Db }): void {
  const serve = serving(kit, ledgerProblems);

  serve(readTrialBalance, async ({ query }) => {
    const { currency = null, cursor, limit = limitDefault } = query;
    if (currency !== null && !isCurrency(currency)) {
      return refuse('VALIDATION_FAILED', `${currency} is not a currency we keep.`, 'currency');
    }
    const from = fromCursor(cursor, 'text', 'text');
    if ('kind' in from) return from;
    const after = from.after && { currency: from.after[0], name: from.after[1] };
    const page = await trialBalance(ctx.db, { currency, after, limit });
    const tooLarge = [...page.totals, ...page.items].find(
      ({ debitMinor, creditMinor }) => !fitsJson(debitMinor) || !fitsJson(creditMinor),
    );
    if (tooLarge !== undefined) {
      return refuse(
        'AMOUNT_TOO_LARGE',
        `Balances in ${tooLarge.currency} reach 2^53 minor units, which JSON numbers do not carry exactly; ask for another currency, or see the journals.`,
        'currency',
      );
    }
    return {
      totals: page.totals.map((total) => ({ currency: total.currency, ...sides(total) })),
      items: page.items.map((item) => ({
        name: item.name,
        currency: item.currency,
        kind: item.kind,
        ...sides(item),
      })),
      nextCursor: page.next && toCursor(page.next.currency, page.next.name),
    };
  });
}

function sides(side: { readonly debitMinor: bigint; readonly creditMinor: bigint }) {
  return { debitMinor: toJsonAmount(side.debitMinor), creditMinor: toJsonAmount(side.creditMinor) };
}
