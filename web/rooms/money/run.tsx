import { type ReactNode, useState } from 'react';
import { Link } from 'wouter';
import {
  checkRun,
  downloadRunStatements,
  getRun,
  listRunStatements,
} from '#money/royalties/contract.ts';
import { getJob } from '#people/operations/contract.ts';
import { call, useAct, useApi, usePages } from '../../kit/api.ts';
import { Heading } from '../../kit/room.tsx';
import { useMay } from '../../kit/session.tsx';
import { Button } from '../../ui/button.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Note, Panel, Progress, Prov } from '../../ui/parts.tsx';
import { Kpis } from '../../ui/receipt.tsx';
import { Answer, Empty, Problem, SkeletonBox, SkeletonRows } from '../../ui/state.tsx';
import { useWords } from './words.ts';
import { CheckIt, Digest } from './check-it.tsx';
import { RunStatus } from './runs.tsx';
import { useSaveFile } from './save-file.ts';
import { useMoneyWords } from './names.ts';

const pageRows = 100;
const whileRunningMs = 1_000;

export function Run({ id }: { id: string }): ReactNode {
  const { t, f } = useWords();
  const words = useMoneyWords();
  const first = useApi(getRun, { params: { id: id as never } });
  const running = first.data?.status === 'running';
  const run = useApi(
    getRun,
    { params: { id: id as never } },
    { everyMs: running ? whileRunningMs : false, freshMs: running ? 0 : 30_000 },
  );
  const shown = run.data;
  return (
    <>
      <Heading
        title={
          shown === undefined
            ? t('run.title')
            : t('run.titleOf', { period: f.period(shown.period.from, shown.period.to) })
        }
        actions={shown?.status === 'done' && <RunFile id={id} />}
      >
        {shown !== undefined && (
          <>
            <RunStatus status={shown.status} /> {words.policy(shown.policy)} ·{' '}
            {words.scope(shown.scope)} {shown.status === 'done' && <Prov kind={shown.provenance} />}
          </>
        )}
      </Heading>
      <Answer of={run} skeleton={<SkeletonBox heightPx={120} />}>
        {(loaded) => {
          if (loaded.status === 'running') return <Running jobId={loaded.jobId} />;
          if (loaded.status === 'failed') {
            return (
              <div className="state">
                <Note kind="error" title={t('run.failedTitle')}>
                  {loaded.error}
                </Note>
                <p>{t('run.failedKept')}</p>
                <Link className="btn" href="/app/money/runs/new">
                  {t('run.again')}
                </Link>
              </div>
            );
          }
          if (loaded.status === 'repeat') {
            return (
              <div className="state">
                <Note title={t('run.repeatTitle')}>{t('run.repeatMeans')}</Note>
                <Link className="btn" href={`/app/money/runs/${loaded.sameAs}`}>
                  {t('run.repeatOpen')}
                </Link>
              </div>
            );
          }
          return <Finished run={loaded} />;
        }}
      </Answer>
    </>
  );
}

function RunFile({ id }: { id: string }): ReactNode {
  const { t } = useWords();
  const file = useSaveFile();
  return (
    <Button
      icon="file"
      busy={file.busy}
      onClick={() =>
        void file.save(`statements-${id}.csv`, () =>
          call(downloadRunStatements, { params: { id: id as never } }),
        )
      }
    >
      {t('run.csv')}
    </Button>
  );
}

/** The work may be left and found again: it goes on without this screen. */
function Running({ jobId }: { jobId: string | null }): ReactNode {
  const { t, f } = useWords();
  const mayLook = useMay('jobs.read');
  const job = useApi(
    getJob,
    { params: { id: jobId as never } },
    { enabled: jobId !== null && mayLook, everyMs: whileRunningMs, freshMs: 0 },
  );
  const done = job.data?.done ?? 0;
  const total = job.data?.total ?? null;
  return (
    <Panel title={t('run.runningTitle')}>
      <div className="stack">
        <Progress
          label={total === null ? t('run.runningFor', { done }) : t('ui.doneOf', { done, total })}
          done={done}
          total={total}
          note={job.data?.note ?? undefined}
        />
        <p className="soft">{t('run.mayLeave')}</p>
        {job.data?.startedAt != null && (
          <p className="cap num">{t('run.since', { time: f.ago(job.data.startedAt) })}</p>
        )}
      </div>
    </Panel>
  );
}

