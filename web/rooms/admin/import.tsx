import { useInfiniteQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { getImport, listImports, type SkippedOut } from '#catalogue/media/contract.ts';
import { cancelJob, getJob } from '#people/operations/contract.ts';
import { call, keyOf, useAct, useApi } from '../../kit/api.ts';
import { Heading } from '../../kit/room.tsx';
import { Button } from '../../ui/button.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Note, Panel, Progress } from '../../ui/parts.tsx';
import { Kpis } from '../../ui/receipt.tsx';
import { Answer, SkeletonBox } from '../../ui/state.tsx';
import { useWords } from './words.ts';
import { ImportFindings } from './import-findings.tsx';
import { WorkStatus } from './work-status.tsx';

const pageRows = 50;
const whileRunningMs = 1_500;

/** What an import did, file by file where it could not. */
export function Import({ id }: { id: string }): ReactNode {
  const { t, f } = useWords();
  const pages = useInfiniteQuery({
    queryKey: keyOf(getImport, { id }),
    queryFn: ({ signal, pageParam }) =>
      call(getImport, {
        params: { id: id as never },
        query: { limit: pageRows, ...(pageParam === null ? {} : { cursor: pageParam }) },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.skippedFiles.nextCursor,
    refetchInterval: ({ state }) =>
      state.data?.pages[0]?.status === 'running' ? whileRunningMs : false,
  });
  const head = pages.data?.pages[0];
  return (
    <>
      <Heading title={t('import.title')}>
        {head !== undefined && (
          <>
            <WorkStatus status={head.status} /> <span className="mono">{head.folder}</span>,{' '}
            {f.dateTime(head.startedAt)}
          </>
        )}
      </Heading>
      <Answer of={{ ...pages, data: pages.data?.pages }} skeleton={<SkeletonBox heightPx={240} />}>
        {(loaded) => {
          const shown = loaded[0]!;
          const skipped = loaded.flatMap((page) => page.skippedFiles.items);
          return (
            <div className="stack">
              {shown.status === 'running' && shown.jobId !== null && (
                <Running jobId={shown.jobId} seen={shown.seen} />
              )}
              {shown.problem !== null && (
                <Note kind="error" title={t('import.problem')}>
                  {shown.problem}
                </Note>
              )}
              <Kpis
                figures={[
                  {
                    name: t('imports.seen'),
                    value: f.number(shown.seen),
                    range:
                      shown.endedAt === null
                        ? t('work.running')
                        : t('import.took', {
                            time: f.span(Date.parse(shown.endedAt) - Date.parse(shown.startedAt)),
                          }),
                  },
                  { name: t('imports.added'), value: f.number(shown.added) },
                  { name: t('imports.updated'), value: f.number(shown.updated) },
                  { name: t('imports.unchanged'), value: f.number(shown.unchanged) },
                  { name: t('imports.skipped'), value: f.number(shown.skipped) },
                  {
                    name: t('imports.missing'),
                    value: f.number(shown.missing),
                    range: t('imports.missingMeans'),
                  },
                ]}
              />
              {skipped.length > 0 && (
                <Panel title={t('import.skippedTitle')}>
                  <Skipped
                    files={skipped}
                    paging={{
                      hasMore: pages.hasNextPage,
                      loading: pages.isFetchingNextPage,
                      more: () => void pages.fetchNextPage(),
                    }}
                  />
                </Panel>
              )}
              <ImportFindings id={id} isRunning={shown.status === 'running'} />
            </div>
          );
        }}
      </Answer>
    </>
  );
}

function Running({ jobId, seen }: { jobId: string; seen: number }): ReactNode {
  const { t } = useWords();
  const job = useApi(
    getJob,
    { params: { id: jobId as never } },
    { everyMs: whileRunningMs, freshMs: 0 },
  );
  const stop = useAct(cancelJob, [listImports, getImport]);
  const done = job.data?.done ?? seen;
  const total = job.data?.total ?? null;
  return (
    <Panel title={t('import.running')}>
      <div className="stack">
        <Progress
          label={
            total === null ? t('import.looked', { count: done }) : t('ui.doneOf', { done, total })
          }
          done={done}
          total={total}
          note={job.data?.note ?? undefined}
        />
        <p className="soft">{t('import.mayLeave')}</p>
        <div className="row">
          <Button
            busy={stop.busy}
            onClick={() => void stop.run({ params: { id: jobId as never } }).catch(() => {})}
          >
            {t('import.stop')}
          </Button>
        </div>
      </div>
    </Panel>
  );
}

function Skipped({
  files,
  paging,
}: {
  files: readonly SkippedOut[];
  paging: { hasMore: boolean; loading: boolean; more: () => void };
}): ReactNode {
  const { t } = useWords();
  const columns: readonly Column<SkippedOut>[] = [
    {
      key: 'path',
      title: t('import.file'),
      head: true,
      sort: (file) => file.path,
      render: (file) => (
        <span className="file">
          <span className="mono">{file.path}</span>
          <small className="narrow-only">{file.detail}</small>
        </span>
      ),
    },
    {
      key: 'reason',
      title: t('import.reason'),
      sort: (file) => file.reason,
      render: (file) => <span className="mono">{file.reason}</span>,
    },
    { key: 'detail', title: t('import.why'), wide: true, render: (file) => file.detail },
  ];
  return (
    <DataTable
      label={t('import.skippedTitle')}
      columns={columns}
      rows={files}
      rowKey={(file) => file.path}
      paging={paging}
    />
  );
}
