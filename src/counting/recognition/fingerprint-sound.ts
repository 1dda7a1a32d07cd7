import { createPeakFinder, frameMax, stepsMax } from '#foundation/dsp/find-peaks.ts';
import { indexPeaksPerBlock } from './algorithm.ts';

export type Fingerprinter = {
  /** Feeds samples at 16 kHz mono in blocks of any length. */
  readonly push: (samples: Float32Array) => void;
  /** All peaks, ascending; those after nine hours are left out. */
  readonly end: () => Uint32Array;
};

/** What the index keeps of a recording, gathered in stream: memory grows by 150 bytes a second of sound. */
export function createFingerprinter(): Fingerprinter {
  let places = new Uint32Array(1 << 13);
  let count = 0;
  const finder = createPeakFinder(indexPeaksPerBlock, (frame, step) => {
    if (frame > frameMax) return;
    if (count === places.length) {
      const larger = new Uint32Array(2 * count);
      larger.set(places);
      places = larger;
    }
    places[count++] = frame * stepsMax + step;
  });
  return {
    push: finder.push,
    end() {
      finder.end();
      return places.slice(0, count);
    },
  };
}

export function fingerprintSound(samples: Float32Array): Uint32Array {
  const fingerprinter = createFingerprinter();
  fingerprinter.push(samples);
  return fingerprinter.end();
}
