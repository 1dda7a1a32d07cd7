import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { downloadStatement, getStatement } from '#money/royalties/contract.ts';
import { call, useApi } from '../../kit/api.ts';
import { useTitle } from '../../kit/page.tsx';
import { useMay } from '../../kit/session.tsx';
import { Button } from '../../ui/button.tsx';
import { Cover } from '../../ui/cover.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Missing, Note, Panel, Prov } from '../../ui/parts.tsx';
import { Door, type Receipt } from '../../ui/receipt.tsx';
import { Answer, SkeletonBox } from '../../ui/state.tsx';
import { useWords } from './words.ts';
import { CheckIt, Digest } from './check-it.tsx';
import { useSaveFile } from './save-file.ts';
import { useMoneyWords } from './names.ts';

type Line = {
  readonly recordingId: string;
  readonly title: string;
  readonly artistName: string;
  readonly isrc: string | null;
  readonly eligiblePlays: number;
  readonly playedMs: number;
  readonly amountMinor: number;
};
type Shown = {
  readonly id: string;
  readonly runId: string;
  readonly partyId: string | null;
  readonly name: string;
  readonly amountMinor: number;
  readonly currency: string;
  readonly eligiblePlays: number;
  readonly policy: 'pro-rata' | 'user-centric';
  readonly period: { readonly from: string; readonly to: string };
  readonly provenance: string;
  readonly pool: { readonly amountMinor: number; readonly currency: string };
  readonly inputHash: string;
  readonly outputHash: string;
  readonly lines: readonly Line[];
  readonly linesOmitted: number;
};

/** What one party gets and why. */
export function Statement({ id }: { id: string }): ReactNode {
  const { t } = useWords();
  const statement = useApi(getStatement, { params: { id: id as never } });
  useTitle(t('statement.title'));
  return (
    <Answer page of={statement} skeleton={<SkeletonBox heightPx={420} />}>
      {(shown) => <Sheet shown={shown} />}
    </Answer>
  );
}

function Sheet({ shown }: { shown: Shown }): ReactNode {
  const { t, f } = useWords();
  const words = useMoneyWords();
  const mayOpenRun = useMay('runs.read');
  const period = f.period(shown.period.from, shown.period.to);
  const sum = shown.lines.reduce((total, line) => total + line.amountMinor, 0);
  return (
    <>
      <header className="statement-top">
        <div>
          <h1>{t('statement.titleOf', { period })}</h1>
          <p className="soft">
            {words.payee(shown.name, shown.partyId)} · {words.policy(shown.policy)}{' '}
            <Prov kind={shown.provenance} />
          </p>
          <p className="paid">
            <small>{shown.currency}</small>
            {f.money(shown.amountMinor, shown.currency, true)}
          </p>
          <p className="row">
            <span className="badge ok">
              <Icon name="check" />
              {t('statement.allocated')}
            </span>
            <span className="soft small">
              {mayOpenRun ? (
                <Link href={`/app/money/runs/${shown.runId}`}>{t('statement.openRun')}</Link>
              ) : (
                t('statement.ofRun')
              )}{' '}
              <span className="mono">{shown.runId.slice(-12)}</span>
            </span>
          </p>
        </div>
        <Files shown={shown} />
      </header>
      <div className="cols statement">
        <HowReached shown={shown} />
        <CheckIt
          checks={[
            {
              holds: shown.linesOmitted > 0 ? null : sum === shown.amountMinor,
              claim: t('check.lines'),
              how:
                shown.linesOmitted > 0
                  ? t('check.linesOmitted', { count: shown.linesOmitted })
                  : t('check.linesHow', {
                      count: shown.lines.length,
                      total: f.money(sum, shown.currency),
                    }),
            },
            { holds: null, claim: t('check.sameBytes'), how: t('check.sameBytesHow') },
          ]}
        >
          <Digest name={t('check.input')} value={shown.inputHash} />
          <Digest name={t('check.output')} value={shown.outputHash} />
        </CheckIt>
      </div>
      <Panel title={t('statement.byRecording')} className="below">
        {shown.linesOmitted > 0 && (
          <Note title={t('statement.omitted', { count: shown.linesOmitted })}>
            {t('statement.omittedBody')}
          </Note>
        )}
        <Recordings shown={shown} sum={sum} />
      </Panel>
    </>
  );
}

function Files({ shown }: { shown: Shown }): ReactNode {
  const file = useSaveFile();
  const name = `statement-${shown.period.from.slice(0, 10)}-${shown.id}`;
  return (
    <div className="row">
      <Button
        icon="file"
        onClick={() =>
          void file.save(
            `${name}.json`,
            async () => JSON.stringify(shown, null, 2),
            'application/json',
          )
        }
      >
        JSON
      </Button>
      <Button
        icon="file"
        busy={file.busy}
        onClick={() =>
          void file.save(`${name}.csv`, () =>
            call(downloadStatement, { params: { id: shown.id as never } }),
          )
        }
      >
        CSV
      </Button>
    </div>
  );
}

