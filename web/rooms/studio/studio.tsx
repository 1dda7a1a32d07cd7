import type { ReactNode } from 'react';
import { Page, Topbar } from '../../shell/page.tsx';
import { useWords } from '../../ui/words.tsx';

export function Studio(): ReactNode {
  const { t } = useWords();
  return (
    <Page title={t('room.studio')}>
      <Topbar />
      <h1>{t('room.studio')}</h1>
    </Page>
  );
}
