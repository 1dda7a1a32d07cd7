import { levelUnknown, stepsMax } from '#foundation/dsp/find-peaks.ts';
import type { Fingerprint } from './fingerprint-sound.ts';
import { firstPeakFrom } from './weigh-candidate.ts';

// Two stored fingerprints against each other along a line of time: which peaks of the one the other has in the same place,
// and as loud as the rest of it would have it. Another performance of a composition strikes the same notes, but not to the
// hundredth of a second and not as loud.

/** Frame t of the one is frame `offset + tempo * t` of the other; the one's frequencies are `pitch` times the other's. */
export type Line = { readonly offset: number; readonly tempo: number; readonly pitch: number };

export type Matches = {
  /** Peaks of the one in the stretch. */
  readonly asked: number;
  /** Of them, those that the other has in the same place. */
  readonly met: number;
  /** Of those, the ones that are as loud as `gain` says. */
  readonly agreed: number;
};

/** A peak of the one and where the other has it. */
export type Met = {
  readonly frame: number;
  readonly step: number;
  readonly otherFrame: number;
  readonly otherStep: number;
  /** How much louder the other is, in units of a level byte; 0 where one of them is unknown. */
  readonly louder: number;
};

/** Frames, within which most peaks of the same sound lie; two performances are further apart. */
export const tightFrames = 1.25;
/** 2.25 dB. */
const levelNear = 3;
/** 0.75 dB. */
const levelClose = 1;
const stepsNearMin = 2;
const stepsNearShare = 0.005;

/** Every peak of the one from frame `from` to `to` that the other has within `near` frames of the line. */
export function meet(
  one: Fingerprint,
  other: Fingerprint,
  line: Line,
  from: number,
  to: number,
  near: number,
): { readonly asked: number; readonly met: readonly Met[] } {
  const met: Met[] = [];
  let asked = 0;
  let first = -1;
  const { places, levels } = one;
  for (let i = firstPeakFrom(places, Math.ceil(from)); i < places.length; i++) {
    const frame = places[i]! >>> 10;
    if (frame >= to) break;
    const at = line.offset + line.tempo * frame;
    if (at < 0) continue;
    asked += 1;
    const step = places[i]! & (stepsMax - 1);
    const wanted = step / line.pitch;
    const reach = Math.max(stepsNearMin, wanted * stepsNearShare);
    if (first < 0) first = firstPeakFrom(other.places, Math.ceil(at - near));
    while (first < other.places.length && other.places[first]! >>> 10 < at - near) first += 1;
    let nearest = -1;
    let distance = Infinity;
    for (let k = first; k < other.places.length; k++) {
      const otherFrame = other.places[k]! >>> 10;
      if (otherFrame > at + near) break;
      const away = Math.abs((other.places[k]! & (stepsMax - 1)) - wanted);
      if (away > reach || away + Math.abs(otherFrame - at) >= distance) continue;
      nearest = k;
      distance = away + Math.abs(otherFrame - at);
    }
    if (nearest < 0) continue;
    const isKnown = levels[i] !== levelUnknown && other.levels[nearest] !== levelUnknown;
    met.push({
      frame,
      step,
      otherFrame: other.places[nearest]! >>> 10,
      otherStep: other.places[nearest]! & (stepsMax - 1),
      louder: isKnown ? other.levels[nearest]! - levels[i]! : 0,
    });
  }
  return { asked, met };
}

export function isAsLoud({ louder }: Met, gain: number): boolean {
  return Math.abs(louder - gain) <= levelNear;
}

/** So near that another stroke of the same note seldom is. */
export function isJustAsLoud({ louder }: Met, gain: number): boolean {
  return Math.abs(louder - gain) <= levelClose;
}

export function gainOf(met: readonly Met[]): number {
  const sorted = met.map(({ louder }) => louder).sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
}

export function countMatches(
  one: Fingerprint,
  other: Fingerprint,
  line: Line,
  from: number,
  to: number,
  near: number,
): Matches {
  const { asked, met } = meet(one, other, line, from, to, near);
  const gain = gainOf(met);
  return { asked, met: met.length, agreed: met.filter((peak) => isAsLoud(peak, gain)).length };
}
