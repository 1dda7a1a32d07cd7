import { type ReactNode, useState } from 'react';
import { Link } from 'wouter';
import { listRecordings, type RecordingItem } from '#catalogue/catalog/contract.ts';
import { myPlays } from '#counting/plays/contract.ts';
import { useApi } from '../../kit/api.ts';
import { Heading } from '../../kit/room.tsx';
import { useSession } from '../../kit/session.tsx';
import { Chart } from '../../ui/chart.tsx';
import { Cover } from '../../ui/cover.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Chips, Note, Panel } from '../../ui/parts.tsx';
import { type Figure, Kpis } from '../../ui/receipt.tsx';
import { Answer, Empty, SkeletonBox, SkeletonRows } from '../../ui/state.tsx';
import { useWords } from './words.ts';
import { byDay, lastDays } from './days.ts';

const recordingsMax = 200;
const chartHeightPx = 280;
const skeletonHeightPx = 720;
const periods = ['7', '28', '90'] as const;
type Period = (typeof periods)[number];

/** Everything of mine that was heard, day by day, and which of it. */
export function AllPlays(): ReactNode {
  const { t } = useWords();
  const { me } = useSession();
  const [period, setPeriod] = useState<Period>('28');
  const recordings = useApi(listRecordings, { query: { mine: true, limit: recordingsMax } });
  return (
    <>
      <Heading
        title={t('studio.overview')}
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
        {t('studio.overviewLead')}
      </Heading>
      <Answer of={recordings} skeleton={<SkeletonBox heightPx={skeletonHeightPx} />}>
        {({ items, nextCursor }) =>
          items.length === 0 ? (
            <Empty title={t('studio.none')} boards>
              {t('studio.noneBody', { name: me?.name ?? '' })}
            </Empty>
          ) : (
            <Overview recordings={items} days={Number(period)} partial={nextCursor !== null} />
          )
        }
      </Answer>
    </>
  );
}

type Day = { readonly key: string; readonly plays: number; readonly playedMs: number };

function Overview({
  recordings,
  days: count,
  partial,
}: {
  recordings: readonly RecordingItem[];
  days: number;
  partial: boolean;
}): ReactNode {
  const { t, f } = useWords();
  const { from, to, days } = lastDays(count, Date.now());
  const daily = useApi(myPlays, { query: { from, to, by: 'day' } });
  const each = useApi(myPlays, { query: { from, to, by: 'recording' } });
  const period = f.period(from, to);
  return (
    <Answer of={daily} skeleton={<SkeletonBox heightPx={skeletonHeightPx} />}>
      {({ items }) =>
        items.length === 0 ? (
          <Empty title={t('studio.noPlays')}>{t('studio.noPlaysBody', { period })}</Empty>
        ) : (
          <>
            <Totals
              daily={items}
              days={days}
              period={period}
              provenance={recordings.some((one) => one.provenance === 'demo') ? 'demo' : 'counted'}
            />
            <Panel title={t('studio.byRecording')} className="below">
              {partial && (
                <Note title={t('studio.onlySome', { count: recordingsMax })}>
                  {t('studio.onlySomeBody')}
                </Note>
              )}
              <Answer of={each} skeleton={<SkeletonRows rows={recordings.length} />}>
                {({ items: counted }) => {
                  const plays = new Map(counted.map((one) => [one.key, one.plays]));
                  return (
                    <ByRecording
                      rows={recordings.map((recording) => ({
                        recording,
                        plays: plays.get(recording.id) ?? 0,
                      }))}
                    />
                  );
                }}
              </Answer>
            </Panel>
          </>
        )
      }
    </Answer>
  );
}

function Totals({
  daily,
  days,
  period,
  provenance,
}: {
  daily: readonly Day[];
  days: readonly string[];
  period: string;
  provenance: 'demo' | 'counted';
}): ReactNode {
  const { t, f } = useWords();
  const total = daily.reduce((sum, day) => sum + day.plays, 0);
  const best = daily.reduce((top, day) => (day.plays > top.plays ? day : top), daily[0]!);
  const figure = (name: string, value: string, range: string): Figure => ({
    name,
    value,
    range,
    receipt: () => ({
      title: t('receipt.how', { figure: value }),
      source: t('plays.sourceAll'),
      provenance,
      period: t('plays.periodUtc', { period }),
      method: t('studio.overviewMethod'),
      rows: {
        fileName: `plays-${days[0] ?? ''}.csv`,
        header: [t('studio.day'), t('plays.plays'), t('plays.minutes')],
        rows: daily.map((day) => [day.key, day.plays, Math.round(day.playedMs / 60_000)]),
      },
    }),
  });
  return (
    <>
      <Kpis
        figures={[
          { ...figure(t('plays.plays'), f.number(total), period), provenance },
          figure(
            t('studio.perDay'),
            f.mean(total / days.length),
            t('studio.overDays', { count: days.length }),
          ),
          figure(t('studio.bestDay'), f.number(best.plays), f.day(best.key)),
        ]}
      />
      <Chart
        title={t('studio.byDay')}
        kind="line"
        x={days}
        xName={t('studio.day')}
        series={[{ name: t('plays.plays'), values: byDay(days, daily, days.at(-1) ?? '') }]}
        formatX={f.dayShort}
        format={f.number}
        summary={t('studio.byDaySummary', {
          total,
          period,
          best: f.number(best.plays),
          day: f.day(best.key),
        })}
        note={t('studio.todayIsOpen')}
        heightPx={chartHeightPx}
      />
    </>
  );
}

type Row = { readonly recording: RecordingItem; readonly plays: number };

function ByRecording({ rows }: { rows: readonly Row[] }): ReactNode {
  const { t, f } = useWords();
  const columns: readonly Column<Row>[] = [
    {
      key: 'title',
      title: t('plays.recording'),
      head: true,
      sort: ({ recording }) => recording.title,
      render: ({ recording }) => (
        <span className="named">
          <Cover id={recording.id} src={recording.coverUrl} size="xs" />
          <span>
            <Link href={`/app/studio/recordings/${recording.id}`}>{recording.title}</Link>
            <small>{recording.releaseTitle ?? recording.artistName}</small>
          </span>
        </span>
      ),
    },
    {
      key: 'plays',
      title: t('plays.plays'),
      number: true,
      sort: (row) => row.plays,
      render: (row) => f.number(row.plays),
    },
  ];
  return (
    <DataTable
      label={t('studio.byRecording')}
      columns={columns}
      rows={rows}
      rowKey={({ recording }) => recording.id}
      order={{ key: 'plays', down: true }}
    />
  );
}
