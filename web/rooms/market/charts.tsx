import { type ReactNode, useState } from 'react';
import { getIssue, listCharts } from '#market/charts/contract.ts';
import { useApi } from '../../kit/api.ts';
import { Heading } from '../../kit/room.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Chips, Panel, Prov } from '../../ui/parts.tsx';
import { Answer, Empty, SkeletonRows } from '../../ui/state.tsx';
import { useWords } from './words.ts';

/** Charts as others publish them, with movement, peak and weeks computed from their issues. */
export function Charts(): ReactNode {
  const { t } = useWords();
  const charts = useApi(listCharts, { query: {} });
  return (
    <>
      <Heading title={t('market.chartsTitle')}>{t('market.chartsLead')}</Heading>
      <Answer of={charts} skeleton={<SkeletonRows rows={8} />}>
        {(answer) =>
          answer.items.length === 0 ? (
            <Empty title={t('market.noCharts')} boards>
              {t('market.noChartsBody')}
            </Empty>
          ) : (
            <ChartChoice charts={answer.items} />
          )
        }
      </Answer>
    </>
  );
}

type Head = { readonly source: string; readonly key: string; readonly name: string };

function ChartChoice({ charts }: { charts: readonly Head[] }): ReactNode {
  const { t } = useWords();
  const idOf = (chart: Head): string => `${chart.source}/${chart.key}`;
  const [chosen, setChosen] = useState(idOf(charts[0]!));
  const chart = charts.find((one) => idOf(one) === chosen) ?? charts[0]!;
  return (
    <div className="stack">
      <Chips
        label={t('market.chart')}
        value={chosen}
        options={charts.map((one) => ({ value: idOf(one), name: one.name }))}
        onChange={setChosen}
      />
      <Issue source={chart.source} chartKey={chart.key} />
    </div>
  );
}

type Entry = {
  readonly rank: number;
  readonly title: string;
  readonly artist: string;
  readonly subjectId: string;
  readonly move: 'new' | 're' | 'up' | 'down' | 'same' | 'unknown';
  readonly lastRank: number | null;
  readonly peak: number;
  readonly weeks: number;
};

const signs = { up: '▲', down: '▼', same: '●', new: 'NEW', re: 'RE', unknown: '?' } as const;

function Issue({ source, chartKey }: { source: string; chartKey: string }): ReactNode {
  const { t } = useWords();
  const issue = useApi(getIssue, { params: { source, key: chartKey }, query: {} });
  const columns: readonly Column<Entry>[] = [
    { key: 'rank', title: '#', number: true, sort: (row) => row.rank, render: (row) => row.rank },
    {
      key: 'move',
      title: t('market.move'),
      render: (row) => (
        <span className={`move-${row.move}`} title={t(`market.move_${row.move}`)}>
          {signs[row.move]}
          {row.lastRank !== null && row.move !== 'same' && ` ${Math.abs(row.lastRank - row.rank)}`}
        </span>
      ),
    },
    {
      key: 'title',
      title: t('market.song'),
      head: true,
      sort: (row) => row.title,
      render: (row) => (
        <>
          {row.title}
          <span className="cap"> {row.artist}</span>
        </>
      ),
    },
    {
      key: 'last',
      title: t('market.last'),
      number: true,
      wide: true,
      sort: (row) => row.lastRank,
      render: (row) => row.lastRank ?? '–',
    },
    {
      key: 'peak',
      title: t('market.peak'),
      number: true,
      sort: (row) => row.peak,
      render: (row) => row.peak,
    },
    {
      key: 'weeks',
      title: t('market.weeks'),
      number: true,
      sort: (row) => row.weeks,
      render: (row) => row.weeks,
    },
  ];
  return (
    <Answer of={issue} skeleton={<SkeletonRows rows={10} />}>
      {(answer) => (
        <Panel title={`${answer.chart.name}, ${answer.issueDay}`}>
          <DataTable
            label={answer.chart.name}
            columns={columns}
            rows={answer.entries}
            rowKey={(row) => `${row.rank} ${row.subjectId}`}
          />
          {answer.dropped.length > 0 && (
            <p className="cap">
              {t('market.dropped', { songs: answer.dropped.map((one) => one.title).join(', ') })}
            </p>
          )}
          <p className="cap">
            <Prov kind={answer.provenance} />{' '}
            <a href={`/api/v1/charts/${source}/${chartKey}/download`} download>
              {t('market.csv')}
            </a>
          </p>
        </Panel>
      )}
    </Answer>
  );
}
