import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { listRuns } from '#money/royalties/contract.ts';
import { usePages } from '../../kit/api.ts';
import { Heading } from '../../kit/room.tsx';
import { useMay } from '../../kit/session.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Missing } from '../../ui/parts.tsx';
import { Answer, Empty, SkeletonRows } from '../../ui/state.tsx';
import { useWords } from './words.ts';
import { useMoneyWords } from './names.ts';

const pageRows = 50;
const whileRunningMs = 2_000;

type RunHead = {
  readonly id: string;
  readonly status: 'running' | 'done' | 'failed' | 'repeat';
  readonly policy: 'pro-rata' | 'user-centric';
  readonly period: { readonly from: string; readonly to: string };
  readonly pool: { readonly amountMinor: number; readonly currency: string };
  readonly scope: {
    readonly source?: string;
    readonly territory?: string;
    readonly placeId?: string;
  };
  readonly eligiblePlays: number | null;
  readonly createdAt: string;
};

export function Runs(): ReactNode {
  const { t } = useWords();
  const mayCreate = useMay('runs.create');
  const runs = usePages(listRuns, { query: { limit: pageRows } }, { everyMs: whileRunningMs * 5 });
  const start = mayCreate && (
    <Link className="btn btn-main" href="/app/money/runs/new">
      <Icon name="plus" />
      {t('run.new')}
    </Link>
  );
  return (
    <>
      <Heading title={t('money.runsTitle')} actions={start}>
        {t('money.runsLead')}
      </Heading>
      <Answer of={runs} skeleton={<SkeletonRows rows={6} />}>
        {(items) =>
          items.length === 0 ? (
            <Empty title={t('money.noRuns')} boards>
              {t('money.noRunsBody')}
            </Empty>
          ) : (
            <RunTable runs={items} paging={runs.paging} />
          )
        }
      </Answer>
    </>
  );
}

export function RunStatus({ status }: { status: RunHead['status'] }): ReactNode {
  const { t } = useWords();
  if (status === 'done') {
    return (
      <span className="badge">
        <Icon name="check" />
        {t('run.done')}
      </span>
    );
  }
  if (status === 'repeat') {
    return (
      <span className="badge">
        <Icon name="info" />
        {t('run.repeat')}
      </span>
    );
  }
  if (status === 'failed') {
    return (
      <span className="badge error">
        <Icon name="warn" />
        {t('run.failed')}
      </span>
    );
  }
  return (
    <span className="badge">
      <Icon name="refresh" />
      {t('run.running')}
    </span>
  );
}

function RunTable({
  runs,
  paging,
}: {
  runs: readonly RunHead[];
  paging: { hasMore: boolean; loading: boolean; more: () => void };
}): ReactNode {
  const { t, f } = useWords();
  const words = useMoneyWords();
  const columns: readonly Column<RunHead>[] = [
    {
      key: 'period',
      title: t('receipt.period'),
      head: true,
      sort: (run) => run.period.from,
      render: (run) => (
        <Link href={`/app/money/runs/${run.id}`}>{f.period(run.period.from, run.period.to)}</Link>
      ),
    },
    {
      key: 'policy',
      title: t('run.policy'),
      wide: true,
      sort: (run) => words.policy(run.policy),
      render: (run) => words.policy(run.policy),
    },
    { key: 'scope', title: t('run.scope'), wide: true, render: (run) => words.scope(run.scope) },
    {
      key: 'plays',
      title: t('run.eligiblePlays'),
      number: true,
      wide: true,
      sort: (run) => run.eligiblePlays,
      render: (run) =>
        run.eligiblePlays === null ? (
          <Missing why={t('run.notYetCounted')} />
        ) : (
          f.number(run.eligiblePlays)
        ),
    },
    {
      key: 'pool',
      title: t('run.pool'),
      number: true,
      sort: (run) => run.pool.amountMinor,
      render: (run) => f.money(run.pool.amountMinor, run.pool.currency),
    },
    {
      key: 'made',
      title: t('run.started'),
      number: true,
      wide: true,
      sort: (run) => run.createdAt,
      render: (run) => f.dateTime(run.createdAt),
    },
    {
      key: 'status',
      title: t('run.status'),
      number: true,
      render: (run) => <RunStatus status={run.status} />,
    },
  ];
  return (
    <DataTable
      label={t('money.runsTitle')}
      columns={columns}
      rows={runs}
      rowKey={(run) => run.id}
      paging={paging}
    />
  );
}