function useReceipt(shown: Shown): (figure: string, method: string) => () => Receipt {
  const { t, f } = useWords();
  return (figure, method) => () => ({
    title: t('receipt.how', { figure }),
    source: t('run.frozen'),
    provenance: shown.provenance,
    period: t('plays.periodUtc', { period: f.period(shown.period.from, shown.period.to) }),
    method,
    rows: {
      fileName: `statement-${shown.id}.csv`,
      header: [t('plays.recording'), t('run.eligiblePlays'), t('run.minorUnits')],
      rows: shown.lines.map((line) => [line.title, line.eligiblePlays, line.amountMinor]),
    },
  });
}

/** From the pool down to the amount, each step with how much of the step before it is. */
function HowReached({ shown }: { shown: Shown }): ReactNode {
  const { t, f } = useWords();
  const words = useMoneyWords();
  const receipt = useReceipt(shown);
  const { amountMinor: pool, currency } = shown.pool;
  const share = pool === 0 ? 0 : shown.amountMinor / pool;
  const amount = f.money(shown.amountMinor, currency);
  return (
    <Panel title={t('statement.how')}>
      <ol className="fall">
        <li>
          <span>
            {t('statement.pool')}
            <span className="cap">{t('statement.poolMeans')}</span>
          </span>
          <b>
            <Door receipt={receipt(f.money(pool, currency), t('run.poolMethod'))}>
              {f.money(pool, currency)}
            </Door>
          </b>
          <span className="bar" aria-hidden="true">
            <i className="whole" />
          </span>
        </li>
        <li>
          <span>
            {t('statement.yourPlays')}
            <span className="cap">
              {t('statement.recordings', { count: shown.lines.length + shown.linesOmitted })}
            </span>
          </span>
          <b>
            <Door receipt={receipt(f.number(shown.eligiblePlays), t('statement.playsMethod'))}>
              {f.number(shown.eligiblePlays)}
            </Door>
          </b>
        </li>
        <li>
          <span>
            {t('statement.yours', { name: words.payee(shown.name, shown.partyId) })}
            <span className="cap">
              {t('statement.shareOfPool', { share: f.percent(share, 2) })}
            </span>
          </span>
          <b>
            <Door
              receipt={receipt(
                amount,
                t(shown.policy === 'pro-rata' ? 'policy.proRataMeans' : 'policy.userCentricMeans'),
              )}
            >
              {amount}
            </Door>
          </b>
          <span className="bar" aria-hidden="true">
            <i className="mine" style={{ width: `${share * 100}%` }} />
          </span>
        </li>
      </ol>
      <p className="cap">{t('statement.rounding')}</p>
    </Panel>
  );
}

function Recordings({ shown, sum }: { shown: Shown; sum: number }): ReactNode {
  const { t, f } = useWords();
  const receipt = useReceipt(shown);
  const { currency } = shown;
  const largest = Math.max(1, ...shown.lines.map((line) => line.amountMinor));
  const columns: readonly Column<Line>[] = [
    {
      key: 'title',
      title: t('plays.recording'),
      head: true,
      sort: (line) => line.title,
      foot: t('run.total'),
      render: (line) => (
        <span className="named">
          <Cover id={line.recordingId} size="xs" />
          <span>
            <Link href={`/app/listen/recordings/${line.recordingId}`}>{line.title}</Link>
            <small>{line.artistName}</small>
          </span>
        </span>
      ),
    },
    {
      key: 'isrc',
      title: 'ISRC',
      wide: true,
      render: (line) =>
        line.isrc === null ? (
          <Missing why={t('identifier.none')} />
        ) : (
          <span className="mono">{line.isrc}</span>
        ),
    },
    {
      key: 'plays',
      title: t('run.eligiblePlays'),
      number: true,
      sort: (line) => line.eligiblePlays,
      render: (line) => (
        <Door receipt={receipt(f.number(line.eligiblePlays), t('statement.playsMethod'))}>
          {f.number(line.eligiblePlays)}
        </Door>
      ),
      foot: f.number(shown.lines.reduce((total, line) => total + line.eligiblePlays, 0)),
    },
    {
      key: 'time',
      title: t('plays.minutes'),
      number: true,
      wide: true,
      sort: (line) => line.playedMs,
      render: (line) => f.number(Math.round(line.playedMs / 60_000)),
    },
    {
      key: 'bar',
      title: <span className="sr">{t('run.shareDrawn')}</span>,
      wide: true,
      render: (line) => (
        <i className="hbar c1" style={{ width: `${(line.amountMinor / largest) * 100}%` }} />
      ),
    },
    {
      key: 'amount',
      title: currency,
      number: true,
      sort: (line) => line.amountMinor,
      render: (line) => f.money(line.amountMinor, currency, true),
      foot: f.money(sum, currency, true),
    },
  ];
  return (
    <DataTable
      label={t('statement.byRecording')}
      columns={columns}
      rows={shown.lines}
      rowKey={(line) => line.recordingId}
      order={{ key: 'amount', down: true }}
    />
  );
}
