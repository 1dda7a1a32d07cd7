import { type FormEvent, type ReactNode, useState } from 'react';
import { Link, useLocation } from 'wouter';
import { ApiError } from '#client/call.ts';
import { listImports, startImport, type ImportOut } from '#catalogue/media/contract.ts';
import { useAct, usePages } from '../../kit/api.ts';
import { Heading } from '../../kit/room.tsx';
import { Button } from '../../ui/button.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Field } from '../../ui/field.tsx';
import { Answer, Empty, Problem, SkeletonRows } from '../../ui/state.tsx';
import { useWords } from './words.ts';
import { WorkStatus } from './work-status.tsx';

const pageRows = 50;
const refreshEveryMs = 5_000;

export function Imports(): ReactNode {
  const { t } = useWords();
  const imports = usePages(
    listImports,
    { query: { limit: pageRows } },
    { everyMs: refreshEveryMs },
  );
  return (
    <>
      <Heading title={t('admin.imports')}>{t('imports.lead')}</Heading>
      <StartImport />
      <Answer of={imports} skeleton={<SkeletonRows rows={4} />}>
        {(items) =>
          items.length === 0 ? (
            <Empty title={t('imports.none')}>{t('imports.noneBody')}</Empty>
          ) : (
            <Table imports={items} paging={imports.paging} />
          )
        }
      </Answer>
    </>
  );
}

function StartImport(): ReactNode {
  const { t } = useWords();
  const [, go] = useLocation();
  const start = useAct(startImport, [listImports]);
  const [folder, setFolder] = useState('');
  const wrong =
    start.error instanceof ApiError && start.error.field?.includes('folder') === true
      ? start.error.message
      : undefined;
  function send(event: FormEvent): void {
    event.preventDefault();
    void start.run({ body: { folder: folder.trim() } }).then(
      ({ id }) => go(`/app/admin/imports/${id}`),
      () => {},
    ); // shown in the form
  }
  return (
    <form className="panel import-form" onSubmit={send}>
      <Field
        label={t('imports.folder')}
        hint={t('imports.folderHint')}
        required
        autoComplete="off"
        spellCheck={false}
        value={folder}
        onChange={({ currentTarget }) => setFolder(currentTarget.value)}
        wrong={wrong}
      />
      <Button kind="main" type="submit" busy={start.busy}>
        {t('imports.start')}
      </Button>
      {start.error !== null && wrong === undefined && <Problem error={start.error} />}
    </form>
  );
}

function Table({
  imports,
  paging,
}: {
  imports: readonly ImportOut[];
  paging: { hasMore: boolean; loading: boolean; more: () => void };
}): ReactNode {
  const { t, f } = useWords();
  const columns: readonly Column<ImportOut>[] = [
    {
      key: 'folder',
      title: t('imports.folder'),
      head: true,
      sort: (one) => one.folder,
      render: (one) => (
        <Link className="wrap" href={`/app/admin/imports/${one.id}`}>
          {one.folder}
        </Link>
      ),
    },
    {
      key: 'added',
      title: t('imports.added'),
      number: true,
      sort: (one) => one.added,
      render: (one) => f.number(one.added),
    },
    {
      key: 'updated',
      title: t('imports.updated'),
      number: true,
      wide: true,
      sort: (one) => one.updated,
      render: (one) => f.number(one.updated),
    },
    {
      key: 'unchanged',
      title: t('imports.unchanged'),
      number: true,
      wide: true,
      sort: (one) => one.unchanged,
      render: (one) => f.number(one.unchanged),
    },
    {
      key: 'skipped',
      title: t('imports.skipped'),
      number: true,
      sort: (one) => one.skipped,
      render: (one) => f.number(one.skipped),
    },
    {
      key: 'missing',
      title: t('imports.missing'),
      number: true,
      wide: true,
      sort: (one) => one.missing,
      render: (one) => f.number(one.missing),
    },
    {
      key: 'started',
      title: t('run.started'),
      number: true,
      wide: true,
      sort: (one) => one.startedAt,
      render: (one) => f.dateTime(one.startedAt),
    },
    {
      key: 'status',
      title: t('run.status'),
      number: true,
      render: (one) => <WorkStatus status={one.status} />,
    },
  ];
  return (
    <DataTable
      label={t('admin.imports')}
      columns={columns}
      rows={imports}
      rowKey={(one) => one.id}
      paging={paging}
    />
  );
}
