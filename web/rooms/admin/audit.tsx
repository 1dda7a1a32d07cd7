import type { ReactNode } from 'react';
import { type AuditEntry, listAudit } from '#people/accounts/contract.ts';
import { usePages } from '../../kit/api.ts';
import { Heading } from '../../kit/room.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Answer, Empty, SkeletonRows } from '../../ui/state.tsx';
import { useWords } from './words.ts';

const pageRows = 100;

export function Audit(): ReactNode {
  const { t, f } = useWords();
  const entries = usePages(listAudit, { query: { limit: pageRows } });
  const columns: readonly Column<AuditEntry>[] = [
    {
      key: 'at',
      title: t('audit.when'),
      head: true,
      sort: (entry) => entry.at,
      render: (entry) => f.dateTime(entry.at),
    },
    {
      key: 'who',
      title: t('audit.who'),
      sort: (entry) => entry.actorName,
      render: (entry) => entry.actorName ?? t('audit.system'),
    },
    {
      key: 'what',
      title: t('audit.what'),
      sort: (entry) => entry.action,
      render: (entry) => <span className="mono">{entry.action}</span>,
    },
    {
      key: 'on',
      title: t('audit.on'),
      wide: true,
      render: (entry) => <span className="mono wrap">{entry.subject ?? '–'}</span>,
    },
    {
      key: 'detail',
      title: t('audit.detail'),
      wide: true,
      render: (entry) => <Detail detail={entry.detail} />,
    },
    {
      key: 'from',
      title: t('audit.address'),
      wide: true,
      render: (entry) => <span className="mono">{entry.address ?? '–'}</span>,
    },
  ];
  return (
    <>
      <Heading title={t('admin.audit')}>{t('audit.lead')}</Heading>
      <Answer of={entries} skeleton={<SkeletonRows rows={10} />}>
        {(items) =>
          items.length === 0 ? (
            <Empty title={t('audit.none')}>{t('audit.noneBody')}</Empty>
          ) : (
            <DataTable
              label={t('admin.audit')}
              columns={columns}
              rows={items}
              rowKey={(entry) => entry.id}
              paging={entries.paging}
            />
          )
        }
      </Answer>
    </>
  );
}

function Detail({ detail }: { detail: Readonly<Record<string, unknown>> }): ReactNode {
  return Object.entries(detail).map(([name, value]) => (
    <span key={name} className="pair">
      {name}: {typeof value === 'string' ? value : JSON.stringify(value)}
    </span>
  ));
}
