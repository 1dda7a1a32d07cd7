import { createPeakFinder, frameMax, levelByte, stepsMax } from '#foundation/dsp/find-peaks.ts';
import { densities } from './algorithm.ts';

export type Fingerprint = { readonly places: Uint32Array; readonly levels: Uint8Array };

export type Fingerprinter = {
  /** Feeds samples at 16 kHz mono in blocks of any length. */
  readonly push: (samples: Float32Array) => void;
  /** All peaks, ascending, and how loud each is; those after nine hours are left out. */
  readonly end: () => Fingerprint;
};

/** What the index keeps of a recording, gathered in stream: memory grows by 150 bytes a second of sound. */
export function createFingerprinter(
  peaksPerBlock: number = densities.full.peaksPerBlock,
): Fingerprinter {
  let places = new Uint32Array(1 << 13);
  let levels = new Uint8Array(places.length);
  let count = 0;
  const finder = createPeakFinder(peaksPerBlock, (frame, step, _strength, level) => {
    if (frame > frameMax) return;
    if (count === places.length) {
      const larger = new Uint32Array(2 * count);
      larger.set(places);
      places = larger;
      const more = new Uint8Array(2 * count);
      more.set(levels);
      levels = more;
    }
    levels[count] = levelByte(level);
    places[count++] = frame * stepsMax + step;
  });
  return {
    push: finder.push,
    end() {
      finder.end();
      return { places: places.slice(0, count), levels: levels.slice(0, count) };
    },
  };
}

export function fingerprintSound(samples: Float32Array): Fingerprint {
  const fingerprinter = createFingerprinter();
  fingerprinter.push(samples);
  return fingerprinter.end();
}
