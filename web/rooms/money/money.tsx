import type { ReactNode } from 'react';
import { Page, Topbar } from '../../shell/page.tsx';
import { useWords } from '../../ui/words.tsx';

export function Money(): ReactNode {
  const { t } = useWords();
  return (
    <Page title={t('room.money')}>
      <Topbar />
      <h1>{t('room.money')}</h1>
    </Page>
  );
}
