import { type ReactNode, useState } from 'react';
import {
  downloadArtistMetrics,
  getArtistMetrics,
  listMetricArtists,
} from '#market/analytics/contract.ts';
import { call, useApi } from '../../kit/api.ts';
import { Heading } from '../../kit/room.tsx';
import { Button } from '../../ui/button.tsx';
import { Chart } from '../../ui/chart.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { download } from '../../ui/download.ts';
import { Field, Select } from '../../ui/field.tsx';
import { Note, Panel, Prov } from '../../ui/parts.tsx';
import { Answer, Empty, SkeletonRows } from '../../ui/state.tsx';
import { useToast } from '../../ui/toast.tsx';
import { useWords } from './words.ts';

/** What artists come to on every platform in a month, by the kind of each figure, with what nobody knows named. */
export function ArtistMonth(): ReactNode {
  const { t } = useWords();
  const artists = useApi(listMetricArtists, { query: {} });
  return (
    <>
      <Heading title={t('analytics.title')}>{t('analytics.lead')}</Heading>
      <Answer of={artists} skeleton={<SkeletonRows rows={6} />}>
        {(answer) =>
          answer.items.length === 0 ? (
            <Empty title={t('analytics.nothing')} boards>
              {t('analytics.nothingBody')}
            </Empty>
          ) : (
            <Choice artists={answer.items} />
          )
        }
      </Answer>
    </>
  );
}

type Artist = { readonly id: string; readonly name: string };

/** The month before this one, `YYYY-MM`. */
function lastMonth(): string {
  const now = new Date();
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1, 1))
    .toISOString()
    .slice(0, 7);
}

/** Of a month `YYYY-MM`. */
function lastDayOf(month: string): string {
  const [year, number] = month.split('-').map(Number);
  return new Date(Date.UTC(year!, number!, 0)).toISOString().slice(0, 10);
}

function Choice({ artists }: { artists: readonly Artist[] }): ReactNode {
  const { t } = useWords();
  const [artist, setArtist] = useState(artists[0]!.id);
  const [month, setMonth] = useState(lastMonth);
  return (
    <div className="stack">
      <div className="row">
        <Select
          label={t('analytics.artist')}
          value={artist}
          options={artists.map((one) => ({ value: one.id, name: one.name }))}
          onChange={(event) => setArtist(event.target.value)}
        />
        <Field
          label={t('analytics.month')}
          type="month"
          value={month}
          max={lastMonth()}
          onChange={(event) => event.target.value !== '' && setMonth(event.target.value)}
        />
      </div>
      <Metrics artist={artist} month={month} />
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

function Metrics({ artist, month }: { artist: string; month: string }): ReactNode {
  const { t } = useWords();
  const query = { artist, from: `${month}-01`, to: lastDayOf(month), groupBy: 'date' as const };
  const metrics = useApi(getArtistMetrics, { query });
  return (
    <Answer of={metrics} skeleton={<SkeletonRows rows={8} />}>
      {(answer) => (
        <div className="stack">
          {answer.summary.length === 0 ? (
            <Note title={t('analytics.noMonth')}>{answer.notes.join(' ')}</Note>
          ) : (
            <div className="stack">
              <Panel title={t('analytics.platforms')}>
                <Lines rows={answer.summary} />
                <p className="cap row">
                  {t('analytics.coverage', { percent: answer.availability.coverage.toFixed(1) })}{' '}
                  <SaveFile query={query} format="xlsx" /> <SaveFile query={query} format="csv" />
                </p>
                {answer.notes.map((note) => (
                  <p key={note} className="cap">
                    {note}
                  </p>
                ))}
              </Panel>
              <Days dates={answer.dates} />
              <Panel title={t('analytics.tracks')}>
                <Tracks rows={answer.tracks} />
              </Panel>
            </div>
          )}
        </div>
      )}
    </Answer>
  );
}

type Query = { readonly artist: string; readonly from: string; readonly to: string };

/** Fetched with the reader's rights and handed over; a link could not carry them. */
function SaveFile({ query, format }: { query: Query; format: 'xlsx' | 'csv' }): ReactNode {
  const { t } = useWords();
  const toast = useToast();
  const [busy, setBusy] = useState(false);
  async function save(): Promise<void> {
    setBusy(true);
    const { artist, from, to } = query;
    await call(downloadArtistMetrics, { query: { artist, from, to, format } }).then(
      (file) =>
        download(
          `artist-metrics-${from}.${format}`,
          file as string | Blob,
          'application/octet-stream',
        ),
      () => toast(t('analytics.fileFailed')),
    );
    setBusy(false);
  }
  return (
    <Button busy={busy} onClick={() => void save()}>
      {format === 'xlsx' ? t('analytics.excel') : t('analytics.csv')}
    </Button>
  );
}

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
