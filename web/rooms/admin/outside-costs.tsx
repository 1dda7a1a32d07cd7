import type { ReactNode } from 'react';
import { outsideCosts } from '#counting/outside/contract.ts';
import { dayMs } from '#foundation/kernel/time.ts';
import { useApi } from '../../kit/api.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Panel } from '../../ui/parts.tsx';
import { Answer, SkeletonRows } from '../../ui/state.tsx';
import { useWords } from './words.ts';

const daysBack = 30;
const microsPerUnit = 1_000_000;

type Cost = {
  readonly service: string;
  readonly currency: string;
  readonly calls: number;
  readonly costMicros: string;
};

/** What outside recognisers were asked lately, and what they charge for it. */
export function OutsideCosts(): ReactNode {
  const { t, f } = useWords();
  const end = Math.ceil((Date.now() + 1) / dayMs) * dayMs;
  const [from, to] = [end - daysBack * dayMs, end].map((at) =>
    new Date(at).toISOString().slice(0, 10),
  ) as [string, string];
  const costs = useApi(outsideCosts, { query: { from, to } });
  return (
    <Panel title={t('outside.title')} className="below">
      <p className="soft">{t('outside.lead', { period: f.period(from, to) })}</p>
      <Answer of={costs} skeleton={<SkeletonRows rows={2} />}>
        {({ items }) =>
          items.length === 0 ? <p>{t('outside.none')}</p> : <CostTable costs={items} />
        }
      </Answer>
    </Panel>
  );
}

function CostTable({ costs }: { costs: readonly Cost[] }): ReactNode {
  const { t, f } = useWords();
  const columns: readonly Column<Cost>[] = [
    {
      key: 'service',
      title: t('outside.service'),
      head: true,
      sort: (one) => one.service,
      render: (one) => one.service,
    },
    {
      key: 'calls',
      title: t('outside.questions'),
      number: true,
      sort: (one) => one.calls,
      render: (one) => f.number(one.calls),
    },
    {
      key: 'cost',
      title: t('outside.cost'),
      number: true,
      sort: (one) => Number(one.costMicros),
      render: (one) => `${one.currency} ${f.number(Number(one.costMicros) / microsPerUnit)}`,
    },
  ];
  return (
    <DataTable
      label={t('outside.title')}
      columns={columns}
      rows={costs}
      rowKey={(one) => `${one.service} ${one.currency}`}
    />
  );
}
