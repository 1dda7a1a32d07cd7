import { useSyncExternalStore } from 'react';
import { read, write } from '../../kit/preferences.ts';

// What was searched for stays on this device, and goes when its reader says so; the server keeps none of it.

const key = 'ngoma.searches';
const keptMax = 8;
const charsMax = 100;
const listeners = new Set<() => void>();
let kept: readonly string[] | null = null;

function recent(): readonly string[] {
  if (kept !== null) return kept;
  try {
    const stored: unknown = JSON.parse(read(key) ?? '[]');
    kept = Array.isArray(stored)
      ? stored.filter((one) => typeof one === 'string').slice(0, keptMax)
      : [];
  } catch {
    kept = []; // somebody else wrote it
  }
  return kept;
}

function keep(searches: readonly string[]): void {
  kept = searches;
  write(key, searches.length === 0 ? null : JSON.stringify(searches));
  for (const tell of listeners) tell();
}

/** Once something found was opened: half of a word is no search to come back to. */
export function rememberSearch(words: string): void {
  const search = words.trim().slice(0, charsMax);
  if (search !== '') keep([search, ...recent().filter((one) => one !== search)].slice(0, keptMax));
}

export function forgetSearch(search: string): void {
  keep(recent().filter((one) => one !== search));
}

export function forgetSearches(): void {
  keep([]);
}

export function useRecentSearches(): readonly string[] {
  return useSyncExternalStore((tell) => {
    listeners.add(tell);
    return () => listeners.delete(tell);
  }, recent);
}
