import type { ReactNode } from 'react';
import { getPulseMovers } from '#market/pulse/contract.ts';
import { useApi } from '../../kit/api.ts';
import { Heading } from '../../kit/room.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Panel } from '../../ui/parts.tsx';
import { Answer, SkeletonRows } from '../../ui/state.tsx';
import { useWords } from './words.ts';

type Mover = {
  readonly rank: number | null;
  readonly title: string;
  readonly artist: string;
  readonly lastRank: number | null;
  readonly places: number | null;
};

/** What rose and fell most between two published issues of the latest chart. */
export function Movers(): ReactNode {
  const { t, f } = useWords();
  const movers = useApi(getPulseMovers, { query: {} });
  return (
    <>
      <Heading title={t('pulse.moversTitle')}>{t('pulse.moversLead')}</Heading>
      <Answer of={movers} skeleton={<SkeletonRows rows={8} />}>
        {(answer) => (
          <div className="stack">
            <p className="soft">
              {answer.chart}, {f.day(answer.fromDay)} – {f.day(answer.toDay)}
            </p>
            <MoverTable title={t('pulse.risers')} rows={answer.risers} />
            <MoverTable title={t('pulse.fallers')} rows={answer.fallers} />
            <MoverTable title={t('pulse.entered')} rows={answer.entered} />
          </div>
        )}
      </Answer>
    </>
  );
}

function MoverTable({ title, rows }: { title: string; rows: readonly Mover[] }): ReactNode {
  const { t } = useWords();
  if (rows.length === 0) return null;
  const columns: readonly Column<Mover>[] = [
    { key: 'rank', title: '#', number: true, render: (row) => row.rank ?? '–' },
    {
      key: 'title',
      title: t('pulse.song'),
      head: true,
      render: (row) => (
        <>
          {row.title}
          <span className="cap"> {row.artist}</span>
        </>
      ),
    },
    { key: 'before', title: t('pulse.before'), number: true, render: (row) => row.lastRank ?? '–' },
    {
      key: 'places',
      title: t('pulse.places'),
      number: true,
      wide: true,
      render: (row) => (row.places === null ? '–' : row.places > 0 ? `+${row.places}` : row.places),
    },
  ];
  return (
    <Panel title={title}>
      <DataTable
        label={title}
        columns={columns}
        rows={rows}
        rowKey={(row) => `${row.rank} ${row.title} ${row.artist}`}
      />
    </Panel>
  );
}
