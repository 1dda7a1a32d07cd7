import { framesPerSecond, stepsMax } from '#foundation/dsp/find-peaks.ts';
import { placesOf } from './segment.ts';
import type { Alignment } from './weigh-candidate.ts';

// Two recordings of the index against each other, from their peaks alone.

export type Comparison = {
  readonly kind: 'same' | 'edit' | 'part' | 'different';
  /** Part of the shorter one's peaks that the other has at the same place. */
  readonly sharedPart: number;
  /** Seconds in which most peaks are shared. */
  readonly sharedSeconds: number;
};

const nearFrames = 2;
const nearSteps = 3;
const secondSharedPart = 0.5;
const sameSeconds = 0.9;
const editSeconds = 0.3;

/** Compares the whole of two recordings that both fit one query, at the alignment the query gives. */
export function compareWhole(one: Alignment, other: Alignment): Comparison {
  const a = placesOf(one.segment, one.recording);
  const b = placesOf(other.segment, other.recording);
  const [short, long, shift, ratio] =
    a.length <= b.length
      ? [a, b, other.offset - (one.offset * other.tempo) / one.tempo, other.tempo / one.tempo]
      : [b, a, one.offset - (other.offset * one.tempo) / other.tempo, one.tempo / other.tempo];
  return comparePlaces(short, long, shift, ratio);
}

/** Frame t of `short` is frame `shift + ratio * t` of `long`. */
export function comparePlaces(
  short: Uint32Array,
  long: Uint32Array,
  shift: number,
  ratio: number,
  pitch = 1,
): Comparison {
  const secondsTotal = Math.ceil(((short.at(-1) ?? 0) >>> 10) / framesPerSecond) + 1;
  const had = new Uint32Array(secondsTotal);
  const found = new Uint32Array(secondsTotal);
  let from = 0;
  let shared = 0;
  for (const place of short) {
    const frame = place >>> 10;
    const at = Math.round(shift + ratio * frame);
    const step = Math.round((place & (stepsMax - 1)) * pitch);
    const second = Math.floor(frame / framesPerSecond);
    had[second] = had[second]! + 1;
    while (from < long.length && long[from]! >>> 10 < at - nearFrames) from += 1;
    for (let i = from; i < long.length && long[i]! >>> 10 <= at + nearFrames; i++) {
      if (Math.abs((long[i]! & (stepsMax - 1)) - step) > nearSteps) continue;
      found[second] = found[second]! + 1;
      shared += 1;
      break;
    }
  }
  let counted = 0;
  let sharedSeconds = 0;
  for (let s = 0; s < secondsTotal; s++) {
    if (had[s]! < 5) continue;
    counted += 1;
    if (found[s]! >= secondSharedPart * had[s]!) sharedSeconds += 1;
  }
  const part = counted === 0 ? 0 : sharedSeconds / counted;
  const kind =
    part >= sameSeconds
      ? 'same'
      : part >= editSeconds
        ? 'edit'
        : sharedSeconds >= 2
          ? 'part'
          : 'different';
  return { kind, sharedPart: short.length === 0 ? 0 : shared / short.length, sharedSeconds };
}
