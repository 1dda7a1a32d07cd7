import { provenances, type Provenance } from '#foundation/kernel/counting.ts';

// Where evidence comes from. The number is what the table stores, so the order here never changes;
// migration 0005 publishes the same names to SQL.
export const sources = [
  'stream',
  'phone',
  'venue',
  'radio',
  'deck',
  'scrobble',
  'manual',
  'import',
] as const;
export type Source = (typeof sources)[number];

export function sourceNumber(source: Source): number {
  return sources.indexOf(source);
}

export function sourceName(stored: number): Source {
  return sources[stored]!;
}

export function isSource(value: unknown): value is Source {
  return sources.includes(value as Source);
}

export function provenanceNumber(provenance: Provenance): number {
  return provenances.indexOf(provenance);
}

/**
 * Which evidence speaks for a play when several pieces were merged: a deck knows what it plays, a stream session
 * is proved by bytes, a monitor hears the line, a box hears the room, a phone hears from a pocket, people recall.
 */
const byTrust: readonly Source[] = [
  'deck',
  'stream',
  'radio',
  'venue',
  'phone',
  'scrobble',
  'manual',
  'import',
];
const ranks = sources.map((source) => byTrust.indexOf(source));

/** Lower speaks first. */
export function sourceRank(stored: number): number {
  return ranks[stored]!;
}

/** One person's own listening: two of these in one room are two listeners, not one sound heard twice. */
const personal = new Set(['stream', 'scrobble', 'import'].map((s) => sourceNumber(s as Source)));
export function isPersonal(stored: number): boolean {
  return personal.has(stored);
}

export const states = { counted: 0, merged: 1, unmatched: 2, held: 3, rejected: 4 } as const;
