import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { listMyStatements } from '#money/royalties/contract.ts';
import { usePages } from '../../kit/api.ts';
import { Heading } from '../../kit/room.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Prov } from '../../ui/parts.tsx';
import { Kpis } from '../../ui/receipt.tsx';
import { Answer, Empty, SkeletonRows } from '../../ui/state.tsx';
import { useWords } from './words.ts';

const pageRows = 100;

type Head = {
  readonly id: string;
  readonly name: string;
  readonly period: { readonly from: string; readonly to: string };
  readonly amountMinor: number;
  readonly currency: string;
  readonly eligiblePlays: number;
  readonly provenance: string;
};

/** What was allocated to me, in every currency by itself: money of two currencies is never added. */
export function Earnings(): ReactNode {
  const { t } = useWords();
  const statements = usePages(listMyStatements, { query: { limit: pageRows } });
  return (
    <>
      <Heading title={t('studio.earnings')}>{t('statements.lead')}</Heading>
      <Answer of={statements} skeleton={<SkeletonRows rows={5} />}>
        {(items) =>
          items.length === 0 ? (
            <Empty title={t('statements.none')} boards>
              {t('statements.noneBody')}
            </Empty>
          ) : (
            <>
              <Totals statements={items} partial={statements.paging.hasMore} />
              <div className="panel below">
                <Table statements={items} paging={statements.paging} />
              </div>
            </>
          )
        }
      </Answer>
    </>
  );
}

function Totals({
  statements,
  partial,
}: {
  statements: readonly Head[];
  partial: boolean;
}): ReactNode {
  const { t, f } = useWords();
  const byCurrency = [...Map.groupBy(statements, (one) => one.currency)];
  return (
    <Kpis
      figures={byCurrency.map(([currency, list]) => {
        const total = list.reduce((sum, one) => sum + one.amountMinor, 0);
        const from = list.map((one) => one.period.from).sort()[0] ?? '';
        const to =
          list
            .map((one) => one.period.to)
            .sort()
            .at(-1) ?? '';
        return {
          name: t('studio.allocatedIn', { currency }),
          value: f.money(total, currency),
          range: partial ? t('studio.atLeast') : f.period(from, to),
          provenance: list.some((one) => one.provenance === 'demo') ? 'demo' : 'counted',
          receipt: () => ({
            title: t('receipt.how', { figure: f.money(total, currency) }),
            source: t('studio.fromStatements', { count: list.length }),
            period: f.period(from, to),
            method: t('studio.sumMethod'),
            rows: {
              fileName: `earnings-${currency}.csv`,
              header: [t('run.from'), t('run.to'), t('run.minorUnits')],
              rows: list.map((one) => [
                one.period.from.slice(0, 10),
                one.period.to.slice(0, 10),
                one.amountMinor,
              ]),
            },
          }),
        };
      })}
    />
  );
}

function Table({
  statements,
  paging,
}: {
  statements: readonly Head[];
  paging: { hasMore: boolean; loading: boolean; more: () => void };
}): ReactNode {
  const { t, f } = useWords();
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
      render: (one) => one.name,
    },
    {
      key: 'from',
      title: t('plays.from'),
      wide: true,
      render: (one) => <Prov kind={one.provenance} />,
    },
    {
      key: 'plays',
      title: t('run.eligiblePlays'),
      number: true,
      sort: (one) => one.eligiblePlays,
      render: (one) => f.number(one.eligiblePlays),
    },
    {
      key: 'amount',
      title: t('statements.amount'),
      number: true,
      sort: (one) => one.amountMinor,
      render: (one) => f.money(one.amountMinor, one.currency),
    },
  ];
  return (
    <DataTable
      label={t('studio.earnings')}
      columns={columns}
      rows={statements}
      rowKey={(one) => one.id}
      paging={paging}
    />
  );
}
