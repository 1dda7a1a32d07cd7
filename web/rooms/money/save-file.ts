import { csvContentType } from '#foundation/kernel/csv.ts';
import { useState } from 'react';
import { download } from '../../ui/download.ts';
import { useToast } from '../../ui/toast.tsx';
import { useWords } from './words.ts';

/** Fetches a file with the reader's rights and hands it over; a link could not carry them. */
export function useSaveFile() {
  const { t } = useWords();
  const toast = useToast();
  const [busy, setBusy] = useState(false);
  async function save(
    name: string,
    fetchText: () => Promise<string>,
    type: string = csvContentType,
  ): Promise<void> {
    setBusy(true);
    await fetchText().then(
      (text) => download(name, text, type),
      () => toast(t('ui.fileFailed')),
    );
    setBusy(false);
  }
  return { busy, save };
}
