import type { ReactNode } from 'react';
import { Page, Topbar } from '../../shell/page.tsx';
import { useWords } from '../../ui/words.tsx';

export function Listen(): ReactNode {
  const { t } = useWords();
  return (
    <Page title={t('room.listen')}>
      <Topbar />
      <h1>{t('room.listen')}</h1>
    </Page>
  );
}
