import { outsideServices } from '#counting/outside/contract.ts';
import { useApi } from './api.ts';
import { part } from './part.ts';
import { useMay } from './session.tsx';

export type OutsideService = {
  readonly service: string;
  readonly hearsSound: boolean;
  readonly priceMicros: string;
  readonly currency: string;
};

/** The outside services that are switched on, for whoever may ask them; else none. */
export function useOutsideServices(): readonly OutsideService[] {
  const enabled = useMay('catalog.edit');
  return useApi(outsideServices, {}, { enabled }).data?.items ?? [];
}

/** The dialog that asks them what a sound is. */
export const AskOutside = part(
  () => import('./claims/ask-outside.tsx').then((m) => m.AskOutside),
  import.meta.glob('./claims/words/*.json'),
);
