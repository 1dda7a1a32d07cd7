import type { ReactNode } from 'react';
import { getEconomy } from '#market/economy/contract.ts';
import { useApi } from '../../kit/api.ts';
import { Heading } from '../../kit/room.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Panel } from '../../ui/parts.tsx';
import { Answer, SkeletonRows } from '../../ui/state.tsx';
import { useWords } from './words.ts';

/** From streams to jobs, with every assumption, its range and its source. */
export function Economy(): ReactNode {
  const { t } = useWords();
  const economy = useApi(getEconomy, { query: {} });
  return (
    <>
      <Heading title={t('market.economyTitle')}>{t('market.economyLead')}</Heading>
      <Answer of={economy} skeleton={<SkeletonRows rows={8} />}>
        {(answer) => (
          <div className="stack">
            {answer.scenarios !== null && <Chain scenarios={answer.scenarios} />}
            {answer.tornado.length > 0 && <Tornado bars={answer.tornado} />}
            <Assumptions rows={answer.assumptions} version={answer.version} />
          </div>
        )}
      </Answer>
    </>
  );
}

const steps = [
  'streams',
  'grossUsd',
  'retainedUsd',
  'directUsd',
  'indirectUsd',
  'inducedUsd',
  'gdpUsd',
  'jobs',
  'exportsUsd',
  'taxUsd',
] as const;
type Step = (typeof steps)[number];
type Impact = Readonly<Record<Step, number>>;
type Row = {
  readonly step: Step;
  readonly low: number;
  readonly central: number;
  readonly high: number;
};

function Chain({
  scenarios,
}: {
  scenarios: { readonly low: Impact; readonly central: Impact; readonly high: Impact };
}): ReactNode {
  const { t, locale } = useWords();
  const count = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
  const rows: readonly Row[] = steps.map((step) => ({
    step,
    low: scenarios.low[step],
    central: scenarios.central[step],
    high: scenarios.high[step],
  }));
  const columns: readonly Column<Row>[] = [
    { key: 'step', title: t('market.step'), head: true, render: (row) => t(`market.${row.step}`) },
    {
      key: 'low',
      title: t('market.low'),
      number: true,
      wide: true,
      render: (row) => count.format(row.low),
    },
    {
      key: 'central',
      title: t('market.central'),
      number: true,
      render: (row) => count.format(row.central),
    },
    {
      key: 'high',
      title: t('market.high'),
      number: true,
      wide: true,
      render: (row) => count.format(row.high),
    },
  ];
  return (
    <Panel title={t('market.chain')}>
      <DataTable
        label={t('market.chain')}
        columns={columns}
        rows={rows}
        rowKey={(row) => row.step}
      />
    </Panel>
  );
}

type Bar = {
  readonly key: string;
  readonly label: string;
  readonly low: number;
  readonly high: number;
};

const barsShown = 8;

function Tornado({ bars }: { bars: readonly Bar[] }): ReactNode {
  const { t, locale } = useWords();
  const usd = new Intl.NumberFormat(locale, {
    style: 'currency',
    currency: 'USD',
    maximumFractionDigits: 0,
  });
  const shown = bars.slice(0, barsShown);
  const least = Math.min(...shown.map((bar) => Math.min(bar.low, bar.high)));
  const most = Math.max(...shown.map((bar) => Math.max(bar.low, bar.high)));
  const at = (value: number): number => (100 * (value - least)) / (most - least || 1);
  const columns: readonly Column<Bar>[] = [
    { key: 'label', title: t('market.assumption'), head: true, render: (row) => row.label },
    {
      key: 'bar',
      title: '',
      wide: true,
      render: (row) => (
        <span
          className="share-bar"
          aria-hidden="true"
          style={{
            marginInlineStart: `${at(Math.min(row.low, row.high))}%`,
            width: `${Math.abs(at(row.high) - at(row.low))}%`,
          }}
        />
      ),
    },
    { key: 'low', title: t('market.low'), number: true, render: (row) => usd.format(row.low) },
    { key: 'high', title: t('market.high'), number: true, render: (row) => usd.format(row.high) },
  ];
  return (
    <Panel title={t('market.tornado')}>
      <DataTable
        label={t('market.tornado')}
        columns={columns}
        rows={shown}
        rowKey={(row) => row.key}
      />
    </Panel>
  );
}

type Assumption = {
  readonly key: string;
  readonly label: string;
  readonly unit: string;
  readonly low: number;
  readonly central: number;
  readonly high: number;
  readonly source: string;
  readonly confidence: string;
};

function Assumptions({
  rows,
  version,
}: {
  rows: readonly Assumption[];
  version: string;
}): ReactNode {
  const { t, locale } = useWords();
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 5 });
  const columns: readonly Column<Assumption>[] = [
    {
      key: 'label',
      title: t('market.assumption'),
      head: true,
      render: (row) => (
        <>
          {row.label}
          <span className="cap"> {row.source}</span>
        </>
      ),
    },
    {
      key: 'central',
      title: t('market.central'),
      number: true,
      sort: (row) => row.central,
      render: (row) => number.format(row.central),
    },
    {
      key: 'range',
      title: t('market.lowHigh'),
      number: true,
      wide: true,
      render: (row) => `${number.format(row.low)} – ${number.format(row.high)}`,
    },
    { key: 'unit', title: t('market.unit'), wide: true, render: (row) => row.unit },
    {
      key: 'confidence',
      title: t('market.confidence'),
      wide: true,
      render: (row) => row.confidence,
    },
  ];
  return (
    <Panel title={t('market.assumptions')}>
      <DataTable
        label={t('market.assumptions')}
        columns={columns}
        rows={rows}
        rowKey={(row) => row.key}
      />
      <p className="cap">{t('market.version', { version })}</p>
    </Panel>
  );
}
