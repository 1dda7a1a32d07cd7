import { type ReactNode, useState } from 'react';
import { cancelJob, listJobs, retryJob } from '#people/operations/contract.ts';
import { useAct, usePages } from '../../kit/api.ts';
import { Heading } from '../../kit/room.tsx';
import { useMay } from '../../kit/session.tsx';
import { Button } from '../../ui/button.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Chips, Missing } from '../../ui/parts.tsx';
import { Answer, Empty, Problem, SkeletonRows } from '../../ui/state.tsx';
import { useWords } from './words.ts';
import { WorkStatus } from './work-status.tsx';

const pageRows = 50;
const refreshEveryMs = 3_000;
const statuses = ['', 'running', 'waiting', 'failed', 'done', 'cancelled'] as const;

type Job = {
  readonly id: string;
  readonly task: string;
  readonly status: 'waiting' | 'running' | 'done' | 'failed' | 'cancelled';
  readonly done: number;
  readonly total: number | null;
  readonly note: string | null;
  readonly error: string | null;
  readonly attempts: number;
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
};

/** Long work: how far it has come, how it ended, and what a person may do about it. */
export function Jobs(): ReactNode {
  const { t } = useWords();
  const mayWrite = useMay('jobs.write');
  const [status, setStatus] = useState<(typeof statuses)[number]>('');
  const jobs = usePages(
    listJobs,
    { query: { limit: pageRows, ...(status === '' ? {} : { status }) } },
    { everyMs: refreshEveryMs },
  );
  const cancel = useAct(cancelJob, [listJobs]);
  const retry = useAct(retryJob, [listJobs]);
  const error = cancel.error ?? retry.error;
  return (
    <>
      <Heading title={t('admin.jobs')}>{t('jobs.lead')}</Heading>
      <div className="filters">
        <Chips
          label={t('run.status')}
          value={status}
          options={statuses.map((value) => ({
            value,
            name: value === '' ? t('jobs.all') : t(`work.${value}`),
          }))}
          onChange={setStatus}
        />
      </div>
      {error !== null && <Problem error={error} />}
      <Answer of={jobs} skeleton={<SkeletonRows rows={6} />}>
        {(items) =>
          items.length === 0 ? (
            <Empty title={t('jobs.none')}>{t('jobs.noneBody')}</Empty>
          ) : (
            <Table
              jobs={items}
              paging={jobs.paging}
              {...(mayWrite
                ? {
                    onCancel: (job: Job) =>
                      void cancel.run({ params: { id: job.id as never } }).catch(() => {}),
                    onRetry: (job: Job) =>
                      void retry.run({ params: { id: job.id as never } }).catch(() => {}),
                  }
                : {})}
            />
          )
        }
      </Answer>
    </>
  );
}

function Table({
  jobs,
  paging,
  onCancel,
  onRetry,
}: {
  jobs: readonly Job[];
  paging: { hasMore: boolean; loading: boolean; more: () => void };
  onCancel?: (job: Job) => void;
  onRetry?: (job: Job) => void;
}): ReactNode {
  const { t, f } = useWords();
  const columns: readonly Column<Job>[] = [
    {
      key: 'task',
      title: t('jobs.task'),
      head: true,
      sort: (job) => job.task,
      render: (job) => (
        <span className="file">
          {job.task}
          <small>{job.error ?? job.note}</small>
          <span className="narrow-only num">
            <JobProgress job={job} />
          </span>
        </span>
      ),
    },
    {
      key: 'progress',
      title: t('jobs.progress'),
      wide: true,
      render: (job) => <JobProgress job={job} />,
    },
    {
      key: 'attempts',
      title: t('jobs.attempts'),
      number: true,
      wide: true,
      sort: (job) => job.attempts,
      render: (job) => f.number(job.attempts),
    },
    {
      key: 'created',
      title: t('jobs.created'),
      number: true,
      wide: true,
      sort: (job) => job.createdAt,
      render: (job) => f.dateTime(job.createdAt),
    },
    {
      key: 'took',
      title: t('jobs.took'),
      number: true,
      wide: true,
      render: (job) =>
        job.startedAt === null ? (
          <Missing why={t('work.waiting')} />
        ) : (
          f.span(
            (job.endedAt === null ? Date.now() : Date.parse(job.endedAt)) -
              Date.parse(job.startedAt),
          )
        ),
    },
    {
      key: 'status',
      title: t('run.status'),
      number: true,
      sort: (job) => job.status,
      render: (job) => <WorkStatus status={job.status} />,
    },
    {
      key: 'act',
      title: <span className="sr">{t('ui.actions')}</span>,
      number: true,
      render: (job) => {
        if (onCancel !== undefined && (job.status === 'running' || job.status === 'waiting')) {
          return (
            <Button
              kind="bare"
              aria-label={t('jobs.cancelOne', { task: job.task })}
              onClick={() => onCancel(job)}
            >
              {t('jobs.cancel')}
            </Button>
          );
        }
        if (onRetry !== undefined && (job.status === 'failed' || job.status === 'cancelled')) {
          return (
            <Button
              kind="bare"
              aria-label={t('jobs.retryOne', { task: job.task })}
              onClick={() => onRetry(job)}
            >
              {t('jobs.retry')}
            </Button>
          );
        }
        return null;
      },
    },
  ];
  return (
    <DataTable
      label={t('admin.jobs')}
      columns={columns}
      rows={jobs}
      rowKey={(job) => job.id}
      paging={paging}
    />
  );
}

function JobProgress({ job }: { job: Job }): ReactNode {
  const { t } = useWords();
  const label =
    job.total === null
      ? t('run.runningFor', { done: job.done })
      : t('ui.doneOf', { done: job.done, total: job.total });
  if (job.status !== 'running' || job.total === null)
    return job.done === 0 && job.total === null ? <Missing why={t('work.waiting')} /> : label;
  return (
    <span className="job-progress">
      <progress aria-label={label} value={job.done} max={Math.max(1, job.total)} />
      <small className="num">{label}</small>
    </span>
  );
}
