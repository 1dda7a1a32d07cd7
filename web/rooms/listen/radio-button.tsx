import { type ReactNode, useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { useToast } from '../../ui/toast.tsx';
import { playRadio } from './radio.ts';
import { useWords } from './words.ts';

export function RadioButton({ from, title }: { from: string; title: string }): ReactNode {
  const { t } = useWords();
  const toast = useToast();
  const [busy, setBusy] = useState(false);
  const name = t('radio.name', { title });
  const start = async (): Promise<void> => {
    setBusy(true);
    const plays = await playRadio(from, name).catch(() => false);
    setBusy(false);
    if (!plays) toast(t('radio.nothing'));
  };
  return (
    <Button icon="listen" busy={busy} onClick={() => void start()}>
      {t('radio.start')}
    </Button>
  );
}
