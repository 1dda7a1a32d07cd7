import { type ReactNode, useState } from 'react';
import { Link } from 'wouter';
import type { Id } from '#foundation/kernel/ids.ts';
import {
  dropQuery,
  dropShare,
  exportQuery,
  exportQueryCsv,
  getReport,
  listQueries,
  listReports,
  scheduleQuery,
  shareQuery,
} from '#market/reports/contract.ts';
import { call, useAct, usePages } from '../../kit/api.ts';
import { Heading } from '../../kit/room.tsx';
import { Button } from '../../ui/button.tsx';
import { CopyText } from '../../ui/copyable.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { download } from '../../ui/download.ts';
import { Select } from '../../ui/field.tsx';
import { Panel } from '../../ui/parts.tsx';
import { ShownOnce } from '../../ui/shown-once.tsx';
import { Answer, Empty, SkeletonRows } from '../../ui/state.tsx';
import { useToast } from '../../ui/toast.tsx';
import { useWords } from './words.ts';

/** Questions somebody keeps: their files, their links, their schedule; and the reports that came of it. */
export function Kept(): ReactNode {
  const { t } = useWords();
  const queries = usePages(listQueries, { query: {} });
  return (
    <>
      <Heading title={t('analytics.keptTitle')}>{t('analytics.keptLead')}</Heading>
      <div className="stack">
        <Answer of={queries} skeleton={<SkeletonRows rows={4} />}>
          {(rows) =>
            rows.length === 0 ? (
              <Empty
                title={t('analytics.keptNone')}
                action={
                  <Link className="btn btn-main" href="/app/analytics/artists">
                    {t('analytics.keptAsk')}
                  </Link>
                }
              >
                {t('analytics.keptNoneBody')}
              </Empty>
            ) : (
              <div className="stack">
                {rows.map((row) => (
                  <Question key={row.queryId} question={row} />
                ))}
              </div>
            )
          }
        </Answer>
        <Reports />
      </div>
    </>
  );
}

type Question = {
  readonly queryId: Id<'query'>;
  readonly name: string;
  readonly every: 'week' | 'month' | null;
  readonly nextAt: string | null;
  readonly filters: {
    readonly period: { readonly from: string; readonly to: string } | { readonly named: string };
  };
  readonly shares: readonly { readonly shareId: Id<'share'>; readonly expiresAt: string }[];
};

const shareDays = 30;

function Question({ question }: { question: Question }): ReactNode {
  const { t, f } = useWords();
  const params = { queryId: question.queryId };
  const { period } = question.filters;
  const schedule = useAct(scheduleQuery, [listQueries]);
  const drop = useAct(dropQuery, [listQueries]);
  const share = useAct(shareQuery, [listQueries]);
  const unshare = useAct(dropShare, [listQueries]);
  const [secret, setSecret] = useState<string | null>(null);
  return (
    <Panel title={question.name}>
      <div className="stack">
        <p className="cap">
          {'named' in period
            ? t(
                `analytics.named_${period.named.replaceAll(' ', '_')}` as 'analytics.named_last_month',
              )
            : `${f.day(period.from)} – ${f.day(period.to)}`}
          {question.nextAt !== null &&
            `, ${t('analytics.nextReport', { when: f.dateTime(question.nextAt) })}`}
        </p>
        <div className="row">
          <SaveKept queryId={question.queryId} name={question.name} format="xlsx" />
          <SaveKept queryId={question.queryId} name={question.name} format="csv" />
          <Button
            busy={share.busy}
            onClick={() =>
              void share.run({ params, body: { days: shareDays } }).then(
                (made) => setSecret(made.secret),
                () => {},
              )
            }
          >
            {t('analytics.share')}
          </Button>
          <Button kind="bare" busy={drop.busy} onClick={() => void drop.run({ params })}>
            {t('analytics.forget')}
          </Button>
        </div>
        <Select
          label={t('analytics.schedule')}
          value={question.every ?? ''}
          options={[
            { value: '', name: t('analytics.scheduleNever') },
            { value: 'week', name: t('analytics.scheduleWeek') },
            { value: 'month', name: t('analytics.scheduleMonth') },
          ]}
          onChange={(event) =>
            void schedule.run({
              params,
              body: { every: (event.target.value || null) as Question['every'] },
            })
          }
        />
        {question.shares.map((one) => (
          <p key={one.shareId} className="row cap">
            {t('analytics.sharedUntil', { when: f.dateTime(one.expiresAt) })}
            <Button
              kind="bare"
              busy={unshare.busy}
              onClick={() => void unshare.run({ params: { shareId: one.shareId } })}
            >
              {t('analytics.shareEnd')}
            </Button>
          </p>
        ))}
      </div>
      {secret !== null && (
        <ShownOnce
          title={t('analytics.share')}
          warning={t('analytics.shareOnce')}
          meaning={t('analytics.shareMeaning', { days: String(shareDays) })}
          onClose={() => setSecret(null)}
        >
          <CopyText
            label={t('analytics.shareLink')}
            text={`${location.origin}/app/shared/${secret}`}
          />
        </ShownOnce>
      )}
    </Panel>
  );
}

