import { stepsMax, stepsPerBin } from './find-peaks.ts';

// Two peaks and the time between them make a hash: rare enough to look up, and it survives noise when both peaks do
// (a triple would need three). Runs in Node, a worker and a browser.

/** Time between the peaks of a pair, in frames: 16 to 504 ms. */
export const gapMin = 2;
export const gapMax = 63;
/** Peaks far apart in frequency rarely survive together: 78 bins are 1.2 kHz. */
const spanStepsMax = 78 * stepsPerBin;
/** Frequencies up to this step are told apart by the bin, above by half a per cent. */
const linearSteps = 192 * stepsPerBin;
const logStep = Math.log(1 + 1 / 192);
export const hashBits = 23;
const gapBits = 5;
const codeBits = 9;

/** The code of a frequency step: cells of one bin, and of about 0.52 % above bin 192. */
const codes = Uint16Array.from({ length: stepsMax + 2 }, (_, step) =>
  step < linearSteps ? step >> 1 : 192 + Math.floor(Math.log(step / linearSteps) / logStep),
);

/** The cell of a frequency step. */
export function codeOfStep(step: number): number {
  return codes[step]!;
}

/** The hash of a pair: 9 bits of each frequency and 5 of the gap, in cells of two frames. */
export function hashOfPair(step1: number, step2: number, gap: number): number {
  return hashOfCells(codes[step1]!, codes[step2]!, gap >> 1);
}

export function hashOfCells(code1: number, code2: number, gapCell: number): number {
  return ((code1 << (codeBits + gapBits)) | (code2 << gapBits) | gapCell) >>> 0;
}

export type PairSink = (frame: number, step1: number, step2: number, gap: number) => void;

/**
 * Pairs each peak with the next `fanOut` peaks in its reach. `places` are peaks as frame * 1024 + step in ascending
 * order.
 */
export function pairPeaks(places: ArrayLike<number>, fanOut: number, sink: PairSink): void {
  for (let i = 0; i < places.length; i++) {
    const frame = Math.floor(places[i]! / stepsMax);
    const step = places[i]! % stepsMax;
    let paired = 0;
    for (let j = i + 1; j < places.length && paired < fanOut; j++) {
      const gap = Math.floor(places[j]! / stepsMax) - frame;
      if (gap > gapMax) break;
      if (gap < gapMin) continue;
      const other = places[j]! % stepsMax;
      const span = other - step;
      if (span > spanStepsMax || span < -spanStepsMax) continue;
      sink(frame, step, other, gap);
      paired += 1;
    }
  }
}
