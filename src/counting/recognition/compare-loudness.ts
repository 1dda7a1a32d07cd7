import { evidenceUnit, type Heard } from './hear.ts';
import { levelsOf } from './segment.ts';
import { eachPeakHeard, type Alignment } from './weigh-candidate.ts';

// Noise takes the faint peaks of a recording first and the loud ones last. A recording that sounds is therefore found in its
// loud peaks at least as well as in its faint ones, and in nearly all of those that are the loudest around; one that only
// shares a beat, a loop or a key with what sounds is found here and there, whatever the loudness.

/** Peaks this many places before and after are a peak's neighbours. */
const neighbours = 4;
const loudRankMax = 1;
const faintRankMin = 5;
/** Below the middle of what chance gives. */
const lostEvidence = 0.69 * evidenceUnit;

export type Loudness = {
  /** Mean evidence, in nats above chance, of peaks with at most one louder neighbour of eight ... */
  readonly loud: number;
  /** ... and with five louder ones or more. */
  readonly faint: number;
  /** Part of the loud peaks for which nothing at all speaks. */
  readonly lost: number;
};

export function compareLoudness(heard: Heard, at: Alignment): Loudness {
  const levels = levelsOf(at.segment, at.recording);
  const loud = { sum: 0, count: 0, lost: 0 };
  const faint = { sum: 0, count: 0 };
  eachPeakHeard(heard, at, (_t, _bin, evidence, index) => {
    let louder = 0;
    for (let k = Math.max(0, index - neighbours); k <= index + neighbours; k++)
      if (k < levels.length && levels[k]! > levels[index]!) louder += 1;
    if (louder <= loudRankMax) {
      loud.sum += evidence;
      loud.count += 1;
      if (evidence < lostEvidence) loud.lost += 1;
    } else if (louder >= faintRankMin) {
      faint.sum += evidence;
      faint.count += 1;
    }
  });
  return {
    loud: loud.count === 0 ? 0 : loud.sum / loud.count / evidenceUnit - 1,
    faint: faint.count === 0 ? 0 : faint.sum / faint.count / evidenceUnit - 1,
    lost: loud.count === 0 ? 0 : loud.lost / loud.count,
  };
}