function SaveKept({
  queryId,
  name,
  format,
}: {
  queryId: Id<'query'>;
  name: string;
  format: 'xlsx' | 'csv';
}): ReactNode {
  const { t } = useWords();
  return (
    <SaveFile
      name={`${name}.${format}`}
      fetch={() =>
        format === 'xlsx'
          ? call(exportQuery, { params: { queryId } })
          : call(exportQueryCsv, { params: { queryId } })
      }
    >
      {format === 'xlsx' ? t('analytics.excel') : t('analytics.csv')}
    </SaveFile>
  );
}

/** Fetched with the reader's rights and handed over; a link could not carry them. */
function SaveFile({
  name,
  fetch,
  children,
}: {
  name: string;
  fetch: () => Promise<unknown>;
  children: ReactNode;
}): ReactNode {
  const { t } = useWords();
  const toast = useToast();
  const [busy, setBusy] = useState(false);
  async function save(): Promise<void> {
    setBusy(true);
    await fetch().then(
      (file) => download(name, file as string | Blob, 'application/octet-stream'),
      () => toast(t('analytics.fileFailed')),
    );
    setBusy(false);
  }
  return (
    <Button busy={busy} onClick={() => void save()}>
      {children}
    </Button>
  );
}

type Report = {
  readonly reportId: Id<'report'>;
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly madeAt: string;
  readonly problem: string | null;
  readonly isRead: boolean;
};

function Reports(): ReactNode {
  const { t, f } = useWords();
  const reports = usePages(listReports, { query: {} });
  const columns: readonly Column<Report>[] = [
    {
      key: 'name',
      title: t('analytics.report'),
      head: true,
      render: (row) => (
        <>
          {row.isRead ? row.name : <strong>{row.name}</strong>}
          <span className="cap">
            {' '}
            {f.day(row.from)} – {f.day(row.to)}
          </span>
        </>
      ),
    },
    {
      key: 'made',
      title: t('analytics.made'),
      wide: true,
      render: (row) => f.dateTime(row.madeAt),
    },
    {
      key: 'file',
      title: t('analytics.file'),
      render: (row) =>
        row.problem ?? (
          <SaveFile
            name={`${row.name} ${row.to}.xlsx`}
            fetch={() => call(getReport, { params: { reportId: row.reportId } })}
          >
            {t('analytics.excel')}
          </SaveFile>
        ),
    },
  ];
  return (
    <Panel title={t('analytics.reports')}>
      <Answer of={reports} skeleton={<SkeletonRows rows={3} />}>
        {(rows) =>
          rows.length === 0 ? (
            <p className="cap">{t('analytics.reportsNone')}</p>
          ) : (
            <DataTable
              label={t('analytics.reports')}
              columns={columns}
              rows={rows}
              rowKey={(row) => row.reportId}
              paging={reports.paging}
            />
          )
        }
      </Answer>
    </Panel>
  );
}
