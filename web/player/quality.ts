import { useSyncExternalStore } from 'react';
import { read, write } from '../kit/preferences.ts';
import type { Quality } from './segments.ts';

const key = 'ngoma.quality';
export const qualities: readonly Quality[] = ['saver', 'auto', 'best'];
const listeners = new Set<() => void>();

/** The reader told the browser so (Save-Data); not every browser can say it. */
function savesData(): boolean {
  return (navigator as { connection?: { saveData?: boolean } }).connection?.saveData === true;
}

/** What this device wants to spend on sound; it holds from the next song on. */
export function quality(): Quality {
  const kept = read(key);
  return qualities.find((one) => one === kept) ?? (savesData() ? 'saver' : 'auto');
}

export function useQuality(): readonly [Quality, (next: Quality) => void] {
  const now = useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }, quality);
  return [
    now,
    (next) => {
      write(key, next);
      for (const tell of listeners) tell();
    },
  ];
}
