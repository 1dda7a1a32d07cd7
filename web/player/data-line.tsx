import type { ReactNode } from 'react';
import { Door } from '../ui/receipt.tsx';
import { useWords } from '../ui/words.tsx';
import { useReceived } from './follow-data.ts';

/** What listening has cost so far, in MB; nothing is said before there is something to say. */
export function DataLine(): ReactNode {
  const { t, f } = useWords();
  const { visitBytes, monthBytes, month, about } = useReceived();
  if (monthBytes === 0) return null;
  const monthName = f.month(month);
  const amount = about ? t('data.about', { size: f.bytes(monthBytes) }) : f.bytes(monthBytes);
  return (
    <p className="cap num dataline">
      {t('data.visit', { size: f.bytes(visitBytes) })}{' '}
      <Door
        receipt={() => ({
          title: t('receipt.how', { figure: amount }),
          source: t('data.source'),
          period: monthName,
          method: t('data.method'),
          assumptions: t(about ? 'data.assumed' : 'receipt.noAssumptions'),
          rows: {
            fileName: `sound-${month}.csv`,
            header: [t('data.what'), t('data.bytes')],
            rows: [
              [t('data.thisVisit'), visitBytes],
              [monthName, monthBytes],
            ],
          },
        })}
      >
        {t('data.month', { size: amount, month: monthName })}
      </Door>
    </p>
  );
}
