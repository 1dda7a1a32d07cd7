import { highest, lowest } from '#foundation/dsp/find-peaks.ts';
import { bandsHeard } from './algorithm.ts';
import { evidenceUnit, type SoundQuery } from './hear.ts';
import { eachPeakHeard, type Alignment } from './weigh-candidate.ts';

// Recordings share drum loops, intros and samples. What speaks for two of them speaks for neither: only the peaks one has
// and the other has not can tell which of them sounds.

/** What tells one alignment from another. */
export type Difference = {
  /** Evidence at peaks that only the one has, less that at peaks only the other has, in standard deviations. */
  readonly score: number;
  /** Part of the one's peaks within the query that the other has too. */
  readonly sharedPart: number;
};

const nearFrames = 2;
const nearBins = 1;

export function differenceOf(query: SoundQuery, one: Alignment, other: Alignment): Difference {
  const mine = exclusiveEvidence(query, one, other);
  const theirs = exclusiveEvidence(query, other, one);
  return {
    // A recording that has nothing of its own here must not win by the other's being worse than chance.
    score: (mine.sum - Math.max(0, theirs.sum)) / Math.sqrt(mine.peaks + theirs.peaks + 1),
    sharedPart: mine.shared / Math.max(1, mine.shared + mine.peaks),
  };
}

function exclusiveEvidence(query: SoundQuery, one: Alignment, other: Alignment) {
  const { frames } = query;
  const painted = new Uint8Array(bandsHeard * frames);
  eachPeakHeard(query, other, (t, bin) => {
    for (let b = Math.max(lowest, bin - nearBins); b <= Math.min(highest - 1, bin + nearBins); b++)
      for (let f = Math.max(0, t - nearFrames); f <= Math.min(frames - 1, t + nearFrames); f++)
        painted[(b - lowest) * frames + f] = 1;
  });
  let sum = 0;
  let peaks = 0;
  let shared = 0;
  eachPeakHeard(query, one, (t, bin, evidence) => {
    if (painted[(bin - lowest) * frames + t]! > 0) shared += 1;
    else {
      sum += evidence / evidenceUnit - 1;
      peaks += 1;
    }
  });
  return { sum, peaks, shared };
}
