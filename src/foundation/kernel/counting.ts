// The words of counting. The tables of plays store the place of a word in its list, so the lists only grow at the end;
// plays.source_name, plays.state_name and plays.provenance_name say the same in SQL, and a test compares them.

/** Where evidence of a play comes from. */
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

/** What became of evidence. Only `counted` is a play; `merged` speaks for a play that is counted already. */
export const playStates = ['counted', 'merged', 'unmatched', 'held', 'rejected'] as const;
export type PlayState = (typeof playStates)[number];

/** Where a row came from. Demo rows never enter a total unless the whole installation is a demo. */
export const provenances = ['api', 'scrape', 'import', 'counted', 'estimated', 'demo'] as const;
export type Provenance = (typeof provenances)[number];

/** Said of a number that this version has no word for: it is never taken for a word it knows. */
export type Unknown = 'unknown';

export function isSource(value: unknown): value is Source {
  return sources.includes(value as Source);
}

export function sourceNumber(source: Source): number {
  return sources.indexOf(source);
}

export function sourceName(stored: number): Source | Unknown {
  return sources[stored] ?? 'unknown';
}

export function playStateNumber(state: PlayState): number {
  return playStates.indexOf(state);
}

export function playStateName(stored: number): PlayState | Unknown {
  return playStates[stored] ?? 'unknown';
}

export function provenanceNumber(provenance: Provenance): number {
  return provenances.indexOf(provenance);
}

export function provenanceName(stored: number): Provenance | Unknown {
  return provenances[stored] ?? 'unknown';
}
