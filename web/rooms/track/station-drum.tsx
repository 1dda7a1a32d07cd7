import type { ReactNode } from 'react';
import type { StationTrouble } from '#counting/stations/contract.ts';
import { useWords } from './words.ts';

/** A station as a drum: it beats while sound arrives, is still in silence, and is hatched where nothing is known. */
export function StationDrum({ health }: { health: string }): ReactNode {
  const look =
    health === 'running'
      ? 'beat'
      : health === 'silent'
        ? 'still'
        : isLost(health)
          ? 'lost'
          : 'idle';
  return (
    <span className={`sdrum ${look}`} aria-hidden="true">
      <svg className={look === 'beat' ? 'drum beat' : 'drum'} viewBox="0 0 48 48">
        <circle cx="24" cy="24" r="6" strokeWidth="5" />
        <circle cx="24" cy="24" r="14" strokeWidth="3" />
        <circle cx="24" cy="24" r="21" strokeWidth="1.5" />
      </svg>
    </span>
  );
}

/** Nothing is heard of it although something should be. */
export function isLost(health: string): boolean {
  return health === 'stalled' || health === 'unreachable' || health === 'wrong-address';
}

export function useHealthName(): (health: string) => string {
  const { t } = useWords();
  const names: Readonly<Record<string, string>> = {
    connecting: t('health.connecting'),
    running: t('health.running'),
    silent: t('health.silent'),
    stalled: t('health.stalled'),
    unreachable: t('health.unreachable'),
    'wrong-address': t('health.wrongAddress'),
    waiting: t('health.waiting'),
  };
  return (health) => names[health] ?? health;
}

/** Why nothing is heard of a station. */
export function useTroubleText(): (trouble: StationTrouble) => string {
  const { t } = useWords();
  return ({ code, params }) => t(`trouble.${code}`, params);
}
