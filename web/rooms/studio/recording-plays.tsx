import { type ReactNode, useState } from 'react';
import { Link } from 'wouter';
import { getRecording, type RecordingOut } from '#catalogue/catalog/contract.ts';
import { recordingPlays } from '#counting/plays/contract.ts';
import { useApi } from '../../kit/api.ts';
import { Heading } from '../../kit/room.tsx';
import { Chart } from '../../ui/chart.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Chips, Panel } from '../../ui/parts.tsx';
import { type Receipt, Kpis } from '../../ui/receipt.tsx';
import { Answer, Empty, SkeletonBox, SkeletonRows } from '../../ui/state.tsx';
import { useSourceName } from '../../ui/sources.ts';
import { useWords } from './words.ts';
import { byDay, lastDays } from './days.ts';

const chartHeightPx = 260;
/** Figures, chart and the tables below: what follows must not jump when they come. */
const skeletonHeightPx = 900;
const periods = ['7', '28', '90'] as const;
type Period = (typeof periods)[number];
type Row = { readonly key: string; readonly plays: number; readonly playedMs: number };

/** Who hears one recording of mine: by day, by source, by territory; and who shares in it. */
export function RecordingPlays({ id }: { id: string }): ReactNode {
  const { t } = useWords();
  const [period, setPeriod] = useState<Period>('28');
  const recording = useApi(getRecording, { params: { id: id as never } });
  return (
    <>
      <Heading
        title={recording.data?.title ?? t('studio.recordingsTitle')}
        actions={
          <Chips
            label={t('receipt.period')}
            value={period}
            options={periods.map((days) => ({
              value: days,
              name: t('studio.days', { count: Number(days) }),
            }))}
            onChange={setPeriod}
          />
        }
      >
        {recording.data?.artistName}
        {recording.data !== undefined && (
          <>
            {'. '}
            <Link href={`/app/listen/recordings/${id}`}>{t('studio.openInListen')}</Link>
          </>
        )}
      </Heading>
      <Plays
        id={id}
        title={recording.data?.title ?? ''}
        provenance={recording.data?.provenance ?? 'counted'}
        days={Number(period)}
      />
      <Answer of={recording} skeleton={<SkeletonRows rows={3} />}>
        {(shown) => <Splits recording={shown} />}
      </Answer>
    </>
  );
}

function Plays({
  id,
  title,
  provenance,
  days: count,
}: {
  id: string;
  title: string;
  provenance: string;
  days: number;
}): ReactNode {
  const { t, f } = useWords();
  const sourceName = useSourceName();
  const { from, to, days } = lastDays(count, Date.now());
  const ask = (by: 'day' | 'source' | 'territory') => ({
    params: { id: id as never },
    query: { from, to, by },
  });
  const daily = useApi(recordingPlays, ask('day'));
  const sources = useApi(recordingPlays, ask('source'));
  const territories = useApi(recordingPlays, ask('territory'));
  const period = f.period(from, to);
  const shownProvenance = provenance === 'demo' ? 'demo' : 'counted';
  return (
    <Answer of={daily} skeleton={<SkeletonBox heightPx={skeletonHeightPx} />}>
      {({ items }) => {
        const total = items.reduce((sum, row) => sum + row.plays, 0);
        const listenedMs = items.reduce((sum, row) => sum + row.playedMs, 0);
        const values = byDay(days, items, days.at(-1) ?? '');
        const best = items.reduce<Row | null>(
          (top, row) => (top === null || row.plays > top.plays ? row : top),
          null,
        );
        const receipt =
          (figure: string): (() => Receipt) =>
          () => ({
            title: t('receipt.how', { figure }),
            source: t('plays.sourceAll'),
            provenance: shownProvenance,
            period: t('plays.periodUtc', { period }),
            method: t('plays.methodCounted'),
            rows: {
              fileName: `plays-${from}-${title}.csv`,
              header: [t('studio.day'), t('plays.plays'), t('plays.minutes')],
              rows: items.map((row) => [row.key, row.plays, Math.round(row.playedMs / 60_000)]),
            },
          });
        if (total === 0)
          return <Empty title={t('studio.noPlays')}>{t('studio.noPlaysBody', { period })}</Empty>;
        return (
          <>
            <Kpis
              figures={[
                {
                  name: t('plays.plays'),
                  value: f.number(total),
                  receipt: receipt(f.number(total)),
                  range: period,
                  provenance: shownProvenance,
                },
                {
                  name: t('studio.listened'),
                  value: f.span(listenedMs),
                  receipt: receipt(f.span(listenedMs)),
                  range: t('studio.mean', { time: f.clock(listenedMs / total) }),
                },
                {
                  name: t('studio.perDay'),
                  value: f.mean(total / count),
                  receipt: receipt(f.mean(total / count)),
                  range: t('studio.overDays', { count }),
                },
                ...(best === null
                  ? []
                  : [
                      {
                        name: t('studio.bestDay'),
                        value: f.number(best.plays),
                        receipt: receipt(f.number(best.plays)),
                        range: f.day(best.key),
                      },
                    ]),
              ]}
            />
            <div className="cols">
              <Chart
                title={t('studio.byDay')}
                kind="line"
                x={days}
                xName={t('studio.day')}
                series={[{ name: t('plays.plays'), values }]}
                formatX={f.dayShort}
                format={f.number}
                summary={t('studio.byDaySummary', {
                  total,
                  period,
                  best: f.number(best?.plays ?? 0),
                  day: best === null ? '' : f.day(best.key),
                })}
                note={t('studio.todayIsOpen')}
                heightPx={chartHeightPx}
              />
              <Panel title={t('studio.bySource')}>
                <Answer of={sources} skeleton={<SkeletonRows rows={4} />}>
                  {(reply) => (
                    <Shares
                      rows={reply.items}
                      name={sourceName}
                      label={t('studio.bySource')}
                      what={t('plays.source')}
                    />
                  )}
                </Answer>
              </Panel>
            </div>
            <Panel title={t('studio.byTerritory')} className="below">
              <Answer of={territories} skeleton={<SkeletonRows rows={4} />}>
                {(reply) => (
                  <Shares
                    rows={reply.items}
                    name={(code) =>
                      code === '' ? t('studio.territoryUnknown') : f.territory(code)
                    }
                    label={t('studio.byTerritory')}
                    what={t('run.territory')}
                  />
                )}
              </Answer>
            </Panel>
          </>
        );
      }}
    </Answer>
  );
}

