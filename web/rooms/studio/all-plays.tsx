import { useQueries } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { Link } from 'wouter';
import { listRecordings, type RecordingItem } from '#catalogue/catalog/contract.ts';
import { recordingPlays } from '#counting/plays/contract.ts';
import { call, keyOf, useApi } from '../../shell/api.ts';
import { Heading } from '../../shell/room.tsx';
import { useSession } from '../../shell/session.tsx';
import { Chart } from '../../ui/chart.tsx';
import { Cover } from '../../ui/cover.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Chips, Missing, Note, Panel } from '../../ui/parts.tsx';
import { type Figure, Kpis } from '../../ui/receipt.tsx';
import { Answer, Empty, Problem, SkeletonBox } from '../../ui/state.tsx';
import { useWords } from '../../ui/words.tsx';
import { byDay, lastDays, sumByKey } from './days.ts';

/** Each recording is asked for by itself, so this many at most. */
const recordingsMax = 50;
const freshMs = 60_000;
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
            <>
              {nextCursor !== null && (
                <Note title={t('studio.onlySome', { count: recordingsMax })}>
                  {t('studio.onlySomeBody')}
                </Note>
              )}
              <Overview recordings={items} days={Number(period)} partial={nextCursor !== null} />
            </>
          )
        }
      </Answer>
    </>
  );
}

/** The plays by day of each recording; a recording that could not be asked for is missing, not 0. */
function usePlaysOf(recordings: readonly RecordingItem[], from: string, to: string) {
  return useQueries({
    queries: recordings.map((recording) => {
      const input = { params: { id: recording.id }, query: { from, to, by: 'day' as const } };
      return {
        queryKey: keyOf(recordingPlays, input),
        queryFn: ({ signal }: { signal: AbortSignal }) =>
          call(recordingPlays, { ...input, signal }),
        staleTime: freshMs,
      };
    }),
  });
}

type Row = { readonly recording: RecordingItem; readonly plays: number | null };

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
  const asked = usePlaysOf(recordings, from, to);
  if (asked.some((one) => one.isPending)) return <SkeletonBox heightPx={skeletonHeightPx} />;
  const failed = asked.filter((one) => one.data === undefined);
  if (failed.length === asked.length)
    return (
      <Problem error={failed[0]?.error} retry={() => asked.forEach((one) => void one.refetch())} />
    );

  const daily = sumByKey(asked.flatMap((one) => one.data?.items ?? []));
  const rows: readonly Row[] = recordings.map((recording, index) => ({
    recording,
    plays: asked[index]?.data?.items.reduce((sum, day) => sum + day.plays, 0) ?? null,
  }));
  const total = daily.reduce((sum, day) => sum + day.plays, 0);
  const period = f.period(from, to);
  if (total === 0 && failed.length === 0)
    return <Empty title={t('studio.noPlays')}>{t('studio.noPlaysBody', { period })}</Empty>;
  const best = daily.reduce((top, day) => (day.plays > top.plays ? day : top), daily[0]!);
  const provenance = recordings.some((one) => one.provenance === 'demo') ? 'demo' : 'counted';
  const atLeast = partial || failed.length > 0;
  const figure = (name: string, value: string, range: string): Figure => ({
    name,
    value,
    range,
    receipt: () => ({
      title: t('receipt.how', { figure: value }),
      source: t('plays.sourceAll'),
      provenance,
      period: t('plays.periodUtc', { period }),
      method: t('studio.overviewMethod', { count: recordings.length - failed.length }),
      rows: {
        fileName: `plays-${from}.csv`,
        header: [t('studio.day'), t('plays.plays'), t('plays.minutes')],
        rows: daily.map((day) => [day.key, day.plays, Math.round(day.playedMs / 60_000)]),
      },
    }),
  });
  return (
    <>
      {failed.length > 0 && (
        <Note kind="warn" title={t('studio.someMissing', { count: failed.length })}>
          {t('studio.someMissingBody')}
        </Note>
      )}
      <Kpis
        figures={[
          {
            ...figure(t('plays.plays'), f.number(total), atLeast ? t('studio.atLeast') : period),
            provenance,
          },
          figure(t('studio.perDay'), f.mean(total / count), t('studio.overDays', { count })),
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
      <Panel title={t('studio.byRecording')} className="below">
        <ByRecording rows={rows} />
      </Panel>
    </>
  );
}

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
      render: (row) =>
        row.plays === null ? <Missing why={t('studio.notAnswered')} /> : f.number(row.plays),
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
