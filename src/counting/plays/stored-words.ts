import {
  playStateNumber,
  provenanceNumber,
  type PlayState,
  type Provenance,
} from '#foundation/kernel/counting.ts';
import type { Fragment } from '#foundation/platform/postgres.ts';

// The words of counting as statements write them: the number the table stores, part of the text and no parameter, so that
// PostgreSQL plans with it.

export function state(word: PlayState): Fragment {
  return { texts: [`${playStateNumber(word)}`], values: [] };
}

export function provenance(word: Provenance): Fragment {
  return { texts: [`${provenanceNumber(word)}`], values: [] };
}
