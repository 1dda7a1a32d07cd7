import type { ReactNode } from 'react';
import { listSettings, readHealth } from '#people/operations/contract.ts';
import { secondMs } from '#foundation/kernel/time.ts';
import { useApi } from '../../kit/api.ts';
import { Heading } from '../../kit/room.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Note, Panel } from '../../ui/parts.tsx';
import { Kpis } from '../../ui/receipt.tsx';
import { Answer, SkeletonBox, SkeletonRows } from '../../ui/state.tsx';
import { useWords } from './words.ts';
import { OutsideCosts } from './outside-costs.tsx';

const refreshEveryMs = 10_000;
/** Below this much free disk somebody should look before the database has to stop. */
const diskLowBytes = 2e9;
const outboxLateSeconds = 60;

type Setting = {
  readonly env: string;
  readonly value: string;
  readonly source: string;
  readonly fallback: string;
  readonly meaning: string;
};

export function Health(): ReactNode {
  const { t, f } = useWords();
  const health = useApi(readHealth, {}, { everyMs: refreshEveryMs, freshMs: 0 });
  const settings = useApi(listSettings, {});
  return (
    <>
      <Heading title={t('admin.health')}>{t('health.lead')}</Heading>
      <Answer of={health} skeleton={<SkeletonBox heightPx={180} />}>
        {(now) => (
          <div className="stack">
            {now.diskFreeBytes < diskLowBytes && (
              <Note kind="warn" title={t('health.diskLow')}>
                {t('health.diskLowBody', { free: f.bytes(now.diskFreeBytes) })}
              </Note>
            )}
            {now.jobs.failed > 0 && (
              <Note kind="warn" title={t('health.deadJobs', { count: now.jobs.failed })}>
                {t('health.deadJobsBody')}
              </Note>
            )}
            {(now.outbox.oldestSeconds ?? 0) > outboxLateSeconds && (
              <Note kind="warn" title={t('health.outboxLate')}>
                {t('health.outboxLateBody', { count: now.outbox.waiting })}
              </Note>
            )}
            <Kpis
              figures={[
                {
                  name: t('health.up'),
                  value: f.span(now.upSeconds * secondMs),
                  range: t('health.version', { version: now.version, node: now.node }),
                },
                {
                  name: t('health.database'),
                  value: f.bytes(now.database.sizeBytes),
                  range: t('health.databaseIs', {
                    version: now.database.version,
                    count: now.database.connections,
                  }),
                },
                {
                  name: t('health.disk'),
                  value: f.bytes(now.diskFreeBytes),
                  range: t('health.free'),
                },
                {
                  name: t('health.memory'),
                  value: f.bytes(now.memoryBytes),
                  range: t('health.resident'),
                },
                {
                  name: t('health.jobs'),
                  value: f.number(now.jobs.running),
                  range: t('health.jobsMore', {
                    waiting: now.jobs.waiting,
                    failed: now.jobs.failed,
                  }),
                },
                {
                  name: t('health.outbox'),
                  value: f.number(now.outbox.waiting),
                  range:
                    now.outbox.oldestSeconds === null
                      ? t('health.outboxEmpty')
                      : t('health.outboxOldest', { seconds: now.outbox.oldestSeconds }),
                },
              ]}
            />
          </div>
        )}
      </Answer>
      <OutsideCosts />
      <Panel title={t('health.settings')} className="below">
        <Answer of={settings} skeleton={<SkeletonRows rows={8} />}>
          {({ items }) => <Settings settings={items} />}
        </Answer>
      </Panel>
    </>
  );
}

function Settings({ settings }: { settings: readonly Setting[] }): ReactNode {
  const { t } = useWords();
  const columns: readonly Column<Setting>[] = [
    {
      key: 'env',
      title: t('health.setting'),
      head: true,
      sort: (one) => one.env,
      render: (one) => (
        <span className="file">
          <span className="mono">{one.env}</span>
          <small>{one.meaning}</small>
        </span>
      ),
    },
    {
      key: 'value',
      title: t('health.value'),
      render: (one) => <span className="mono wrap">{one.value === '' ? '–' : one.value}</span>,
    },
    {
      key: 'source',
      title: t('receipt.source'),
      sort: (one) => one.source,
      wide: true,
      render: (one) => one.source,
    },
    {
      key: 'fallback',
      title: t('health.fallback'),
      wide: true,
      render: (one) => (
        <span className="mono wrap">{one.fallback === '' ? '–' : one.fallback}</span>
      ),
    },
  ];
  return (
    <DataTable
      label={t('health.settings')}
      columns={columns}
      rows={settings}
      rowKey={(one) => one.env}
    />
  );
}
