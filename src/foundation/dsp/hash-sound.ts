import { createPeakFinder, stepsMax } from './find-peaks.ts';

/** As dense as a query is (recognition/algorithm.ts). */
const peaksPerBlock = 6;

/** The peaks of a stretch at 16 kHz: frame * 1024 + frequency step, ascending. Sound cannot be made of them again. */
export function hashSound(samples: Float32Array): readonly number[] {
  const places: number[] = [];
  const finder = createPeakFinder(peaksPerBlock, (frame, step) => {
    places.push(frame * stepsMax + step);
  });
  finder.push(samples);
  finder.end();
  return places;
}
