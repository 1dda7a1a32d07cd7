import type { ReactNode } from 'react';
import { Select } from '../ui/field.tsx';
import { useWords } from '../ui/words.tsx';
import { qualities, useQuality } from './quality.ts';

/** How much a listener wants to spend on sound; it holds from the next song on. */
export function QualityChoice(): ReactNode {
  const { t } = useWords();
  const [chosen, choose] = useQuality();
  return (
    <Select
      label={t('quality.label')}
      hint={t('quality.hint')}
      value={chosen}
      options={qualities.map((one) => ({ value: one, name: t(`quality.${one}`) }))}
      onChange={(event) => choose(qualities.find((one) => one === event.target.value) ?? 'auto')}
    />
  );
}
