import { useInfiniteQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { readTrialBalance } from '#money/ledger/contract.ts';
import { call, keyOf } from '../../kit/api.ts';
import { Heading } from '../../kit/room.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Note } from '../../ui/parts.tsx';
import { Answer, Empty, SkeletonRows } from '../../ui/state.tsx';
import { useWords } from './words.ts';

const pageRows = 100;

type Account = {
  readonly name: string;
  readonly currency: string;
  readonly kind: string;
  readonly debitMinor: number;
  readonly creditMinor: number;
};

/** Every account with its balance. Debit equals credit, or the books are wrong; this screen says which. */
export function Ledger(): ReactNode {
  const { t, f } = useWords();
  const balance = useInfiniteQuery({
    queryKey: keyOf(readTrialBalance, {}),
    queryFn: ({ signal, pageParam }) =>
      call(readTrialBalance, {
        query: { limit: pageRows, ...(pageParam === null ? {} : { cursor: pageParam }) },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.nextCursor,
  });
  const kinds: Readonly<Record<string, string>> = {
    asset: t('account.asset'),
    liability: t('account.liability'),
    income: t('account.income'),
    expense: t('account.expense'),
    equity: t('account.equity'),
  };
  const columns: readonly Column<Account>[] = [
    {
      key: 'name',
      title: t('ledger.account'),
      head: true,
      sort: (account) => account.name,
      render: (account) => <span className="mono">{account.name}</span>,
    },
    {
      key: 'kind',
      title: t('track.kind'),
      wide: true,
      sort: (account) => account.kind,
      render: (account) => kinds[account.kind] ?? account.kind,
    },
    {
      key: 'debit',
      title: t('ledger.debit'),
      number: true,
      sort: (account) => account.debitMinor,
      render: (account) =>
        account.debitMinor === 0 ? '' : f.money(account.debitMinor, account.currency),
    },
    {
      key: 'credit',
      title: t('ledger.credit'),
      number: true,
      sort: (account) => account.creditMinor,
      render: (account) =>
        account.creditMinor === 0 ? '' : f.money(account.creditMinor, account.currency),
    },
  ];
  return (
    <>
      <Heading title={t('ledger.title')}>{t('ledger.lead')}</Heading>
      <Answer of={{ ...balance, data: balance.data?.pages }} skeleton={<SkeletonRows rows={8} />}>
        {(pages) => {
          const totals = pages[0]?.totals ?? [];
          const accounts = pages.flatMap((page) => page.items);
          if (accounts.length === 0)
            return <Empty title={t('ledger.none')}>{t('ledger.noneBody')}</Empty>;
          return (
            <>
              <div className="stack sums">
                {totals.map((total) => (
                  <Note
                    key={total.currency}
                    kind={total.debitMinor === total.creditMinor ? 'ok' : 'error'}
                    title={t(
                      total.debitMinor === total.creditMinor ? 'ledger.balances' : 'ledger.broken',
                      { currency: total.currency },
                    )}
                  >
                    {t('ledger.sums', {
                      debit: f.money(total.debitMinor, total.currency),
                      credit: f.money(total.creditMinor, total.currency),
                    })}
                  </Note>
                ))}
              </div>
              <DataTable
                label={t('ledger.title')}
                columns={columns}
                rows={accounts}
                rowKey={(account) => `${account.name} ${account.currency}`}
                paging={{
                  hasMore: balance.hasNextPage,
                  loading: balance.isFetchingNextPage,
                  more: () => void balance.fetchNextPage(),
                }}
              />
            </>
          );
        }}
      </Answer>
    </>
  );
}
