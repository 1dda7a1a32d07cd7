import type { ReactNode } from 'react';
import { getKpis, getPlatformShare, getTrends } from '#market/economy/contract.ts';
import { useApi } from '../../kit/api.ts';
import { Heading } from '../../kit/room.tsx';
import { Chart } from '../../ui/chart.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Note, Panel, Prov } from '../../ui/parts.tsx';
import { Answer, Empty, SkeletonRows } from '../../ui/state.tsx';
import { useWords } from './words.ts';

/** What the music of the country comes to, with the range of everything that is estimated. */
export function Overview(): ReactNode {
  const { t } = useWords();
  const kpis = useApi(getKpis, { query: {} });
  return (
    <div className="stack">
      <Heading title={t('market.overviewTitle')}>{t('market.overviewLead')}</Heading>
      <Answer of={kpis} skeleton={<SkeletonRows rows={4} />}>
        {(answer) =>
          answer.total_streams === null ? (
            <Empty title={t('market.nothing')} boards>
              {t('market.nothingBody')}
            </Empty>
          ) : (
            <Figures kpis={answer} />
          )
        }
      </Answer>
      <Trends />
      <Shares />
    </div>
  );
}

type Kpis = {
  readonly total_streams: number | null;
  readonly total_revenue_usd: number | null;
  readonly gdp_contribution_usd: number | null;
  readonly jobs_supported: number | null;
  readonly export_value_usd: number | null;
  readonly period: string | null;
  readonly provenance: readonly string[];
  readonly version: string;
  readonly notes: readonly string[];
  readonly interval: {
    readonly total_revenue_usd: Range;
    readonly gdp_contribution_usd: Range;
    readonly jobs_supported: Range;
    readonly export_value_usd: Range;
  } | null;
};
type Range = { readonly p10: number; readonly p90: number };

function Figures({ kpis }: { kpis: Kpis }): ReactNode {
  const { t, locale } = useWords();
  const usd = new Intl.NumberFormat(locale, {
    style: 'currency',
    currency: 'USD',
    maximumFractionDigits: 0,
  });
  const count = new Intl.NumberFormat(locale);
  const figures = [
    [t('market.streams'), kpis.total_streams, count, null],
    [t('market.revenue'), kpis.total_revenue_usd, usd, kpis.interval?.total_revenue_usd ?? null],
    [t('market.gdp'), kpis.gdp_contribution_usd, usd, kpis.interval?.gdp_contribution_usd ?? null],
    [t('market.jobs'), kpis.jobs_supported, count, kpis.interval?.jobs_supported ?? null],
    [t('market.exports'), kpis.export_value_usd, usd, kpis.interval?.export_value_usd ?? null],
  ] as const;
  return (
    <Panel title={t('market.month', { month: kpis.period ?? '' })}>
      <div className="figures">
        {figures.map(([name, value, format, range]) => (
          <div key={name} className="figure">
            <b>{value === null ? t('market.missing') : format.format(value)}</b>
            <span>{name}</span>
            <p className="cap">
              {range === null
                ? t('market.measured')
                : t('market.range', {
                    low: format.format(Math.round(range.p10)),
                    high: format.format(Math.round(range.p90)),
                  })}
            </p>
          </div>
        ))}
      </div>
      <p className="cap">
        {kpis.provenance.map((one) => (
          <Prov key={one} kind={one} />
        ))}{' '}
        {t('market.version', { version: kpis.version })}
      </p>
      {kpis.notes.map((note) => (
        <p key={note} className="cap">
          {note}
        </p>
      ))}
    </Panel>
  );
}

function Trends(): ReactNode {
  const { t, locale } = useWords();
  const trends = useApi(getTrends, { query: {} });
  const count = new Intl.NumberFormat(locale, { notation: 'compact' });
  const month = new Intl.DateTimeFormat(locale, {
    month: 'short',
    year: 'numeric',
    timeZone: 'UTC',
  });
  return (
    <Answer of={trends} skeleton={<SkeletonRows rows={5} />}>
      {(answer) =>
        answer.streams_over_time.length < 2 ? (
          <Note title={t('market.oneMonth')}>{t('market.oneMonthBody')}</Note>
        ) : (
          <Chart
            title={t('market.streamsByMonth')}
            kind="line"
            x={answer.streams_over_time.map((point) => point.date)}
            xName={t('market.monthName')}
            series={[
              {
                name: t('market.streams'),
                values: answer.streams_over_time.map((point) => point.value),
              },
            ]}
            formatX={(day) => month.format(new Date(day))}
            format={(value) => count.format(value)}
            summary={t('market.streamsSummary', {
              months: String(answer.streams_over_time.length),
              last: count.format(answer.streams_over_time.at(-1)!.value),
            })}
          />
        )
      }
    </Answer>
  );
}

type Share = { readonly name: string; readonly percentage: number; readonly streams: number };

function Shares(): ReactNode {
  const { t, locale } = useWords();
  const shares = useApi(getPlatformShare, {});
  const count = new Intl.NumberFormat(locale);
  const columns: readonly Column<Share>[] = [
    { key: 'name', title: t('market.platform'), head: true, render: (row) => row.name },
    {
      key: 'bar',
      title: '',
      wide: true,
      render: (row) => (
        <span className="share-bar" style={{ width: `${row.percentage}%` }} aria-hidden="true" />
      ),
    },
    {
      key: 'share',
      title: t('market.share'),
      number: true,
      sort: (row) => row.percentage,
      render: (row) => `${row.percentage.toFixed(1)} %`,
    },
    {
      key: 'streams',
      title: t('market.streams'),
      number: true,
      sort: (row) => row.streams,
      render: (row) => count.format(row.streams),
    },
  ];
  return (
    <Answer of={shares} skeleton={<SkeletonRows rows={4} />}>
      {(answer) =>
        answer.platforms.length === 0 ? null : (
          <Panel title={t('market.shares')}>
            <DataTable
              label={t('market.shares')}
              columns={columns}
              rows={answer.platforms}
              rowKey={(row) => row.name}
            />
          </Panel>
        )
      }
    </Answer>
  );
}
