import { Type } from 'typebox';
import { AmountMinor, endpoint, may, nullable, pageQuery } from '#foundation/kernel/endpoint.ts';

const AccountBalance = Type.Object({
  name: Type.String({
    description: 'e.g. pool:2026-10-01/2026-11-01, payable:<partyId>, suspense:no-payee',
  }),
  currency: Type.String(),
  kind: Type.String({ description: 'asset, liability, income, expense or equity' }),
  debitMinor: AmountMinor,
  creditMinor: AmountMinor,
});

export const readTrialBalance = endpoint(
  'GET',
  '/api/v1/ledger/trial-balance',
  {
    access: may('ledger.read'),
    summary:
      'Every account with its balance; the totals are of all accounts, and debit equals credit',
  },
  {
    query: Type.Object({
      ...pageQuery,
      currency: Type.Optional(Type.String({ pattern: '^[A-Z]{3}$' })),
    }),
    reply: Type.Object({
      totals: Type.Array(
        Type.Object({ currency: Type.String(), debitMinor: AmountMinor, creditMinor: AmountMinor }),
      ),
      items: Type.Array(AccountBalance),
      nextCursor: nullable(Type.String()),
    }),
  },
);
