import type { ReactNode } from 'react';
import { Icon } from '../../ui/icon.tsx';
import { useWords } from './words.ts';

/** How a piece of long work stands: a shape, a word, and colour only where a person must act. */
export function WorkStatus({
  status,
}: {
  status: 'waiting' | 'running' | 'done' | 'failed' | 'cancelled';
}): ReactNode {
  const { t } = useWords();
  switch (status) {
    case 'failed':
      return (
        <span className="badge error">
          <Icon name="warn" />
          {t('work.failed')}
        </span>
      );
    case 'done':
      return (
        <span className="badge">
          <Icon name="check" />
          {t('work.done')}
        </span>
      );
    case 'running':
      return (
        <span className="badge">
          <Icon name="refresh" />
          {t('work.running')}
        </span>
      );
    case 'waiting':
      return <span className="badge">{t('work.waiting')}</span>;
    case 'cancelled':
      return <span className="badge">{t('work.cancelled')}</span>;
  }
}
