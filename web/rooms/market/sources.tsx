import type { ReactNode } from 'react';
import { listSources, switchSource } from '#market/harvest/contract.ts';
import { useAct, useApi } from '../../kit/api.ts';
import { Heading } from '../../kit/room.tsx';
import { useMay } from '../../kit/session.tsx';
import { Button } from '../../ui/button.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Panel } from '../../ui/parts.tsx';
import { Answer, SkeletonRows } from '../../ui/state.tsx';
import { useWords } from './words.ts';

type Source = {
  readonly name: string;
  readonly title: string;
  readonly isOn: boolean;
  readonly isVerified: boolean;
  readonly needsKey: boolean;
  readonly hasKey: boolean;
  readonly baseUrl: string;
  readonly lastGoodAt: string | null;
  readonly lastRun: {
    readonly status: string;
    readonly entries: number;
    readonly problem: string | null;
  } | null;
};

/** Where figures come from: whether a source is on, how its last run ended, what it lacks. */
export function Sources(): ReactNode {
  const { t, f } = useWords();
  const mayRun = useMay('harvest.run');
  const sources = useApi(listSources, {}, { everyMs: 15_000 });
  const turn = useAct(switchSource, [listSources]);
  const columns: readonly Column<Source>[] = [
    {
      key: 'title',
      title: t('market.source'),
      head: true,
      sort: (row) => row.title,
      render: (row) => (
        <>
          {row.title}
          <span className="cap">
            {' '}
            {row.isVerified ? t('market.verified') : t('market.unverified')}
            {row.needsKey && !row.hasKey && `, ${t('market.needsKey')}`}
          </span>
        </>
      ),
    },
    {
      key: 'run',
      title: t('market.lastRun'),
      render: (row) =>
        row.lastRun === null ? (
          t('market.neverRun')
        ) : (
          <>
            {t(`market.run_${row.lastRun.status as 'success'}`)}
            {row.lastRun.problem !== null && <span className="cap"> {row.lastRun.problem}</span>}
          </>
        ),
    },
    {
      key: 'good',
      title: t('market.lastGood'),
      wide: true,
      sort: (row) => row.lastGoodAt,
      render: (row) => (row.lastGoodAt === null ? '–' : f.dateTime(row.lastGoodAt)),
    },
    {
      key: 'on',
      title: t('market.state'),
      render: (row) =>
        mayRun ? (
          <Button
            busy={turn.busy}
            onClick={() => void turn.run({ params: { name: row.name }, body: { isOn: !row.isOn } })}
          >
            {row.isOn ? t('market.turnOff') : t('market.turnOn')}
          </Button>
        ) : row.isOn ? (
          t('market.on')
        ) : (
          t('market.off')
        ),
    },
  ];
  return (
    <>
      <Heading title={t('market.sourcesTitle')}>{t('market.sourcesLead')}</Heading>
      <Answer of={sources} skeleton={<SkeletonRows rows={5} />}>
        {(answer) => (
          <Panel title={t('market.sourcesTitle')}>
            <DataTable
              label={t('market.sourcesTitle')}
              columns={columns}
              rows={answer.items}
              rowKey={(row) => row.name}
            />
          </Panel>
        )}
      </Answer>
    </>
  );
}
