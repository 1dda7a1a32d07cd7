import { stepsMax, stepsPerBin } from './find-peaks.ts';

// Two peaks and the time between them make a hash: rare enough to look up, and it survives noise when both peaks do
// (a triple would need three). Runs in Node, a worker and a browser.

/** Time between the peaks of a pair, in frames: 16 to 504 ms. */
export const gapMin = 2;
export const gapMax = 63;
/** Peaks far apart in frequency rarely survive together: 78 bins are 1.2 kHz. */
export const spanStepsMax = 78 * stepsPerBin;
/** Frequencies up to this step are told apart by the half bin, above by a quarter of a per cent. */
const linearSteps = 192 * stepsPerBin;
const logStep = Math.log(1 + 1 / linearSteps);
/** What a directory goes by: cells of one bin or half a per cent in either frequency, and of two frames. */
export const cellBits = 23;
/** The halves of the three cells: a posting tells them too, so that a near miss is not taken for a hit. */
export const halfBits = 3;
export const hashBits = cellBits + halfBits;
const gapBits = 5;
const codeBits = 9;

const codes = Uint16Array.from({ length: stepsMax + 2 }, (_, step) =>
  step < linearSteps
    ? step
    : linearSteps + Math.floor(Math.log(step / linearSteps) / logStep + 1e-9),
);

/** The frequency step in the middle of a cell. */
export function stepOfCell(cell: number): number {
  const code = 2 * cell + 1;
  return code < linearSteps ? code - 0.5 : linearSteps * Math.exp((code - linearSteps) * logStep);
}

/** The half cell of a frequency step, 10 bits: its cell is the upper nine. */
export function codeOfStep(step: number): number {
  return codes[step]!;
}

/** The hash of a pair: 9 bits of each frequency, 5 of the gap, and which half of its cell each is in. */
export function hashOfPair(step1: number, step2: number, gap: number): number {
  const code1 = codes[step1]!;
  const code2 = codes[step2]!;
  const halves = ((code1 & 1) << 2) | ((code2 & 1) << 1) | (gap & 1);
  return (hashOfCells(code1 >> 1, code2 >> 1, gap >> 1) << halfBits) | halves;
}

export function hashOfCells(cell1: number, cell2: number, gapCell: number): number {
  return ((cell1 << (codeBits + gapBits)) | (cell2 << gapBits) | gapCell) >>> 0;
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
