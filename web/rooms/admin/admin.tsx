import type { ReactNode } from 'react';
import { Page, Topbar } from '../../shell/page.tsx';
import { useWords } from '../../ui/words.tsx';

export function Admin(): ReactNode {
  const { t } = useWords();
  return (
    <Page title={t('room.admin')}>
      <Topbar />
      <h1>{t('room.admin')}</h1>
    </Page>
  );
}
