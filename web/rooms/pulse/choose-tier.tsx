import type { ReactNode } from 'react';
import { Chips } from '../../ui/parts.tsx';
import { useWords } from './words.ts';

export const tiers = ['creator', 'developer', 'monetizer'] as const;
export type Tier = (typeof tiers)[number];

/** For whom the news are ranked. */
export function ChooseTier({
  value,
  onChange,
}: {
  value: Tier;
  onChange: (tier: Tier) => void;
}): ReactNode {
  const { t } = useWords();
  return (
    <Chips
      label={t('pulse.for')}
      value={value}
      options={tiers.map((tier) => ({ value: tier, name: t(`pulse.${tier}`) }))}
      onChange={onChange}
    />
  );
}
