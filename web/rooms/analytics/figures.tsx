import type { ReactNode } from 'react';
import { Chart } from '../../ui/chart.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Note, Panel, Prov } from '../../ui/parts.tsx';
import { useWords } from './words.ts';

export type Shown = {
  readonly summary: readonly Line[];
  readonly tracks: readonly TrackLine[];
  readonly dates: readonly Day[];
  readonly availability: { readonly coverage: number };
  readonly notes: readonly string[];
};

/** What artists come to: platforms, days, tracks, and what is not known. `children` stand beside the coverage. */
export function Figures({
  metrics,
  children,
}: {
  metrics: Shown;
  children?: ReactNode;
}): ReactNode {
  const { t } = useWords();
  if (metrics.summary.length === 0)
    return <Note title={t('analytics.noMonth')}>{metrics.notes.join(' ')}</Note>;
  return (
    <div className="stack">
      <Panel title={t('analytics.platforms')}>
        <Lines rows={metrics.summary} />
        <div className="cap row">
          {t('analytics.coverage', { percent: metrics.availability.coverage.toFixed(1) })}{' '}
          {children}
        </div>
        {metrics.notes.map((note) => (
          <p key={note} className="cap">
            {note}
          </p>
        ))}
      </Panel>
      <Days dates={metrics.dates} />
      <Panel title={t('analytics.tracks')}>
        <Tracks rows={metrics.tracks} />
      </Panel>
    </div>
  );
}

type Line = {
  readonly platform: string;
  readonly metric: string;
  readonly kind: string;
  readonly total: number | null;
  readonly interval: { readonly low: number; readonly high: number } | null;
  readonly last: { readonly value: number } | null;
  readonly delta: number | null;
  readonly peak: number | null;
  readonly daysTracked: number;
  readonly unknownDays: number;
  readonly resets: readonly { readonly day: string }[];
  readonly provenance: readonly string[];
};

function useColumns(): readonly Column<Line>[] {
  const { t, locale } = useWords();
  const count = new Intl.NumberFormat(locale);
  const or = (value: number | null): string => (value === null ? '–' : count.format(value));
  return [
    {
      key: 'total',
      title: t('analytics.total'),
      number: true,
      sort: (row) => row.total,
      render: (row) => (
        <>
          {or(row.total)}
          {row.interval !== null && (
            <span className="cap">
              {' '}
              {count.format(row.interval.low)} – {count.format(row.interval.high)}
            </span>
          )}
        </>
      ),
    },
    {
      key: 'level',
      title: t('analytics.level'),
      number: true,
      wide: true,
      render: (row) =>
        row.delta === null
          ? '–'
          : `${or(row.last?.value ?? null)} (${row.delta > 0 ? '+' : ''}${count.format(row.delta)})`,
    },
    {
      key: 'peak',
      title: t('analytics.peak'),
      number: true,
      wide: true,
      render: (row) => or(row.peak),
    },
    {
      key: 'unknown',
      title: t('analytics.unknown'),
      number: true,
      sort: (row) => row.unknownDays,
      render: (row) => row.unknownDays,
    },
    {
      key: 'resets',
      title: t('analytics.resets'),
      wide: true,
      render: (row) => (row.resets.length === 0 ? '' : row.resets.map((one) => one.day).join(', ')),
    },
    {
      key: 'provenance',
      title: t('analytics.from'),
      wide: true,
      render: (row) => row.provenance.map((one) => <Prov key={one} kind={one} />),
    },
  ];
}

function Lines({ rows }: { rows: readonly Line[] }): ReactNode {
  const { t } = useWords();
  const columns: readonly Column<Line>[] = [
    {
      key: 'platform',
      title: t('analytics.platform'),
      head: true,
      sort: (row) => row.platform,
      render: (row) => `${row.platform}, ${row.metric.replaceAll('_', ' ')}`,
    },
    ...useColumns(),
  ];
  return (
    <DataTable
      label={t('analytics.platforms')}
      columns={columns}
      rows={rows}
      rowKey={(row) => `${row.platform} ${row.metric}`}
    />
  );
}

type TrackLine = Line & { readonly title: string; readonly trackId: string | null };

function Tracks({ rows }: { rows: readonly TrackLine[] }): ReactNode {
  const { t } = useWords();
  const own = useColumns() as readonly Column<TrackLine>[];
  const columns: readonly Column<TrackLine>[] = [
    {
      key: 'track',
      title: t('analytics.track'),
      head: true,
      sort: (row) => row.title,
      render: (row) => (
        <>
          {row.title}
          <span className="cap">
            {' '}
            {row.platform}, {row.metric.replaceAll('_', ' ')}
          </span>
        </>
      ),
    },
    ...own,
  ];
  return (
    <DataTable
      label={t('analytics.tracks')}
      columns={columns}
      rows={rows}
      rowKey={(row) => `${row.trackId ?? ''} ${row.title} ${row.platform} ${row.metric}`}
    />
  );
}

type Day = {
  readonly day: string;
  readonly platform: string;
  readonly metric: string;
  readonly value: number | null;
};

const additive = new Set(['streams', 'plays', 'views', 'counted_plays']);

function Days({ dates }: { dates: readonly Day[] }): ReactNode {
  const { t, f, locale } = useWords();
  const count = new Intl.NumberFormat(locale, { notation: 'compact' });
  const shown = dates.filter((one) => additive.has(one.metric));
  const days = [...new Set(shown.map((one) => one.day))];
  const series = [...Map.groupBy(shown, (one) => one.platform)].map(([name, rows]) => {
    const byDay = new Map(rows.map((row) => [row.day, row.value]));
    return { name, values: days.map((day) => byDay.get(day) ?? null) };
  });
  if (days.length < 2) return null;
  return (
    <Chart
      title={t('analytics.days')}
      kind="line"
      x={days}
      xName={t('analytics.day')}
      series={series}
      formatX={f.dayShort}
      format={(value) => count.format(value)}
      summary={t('analytics.daysSummary', {
        platforms: String(series.length),
        days: String(days.length),
      })}
      note={t('analytics.daysNote')}
    />
  );
}
