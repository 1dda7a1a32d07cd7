import {
  createPeakFinder,
  frameMs,
  levelByte,
  queryPeaksPerBlock,
  stepsMax,
} from './find-peaks.ts';

/** What leaves a device: the peaks of a stretch, and nothing of what lies between them. Sound cannot be made of it again. */
export type HashedSound = {
  /** frame * 1024 + frequency step, ascending. */
  readonly hashes: readonly number[];
  /** How loud each of them is (levelByte); rows of earlier versions have none. */
  readonly levels?: readonly number[];
  /** Frames at which another stretch was put behind the one before. */
  readonly seams?: readonly number[];
};

/** Hashes a stretch at 16 kHz. */
export function hashSound(samples: Float32Array): Required<Omit<HashedSound, 'seams'>> {
  const hashes: number[] = [];
  const levels: number[] = [];
  const finder = createPeakFinder(queryPeaksPerBlock, (frame, step, _strength, level) => {
    hashes.push(frame * stepsMax + step);
    levels.push(levelByte(level));
  });
  finder.push(samples);
  finder.end();
  return { hashes, levels };
}

/** Two stretches that follow each other: in noise, twenty seconds name what ten do not. */
export function joinHashes(first: HashedSound, second: HashedSound, firstMs: number): HashedSound {
  const seam = Math.round(firstMs / frameMs);
  const shift = seam * stepsMax;
  const kept = first.hashes.filter((place) => place < shift);
  const hashes = [...kept, ...second.hashes.map((place) => place + shift)];
  if (first.levels === undefined || second.levels === undefined) return { hashes };
  return {
    hashes,
    levels: [...first.levels.slice(0, kept.length), ...second.levels],
    seams: [seam],
  };
}
