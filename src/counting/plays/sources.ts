import { sourceNumber, sources, type Source } from '#foundation/kernel/counting.ts';

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
const personal = new Set((['stream', 'scrobble', 'import'] as const).map(sourceNumber));
export function isPersonal(stored: number): boolean {
  return personal.has(stored);
}
