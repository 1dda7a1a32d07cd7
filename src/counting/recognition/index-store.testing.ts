import { stepsMax } from '#foundation/dsp/find-peaks.ts';
import type { Fingerprint } from './fingerprint-sound.ts';
import type { StoreLimits } from './index-store.ts';

// What the test of crashes and the process it kills agree on.

/** So small that segments are written and merged all the time. */
export const smallLimits: StoreLimits = { hotPeaksMax: 900, logBytesMax: 8_000, segmentsMax: 2 };

export type Change = {
  readonly kind: 'add' | 'remove';
  readonly seed: number;
  readonly numbers: readonly number[];
};

const recordings = 40;

export function* changesFrom(seed: number): Generator<Change, never> {
  for (let next = seed; ; next++) {
    const random = seeded(next);
    const kind = random() < 0.6 ? 'add' : 'remove';
    const count = 1 + Math.floor(random() * 3);
    const numbers = Array.from({ length: count }, () => Math.floor(random() * recordings));
    yield { kind, seed: next, numbers: [...new Set(numbers)] };
  }
}

/** A hundred peaks that nobody ever heard. */
export function peaksOf(seed: number): Fingerprint {
  const random = seeded(seed * 7 + 1);
  let frame = 0;
  const places = Uint32Array.from({ length: 100 }, () => {
    frame += 1 + Math.floor(random() * 5);
    return frame * stepsMax + 30 + Math.floor(random() * 700);
  });
  return { places, levels: Uint8Array.from(places, (place) => place % 250) };
}

function seeded(seed: number): () => number {
  let state = (Math.imul(seed, 2_654_435_761) + 12_345) >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
