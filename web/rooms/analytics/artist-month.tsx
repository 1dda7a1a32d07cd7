import { type ReactNode, useState } from 'react';
import {
  downloadArtistMetrics,
  getArtistMetrics,
  listMetricArtists,
} from '#market/analytics/contract.ts';
import { call, useApi } from '../../kit/api.ts';
import { Heading } from '../../kit/room.tsx';
import { Button } from '../../ui/button.tsx';
import { download } from '../../ui/download.ts';
import { Field, Select } from '../../ui/field.tsx';
import { Answer, Empty, SkeletonRows } from '../../ui/state.tsx';
import { useToast } from '../../ui/toast.tsx';
import { Figures } from './figures.tsx';
import { KeepQuestion } from './keep-question.tsx';
import { SyncMissing, Syncs } from './sync-missing.tsx';
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
      <Syncs />
      <Metrics
        artist={artist}
        name={artists.find((one) => one.id === artist)?.name ?? ''}
        month={month}
      />
    </div>
  );
}

function Metrics({
  artist,
  name,
  month,
}: {
  artist: string;
  name: string;
  month: string;
}): ReactNode {
  const [from, to] = [`${month}-01`, lastDayOf(month)];
  const query = { artist, from, to, groupBy: 'date' as const };
  const metrics = useApi(getArtistMetrics, { query });
  return (
    <Answer of={metrics} skeleton={<SkeletonRows rows={8} />}>
      {(answer) => (
        <div className="stack">
          <SyncMissing
            query={{ artist, from, to }}
            missingCells={answer.availability.missingCells}
          />
          <Figures metrics={answer}>
            <SaveFile query={query} format="xlsx" /> <SaveFile query={query} format="csv" />{' '}
            <KeepQuestion artist={artist} name={name} from={from} to={to} />
          </Figures>
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
