import type { ReactNode } from 'react';
import { Icon } from '../../../ui/icon.tsx';
import { Missing } from '../../../ui/parts.tsx';
import { useWords } from './words.ts';

/** An ISRC, GTIN or ISWC as it was received; one that fails its check is shown and said to. */
export function Identifier({
  value,
  valid,
}: {
  value: string | null;
  valid: boolean | null;
}): ReactNode {
  const { t } = useWords();
  if (value === null) return <Missing why={t('identifier.none')} />;
  return (
    <>
      <span className="mono">{value}</span>
      {valid === false && (
        <>
          {' '}
          <span className="badge warn">
            <Icon name="warn" />
            {t('identifier.invalid')}
          </span>
        </>
      )}
    </>
  );
}
