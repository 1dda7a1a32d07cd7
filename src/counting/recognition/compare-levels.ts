import { bandCount, bandOfBin, levelUnknown, lowest } from '#foundation/dsp/find-peaks.ts';
import { evidenceUnit, type SoundQuery } from './hear.ts';
import { levelsOf } from './segment.ts';
import { eachPeakHeard, type Alignment } from './weigh-candidate.ts';

// Noise, voices and rooms add to a sound and never take away from it, and they drown its faint peaks first. So the query is
// nowhere much quieter than a recording that sounds in it, least of all at its loudest peaks; a recording that only shares a
// beat, a loop or a key is found here and there whatever the loudness, and is loud where the query is not.

/** Peaks this many places before and after are a peak's neighbours. */
const neighbours = 4;
const loudRankMax = 1;
const faintRankMin = 5;
/** Below the middle of what chance gives. */
const lostEvidence = 0.69 * evidenceUnit;
/** Evidence from which a peak helps to tell how loud the recording is in the query. */
const foundEvidence = evidenceUnit;
const foundMin = 5;
/** Most of the peaks that nothing drowns come out within 4.5 dB of each other, above or below the recording by the same. */
const gainUnits = 6;
/** Fades of up to 18 dB are tried, the gentlest first; a steeper one must fit this much better. */
const slopes = [0, -8, 8, -16, 16, -24, 24] as const;
const slopeGainMin = 1.04;
/** 3.75 dB below the gain: codecs and rooms are less uneven than that. */
const quietUnits = 5;
const nearFrames = 2;

export type LevelFit = {
  /** Mean evidence, in nats above chance, of peaks with at most one louder neighbour of eight ... */
  readonly loud: number;
  /** ... and with five louder ones or more. */
  readonly faint: number;
  /** Part of the loud peaks for which nothing at all speaks. */
  readonly lost: number;
  /** Part of the recording's peaks for which the query is too quiet; 0 where that cannot be known ... */
  readonly tooQuiet: number;
  /** ... and of the loud ones. */
  readonly loudTooQuiet: number;
};

export function compareLevels(query: SoundQuery, at: Alignment): LevelFit {
  const wanted = levelsOf(at.segment, at.recording);
  const { bands, slope } = gainOf(query, at, wanted);
  const loud = { sum: 0, count: 0, lost: 0, asked: 0, tooQuiet: 0 };
  const faint = { sum: 0, count: 0 };
  const all = { asked: 0, tooQuiet: 0 };
  eachPeakHeard(query, at, (t, bin, evidence, index) => {
    const louder = louderNeighbours(wanted, index);
    const isLoud = louder <= loudRankMax;
    if (isLoud || louder >= faintRankMin) {
      const group = isLoud ? loud : faint;
      group.sum += evidence;
      group.count += 1;
    }
    if (isLoud && evidence < lostEvidence) loud.lost += 1;
    const band = bands[bandOfBin(bin)] ?? null;
    if (band === null || wanted[index] === levelUnknown || query.levels === undefined) return;
    const gain = band + slope * (t / query.frames - 0.5);
    const isTooQuiet =
      loudestNear(query.levels, query.frames, t, bin) < wanted[index]! + gain - quietUnits;
    for (const group of isLoud ? [all, loud] : [all]) {
      group.asked += 1;
      if (isTooQuiet) group.tooQuiet += 1;
    }
  });
  return {
    loud: meanOf(loud),
    faint: meanOf(faint),
    lost: loud.lost / Math.max(1, loud.count),
    tooQuiet: all.tooQuiet / Math.max(1, all.asked),
    loudTooQuiet: loud.tooQuiet / Math.max(1, loud.asked),
  };
}

/** How loud a recording is in the query, in levelByte's units. */
type Gain = {
  /** Of each band, in the middle of the query; null where too little was found to tell. */
  readonly bands: readonly (number | null)[];
  /** By how much it grows from the beginning of the query to its end, in a fade. */
  readonly slope: number;
};
/** A band's peaks that were found: how far from the query's middle, in its lengths, and how much louder than in the recording. */
type Found = { readonly away: number; readonly louder: number };

function gainOf(query: SoundQuery, at: Alignment, wanted: Uint8Array): Gain {
  const { levels, frames } = query;
  const found: Found[][] = Array.from({ length: bandCount }, () => []);
  if (levels !== undefined)
    eachPeakHeard(query, at, (t, bin, evidence, index) => {
      if (evidence < foundEvidence || wanted[index] === levelUnknown) return;
      found[bandOfBin(bin)]!.push({
        away: t / frames - 0.5,
        louder: loudestNear(levels, frames, t, bin) - wanted[index]!,
      });
    });
  let best: Gain | null = null;
  let most = 0;
  for (const slope of slopes) {
    const windows = found.map((peaks) => (peaks.length < foundMin ? null : densest(peaks, slope)));
    const count = windows.reduce((sum, window) => sum + (window?.count ?? 0), 0);
    if (best !== null && count <= most * slopeGainMin) continue;
    most = count;
    best = { bands: windows.map((window) => window?.middle ?? null), slope };
  }
  return best!;
}

/** Where most lie within gainUnits of each other: what is drowned lies above, and is spread. Of several the lowest. */
function densest(
  peaks: readonly Found[],
  slope: number,
): { readonly middle: number; readonly count: number } {
  const values = Float32Array.from(peaks, ({ away, louder }) => louder - slope * away).sort();
  let count = 0;
  let middle = 0;
  for (let from = 0, to = 0; from < values.length; from++) {
    while (to < values.length && values[to]! <= values[from]! + gainUnits) to++;
    if (to - from <= count) continue;
    count = to - from;
    middle = values[from]! + gainUnits / 2;
  }
  return { middle, count };
}

function louderNeighbours(levels: Uint8Array, index: number): number {
  let louder = 0;
  const to = Math.min(levels.length - 1, index + neighbours);
  for (let k = Math.max(0, index - neighbours); k <= to; k++)
    if (levels[k]! > levels[index]!) louder += 1;
  return louder;
}

function meanOf({ sum, count }: { readonly sum: number; readonly count: number }): number {
  return count === 0 ? 0 : sum / count / evidenceUnit - 1;
}

function loudestNear(levels: Uint8Array, frames: number, t: number, bin: number): number {
  const from = (bin - lowest) * frames;
  let loudest = 0;
  for (let k = Math.max(0, t - nearFrames); k <= Math.min(frames - 1, t + nearFrames); k++)
    if (levels[from + k]! > loudest) loudest = levels[from + k]!;
  return loudest;
}