const seriesMax = 6;

/** A bar in parts and the table that says it exactly. The seventh part is all the others. */
function Shares({
  rows,
  name,
  label,
  what,
}: {
  rows: readonly Row[];
  name: (key: string) => string;
  label: string;
  what: string;
}): ReactNode {
  const { t, f } = useWords();
  const sorted = [...rows].sort((a, b) => b.plays - a.plays);
  const total = sorted.reduce((sum, row) => sum + row.plays, 0);
  const colour = new Map(
    sorted.map((row, index) => [row.key, index < seriesMax ? `c${index + 1}` : 'c0']),
  );
  const columns: readonly Column<Row>[] = [
    {
      key: 'key',
      title: what,
      head: true,
      sort: (row) => name(row.key),
      foot: t('run.total'),
      render: (row) => (
        <>
          <span className={`key ${colour.get(row.key) ?? 'c0'}`} />
          {name(row.key)}
        </>
      ),
    },
    {
      key: 'share',
      title: t('run.share'),
      number: true,
      render: (row) => f.percent(total === 0 ? 0 : row.plays / total, 1),
    },
    {
      key: 'minutes',
      title: t('plays.minutes'),
      number: true,
      wide: true,
      sort: (row) => row.playedMs,
      render: (row) => f.number(Math.round(row.playedMs / 60_000)),
    },
    {
      key: 'plays',
      title: t('plays.plays'),
      number: true,
      sort: (row) => row.plays,
      render: (row) => f.number(row.plays),
      foot: f.number(total),
    },
  ];
  return (
    <>
      <div
        className="share"
        role="img"
        aria-label={sorted
          .map((row) => `${name(row.key)} ${f.percent(total === 0 ? 0 : row.plays / total)}`)
          .join(', ')}
      >
        {sorted.map((row) => (
          <i
            key={row.key}
            className={`hbar ${colour.get(row.key) ?? 'c0'}`}
            style={{ width: `${total === 0 ? 0 : (row.plays / total) * 100}%`, height: '100%' }}
          />
        ))}
      </div>
      <DataTable label={label} columns={columns} rows={sorted} rowKey={(row) => row.key} />
    </>
  );
}

type Share = {
  readonly id: string;
  readonly right: string;
  readonly territory: string | null;
  readonly validFrom: string;
  readonly version: number;
  readonly name: string;
  readonly basisPoints: number;
};

/** Who owns how much, from when; every version, the newest first. */
function Splits({ recording }: { recording: RecordingOut }): ReactNode {
  const { t, f } = useWords();
  if (recording.splits === null) return null;
  const rows: readonly Share[] = recording.splits
    .toSorted((a, b) => b.version - a.version)
    .flatMap((split) =>
      split.shares.map((share) => ({
        ...share,
        id: `${split.id}${share.partyId}`,
        right: split.right,
        territory: split.territory,
        validFrom: split.validFrom,
        version: split.version,
      })),
    );
  const columns: readonly Column<Share>[] = [
    {
      key: 'name',
      title: t('run.payee'),
      head: true,
      sort: (row) => row.name,
      render: (row) => row.name,
    },
    {
      key: 'right',
      title: t('studio.right'),
      sort: (row) => row.right,
      render: (row) => t(row.right === 'master' ? 'studio.master' : 'studio.work'),
    },
    {
      key: 'where',
      title: t('run.territory'),
      wide: true,
      render: (row) =>
        row.territory === null ? t('release.everywhere') : f.territory(row.territory),
    },
    {
      key: 'since',
      title: t('studio.validFrom'),
      number: true,
      sort: (row) => row.validFrom,
      render: (row) => f.day(row.validFrom),
    },
    {
      key: 'version',
      title: t('studio.version'),
      number: true,
      wide: true,
      sort: (row) => row.version,
      render: (row) => row.version,
    },
    {
      key: 'share',
      title: t('run.share'),
      number: true,
      sort: (row) => row.basisPoints,
      render: (row) => f.percent(row.basisPoints / 10_000, 2),
    },
  ];
  return (
    <Panel title={t('studio.splits')} className="below">
      {rows.length === 0 ? (
        <Empty title={t('studio.noSplits')}>{t('studio.noSplitsBody')}</Empty>
      ) : (
        <DataTable
          label={t('studio.splits')}
          columns={columns}
          rows={rows}
          rowKey={(row) => row.id}
        />
      )}
    </Panel>
  );
}
