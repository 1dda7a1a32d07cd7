import type { Instant } from '#foundation/kernel/time.ts';

export type ExpiringCache<V> = {
  /** The value of `key`, loaded at most once however many ask at the same time. */
  get(key: string, load: () => Promise<V>): Promise<V>;
  delete(key: string): void;
  clear(): void;
};

export function createExpiringCache<V>(options: {
  readonly ttlMs: number;
  readonly entriesMax: number;
  readonly now: () => Instant;
}): ExpiringCache<V> {
  const entries = new Map<string, { readonly loadedAt: Instant; readonly value: Promise<V> }>();
  return {
    get(key, load) {
      const now = options.now();
      const known = entries.get(key);
      if (known !== undefined && now - known.loadedAt < options.ttlMs) return known.value;
      entries.delete(key);
      if (entries.size >= options.entriesMax) entries.delete(entries.keys().next().value!); // the longest there
      const entry = { loadedAt: now, value: load() };
      entries.set(key, entry);
      entry.value.catch(() => {
        if (entries.get(key) === entry) entries.delete(key);
      });
      return entry.value;
    },
    delete: (key) => void entries.delete(key),
    clear: () => entries.clear(),
  };
}