type Finishing = {
  readonly id: string;
  readonly policy: 'pro-rata' | 'user-centric';
  readonly period: { readonly from: string; readonly to: string };
  readonly pool: { readonly amountMinor: number; readonly currency: string };
  readonly minPlayMs: number;
  readonly eligiblePlays: number | null;
  readonly provenance: string;
  readonly check: { readonly at: string; readonly problems: readonly string[] } | null;
  readonly usageHash: string | null;
  readonly rightsHash: string | null;
  readonly inputHash: string | null;
  readonly outputHash: string | null;
  readonly lines: readonly {
    readonly partyId: string | null;
    readonly name: string;
    readonly amountMinor: number;
    readonly eligiblePlays: number;
  }[];
};

function Finished({ run }: { run: Finishing }): ReactNode {
  const { t, f } = useWords();
  const words = useMoneyWords();
  const { amountMinor: pool, currency } = run.pool;
  const total = run.lines.reduce((sum, line) => sum + line.amountMinor, 0);
  const suspense = run.lines
    .filter((line) => line.partyId === null)
    .reduce((sum, line) => sum + line.amountMinor, 0);
  const period = f.period(run.period.from, run.period.to);
  const rows = {
    fileName: `run-${run.id}.csv`,
    header: [t('run.payee'), t('run.eligiblePlays'), t('run.minorUnits')],
    rows: run.lines.map(
      (line) =>
        [words.payee(line.name, line.partyId), line.eligiblePlays, line.amountMinor] as const,
    ),
  };
  const receipt = (figure: string, method: string) => () => ({
    title: t('receipt.how', { figure }),
    source: t('run.frozen'),
    provenance: run.provenance,
    period: t('plays.periodUtc', { period }),
    method,
    rows,
  });
  return (
    <>
      <Kpis
        figures={[
          {
            name: t('run.pool'),
            value: f.money(pool, currency),
            receipt: receipt(f.money(pool, currency), t('run.poolMethod')),
            provenance: run.provenance,
          },
          {
            name: t('run.eligiblePlays'),
            value: f.number(run.eligiblePlays ?? 0),
            receipt: receipt(
              f.number(run.eligiblePlays ?? 0),
              t('run.eligibleMethod', { seconds: run.minPlayMs / 1000 }),
            ),
            range: t('run.eligibleRange', { seconds: run.minPlayMs / 1000 }),
          },
          {
            name: t('run.payees'),
            value: f.number(run.lines.filter((line) => line.partyId !== null).length),
            range: period,
          },
          {
            name: t('money.suspense'),
            value: f.money(suspense, currency),
            receipt: receipt(f.money(suspense, currency), t('run.suspenseMethod')),
            range: f.percent(pool === 0 ? 0 : suspense / pool, 1),
          },
        ]}
      />
      <div className="cols">
        <Panel title={t('run.payees')}>
          <Payees run={run} total={total} />
        </Panel>
        <CheckIt
          checks={[
            {
              holds: total === pool,
              claim: t('check.sums'),
              how: t('check.sumsHow', {
                count: run.lines.length,
                total: f.money(total, currency),
                pool: f.money(pool, currency),
              }),
            },
            {
              holds: run.check === null ? null : run.check.problems.length === 0,
              claim: t('check.sameBytes'),
              how: <DoneAgain run={run} />,
            },
          ]}
        >
          <Digest name={t('check.usage')} value={run.usageHash} />
          <Digest name={t('check.rights')} value={run.rightsHash} />
          <Digest name={t('check.input')} value={run.inputHash} />
          <Digest name={t('check.output')} value={run.outputHash} />
        </CheckIt>
      </div>
    </>
  );
}

