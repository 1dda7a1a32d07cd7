import { createPeakFinder, frameMs, stepsMax } from './find-peaks.ts';

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

/** The hashes of two stretches that follow each other: in noise, twenty seconds name what ten do not. */
export function joinHashes(
  first: readonly number[],
  second: readonly number[],
  firstMs: number,
): readonly number[] {
  const shift = Math.round(firstMs / frameMs) * stepsMax;
  return [...first.filter((place) => place < shift), ...second.map((place) => place + shift)];
}
