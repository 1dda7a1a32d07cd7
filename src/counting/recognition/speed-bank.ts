import type { Playing } from './find-candidates.ts';

// Speeds at which a query is looked up when it is not found as it is. The peaks of the query are moved, not its sound:
// no transform is made twice.

/** As it was made. */
export const plain: Playing = { tempo: 1, pitch: 1 };

function steps(most: number, step: number): readonly number[] {
  const list: number[] = [];
  for (let value = step; value <= most + 1e-9; value += step) list.push(value, -value);
  return list;
}

/** Turntables and pitch faders: tempo and pitch together. */
const faders = steps(0.09, 0.01).map((by) => ({ tempo: 1 + by, pitch: 1 + by }));
/** Key lock: tempo alone. */
const tempos = steps(0.12, 0.015).map((by) => ({ tempo: 1 + by, pitch: 1 }));
/** Transposition: pitch alone, in steps of 20 cents. */
const pitches = steps(120, 20).map((cents) => ({ tempo: 1, pitch: 2 ** (cents / 1_200) }));

/** Speeds other than the plain one. */
export const speedBank: readonly Playing[] = [...faders, ...tempos, ...pitches];