const checkedWithinMs = 60_000;

/** Does the run again from what it froze. It is a check: nothing is posted. */
function DoneAgain({ run }: { run: Pick<Finishing, 'id' | 'check'> }): ReactNode {
  const { t, f } = useWords();
  const params = { id: run.id as never };
  const again = useAct(checkRun, [getRun]);
  // Looks for the answer until it is newer than the one that stood here when the check was asked for.
  const [asked, setAsked] = useState<{ was: string | null; at: number } | null>(null);
  const waiting =
    asked !== null &&
    asked.was === (run.check?.at ?? null) &&
    Date.now() - asked.at < checkedWithinMs;
  useApi(getRun, { params }, { everyMs: waiting ? whileRunningMs : false, freshMs: 0 });
  return (
    <>
      {run.check === null
        ? t('check.sameBytesHow')
        : run.check.problems.length === 0
          ? t('check.agreed', { time: f.ago(run.check.at) })
          : t('check.differs', {
              time: f.ago(run.check.at),
              problems: run.check.problems.join('; '),
            })}{' '}
      <Button
        busy={again.busy || waiting}
        onClick={() => {
          setAsked({ was: run.check?.at ?? null, at: Date.now() });
          void again.run({ params }).catch(() => setAsked(null)); // shown below
        }}
      >
        {t('check.again')}
      </Button>
      {again.error !== null && <Problem error={again.error} />}
    </>
  );
}

type Line = {
  readonly id: string;
  readonly partyId: string | null;
  readonly name: string;
  readonly amountMinor: number;
  readonly eligiblePlays: number;
};

function Payees({ run, total }: { run: Finishing; total: number }): ReactNode {
  const { t, f } = useWords();
  const words = useMoneyWords();
  const statements = usePages(listRunStatements, {
    params: { id: run.id as never },
    query: { limit: pageRows },
  });
  const { currency } = run.pool;
  const columns: readonly Column<Line>[] = [
    {
      key: 'name',
      title: t('run.payee'),
      head: true,
      sort: (line) => words.payee(line.name, line.partyId),
      render: (line) => (
        <Link href={`/app/money/statements/${line.id}`}>
          {words.payee(line.name, line.partyId)}
        </Link>
      ),
      foot: t('run.total'),
    },
    {
      key: 'plays',
      title: t('run.eligiblePlays'),
      number: true,
      sort: (line) => line.eligiblePlays,
      render: (line) => f.number(line.eligiblePlays),
      foot: run.eligiblePlays === null ? '' : f.number(run.eligiblePlays),
    },
    {
      key: 'share',
      title: t('run.share'),
      number: true,
      wide: true,
      render: (line) => f.percent(total === 0 ? 0 : line.amountMinor / total, 1),
    },
    {
      key: 'bar',
      title: <span className="sr">{t('run.shareDrawn')}</span>,
      wide: true,
      render: (line) => (
        <i
          className={line.partyId === null ? 'hbar c0' : 'hbar c1'}
          style={{ width: `${total === 0 ? 0 : (line.amountMinor / total) * 100}%` }}
        />
      ),
    },
    {
      key: 'amount',
      title: currency,
      number: true,
      sort: (line) => line.amountMinor,
      render: (line) => f.money(line.amountMinor, currency, true),
      foot: f.money(total, currency, true),
    },
  ];
  return (
    <Answer of={statements} skeleton={<SkeletonRows rows={8} />}>
      {(items) =>
        items.length === 0 ? (
          <Empty title={t('run.nobody')}>{t('run.nobodyBody')}</Empty>
        ) : (
          <DataTable
            label={t('run.payees')}
            columns={columns}
            rows={items}
            rowKey={(line) => line.id}
            order={{ key: 'amount', down: true }}
            paging={statements.paging}
          />
        )
      }
    </Answer>
  );
}
