import type { Source as EverySource } from '#foundation/kernel/counting.ts';

/** As what the plays of a channel count. */
export type Source = Extract<EverySource, 'radio' | 'deck' | 'venue'>;

export function sourceOf(deviceKind: string): Source {
  if (deviceKind === 'station') return 'radio';
  return deviceKind === 'deck' ? 'deck' : 'venue';
}
