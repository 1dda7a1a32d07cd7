import type { ReactNode } from 'react';
import { recordingPlays } from '#counting/plays/contract.ts';
import { dayMs } from '#foundation/kernel/time.ts';
import { useApi } from '../../../kit/api.ts';
import { Missing } from '../../../ui/parts.tsx';
import { Door } from '../../../ui/receipt.tsx';
import { useSourceName } from '../../../ui/sources.ts';
import { useWords } from './words.ts';

const periodDays = 28;

/** How often a recording was heard in four weeks: a figure that opens into its sources. */
export function PlaysFact({
  recordingId,
  title,
  provenance,
}: {
  recordingId: string;
  title: string;
  provenance: string;
}): ReactNode {
  const { t, f } = useWords();
  const sourceName = useSourceName();
  const end = Math.ceil((Date.now() + 1) / dayMs) * dayMs;
  const from = new Date(end - periodDays * dayMs).toISOString().slice(0, 10);
  const to = new Date(end).toISOString().slice(0, 10);
  const plays = useApi(recordingPlays, {
    params: { id: recordingId as never },
    query: { from, to, by: 'source' },
  });
  if (plays.isError) return <Missing why={t('state.failedTitle')} />;
  const rows = plays.data?.items;
  if (rows === undefined) return <span className="late cap">{t('ui.loading')}</span>;
  const total = rows.reduce((sum, row) => sum + row.plays, 0);
  const period = f.period(from, to);
  return (
    <>
      <Door
        receipt={() => ({
          title: t('receipt.how', { figure: f.number(total) }),
          source: t('plays.sourceAll'),
          provenance: provenance === 'demo' ? 'demo' : 'counted',
          period: t('plays.periodUtc', { period }),
          method: t('plays.methodCounted'),
          rows: {
            fileName: `plays-${title}.csv`,
            header: [t('plays.source'), t('plays.plays'), t('plays.minutes')],
            rows: rows.map((row) => [
              sourceName(row.key),
              row.plays,
              Math.round(row.playedMs / 60_000),
            ]),
          },
        })}
      >
        {f.number(total)}
      </Door>{' '}
      <span className="cap">{period}</span>
    </>
  );
}
