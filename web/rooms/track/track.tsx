import type { ReactNode } from 'react';
import { Page, Topbar } from '../../shell/page.tsx';
import { useWords } from '../../ui/words.tsx';

export function Track(): ReactNode {
  const { t } = useWords();
  return (
    <Page title={t('room.track')}>
      <Topbar />
      <h1>{t('room.track')}</h1>
    </Page>
  );
}
