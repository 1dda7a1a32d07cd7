import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { listMyStatements } from '#money/royalties/contract.ts';
import { usePages } from '../../kit/api.ts';
import { Heading } from '../../kit/room.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Prov } from '../../ui/parts.tsx';
import { Answer, Empty, SkeletonRows } from '../../ui/state.tsx';
import { useWords } from './words.ts';
import { useMoneyWords } from './names.ts';

const pageRows = 50;

type Head = {
  readonly id: string;
  readonly name: string;
  readonly partyId: string | null;
  readonly policy: 'pro-rata' | 'user-centric';
  readonly period: { readonly from: string; readonly to: string };
  readonly amountMinor: number;
  readonly currency: string;
  readonly eligiblePlays: number;
  readonly provenance: string;
};

export function Statements(): ReactNode {
  const { t } = useWords();
  return (
    <>
      <Heading title={t('statements.title')}>{t('statements.lead')}</Heading>
      <StatementTable />
    </>
  );
}

/** Every statement of the parties that are me. */
function StatementTable(): ReactNode {
  const { t, f } = useWords();
  const words = useMoneyWords();
  const statements = usePages(listMyStatements, { query: { limit: pageRows } });
  const columns: readonly Column<Head>[] = [
    {
      key: 'period',
      title: t('receipt.period'),
      head: true,
      sort: (one) => one.period.from,
      render: (one) => (
        <Link href={`/app/money/statements/${one.id}`}>
          {f.period(one.period.from, one.period.to)}
        </Link>
      ),
    },
    {
      key: 'name',
      title: t('run.payee'),
      wide: true,
      sort: (one) => one.name,
      render: (one) => words.payee(one.name, one.partyId),
    },
    {
      key: 'policy',
      title: t('run.policy'),
      wide: true,
      render: (one) => words.policy(one.policy),
    },
    {
      key: 'plays',
      title: t('run.eligiblePlays'),
      number: true,
      wide: true,
      sort: (one) => one.eligiblePlays,
      render: (one) => f.number(one.eligiblePlays),
    },
    {
      key: 'from',
      title: t('plays.from'),
      wide: true,
      render: (one) => <Prov kind={one.provenance} />,
    },
    {
      key: 'amount',
      title: t('statements.amount'),
      number: true,
      sort: (one) => one.amountMinor,
      render: (one) => <b className="earned">{f.money(one.amountMinor, one.currency)}</b>,
    },
  ];
  return (
    <Answer of={statements} skeleton={<SkeletonRows rows={5} />}>
      {(items) =>
        items.length === 0 ? (
          <Empty title={t('statements.none')} boards>
            {t('statements.noneBody')}
          </Empty>
        ) : (
          <DataTable
            label={t('statements.title')}
            columns={columns}
            rows={items}
            rowKey={(one) => one.id}
            paging={statements.paging}
          />
        )
      }
    </Answer>
  );
}
