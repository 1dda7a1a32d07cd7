import { frameMs, stepsMax } from '#foundation/dsp/find-peaks.ts';
import { createFingerprinter, type Fingerprinter } from '../../fingerprint-sound.ts';
import type { Heard } from '../../listener.ts';
import { windowMs } from '../../sound-matcher.ts';

// Stretches of sound that matched nothing, as landmarks. Talk is among them; it never comes again, and is forgotten.

export type UnknownStretch = {
  /** Peaks as frame * 1024 + step, ascending. */
  readonly places: Uint32Array;
  readonly durationMs: number;
};

export const stretchMsMin = 20_000;
const stretchMsMax = 600_000;
/** So many windows of something known, or of silence, end a stretch. */
const windowsToEnd = 3;
const samplesPerMs = 16;

export type UnknownGatherer = {
  feed(pcm16kMono: Float32Array): void;
  window(heard: Heard): void;
  /** The line broke, or nothing more comes. */
  end(): void;
};

export function gatherUnknown(found: (stretch: UnknownStretch) => void): UnknownGatherer {
  let open: {
    fingerprinter: Fingerprinter;
    samples: number;
    windows: number;
    again: number;
  } | null = null;
  let others = 0;

  function end(tailMs: number): void {
    const stretch = open;
    open = null;
    others = 0;
    if (stretch === null) return;
    const durationMs = stretch.samples / samplesPerMs - tailMs;
    // What is mostly known as unknown already is a hearing of that, not something new.
    if (durationMs < stretchMsMin || stretch.again * 2 > stretch.windows) return;
    found({ places: cutPlaces(stretch.fingerprinter.end().places, 0, durationMs), durationMs });
  }

  return {
    feed(pcm) {
      if (open === null) return;
      open.fingerprinter.push(pcm);
      open.samples += pcm.length;
    },
    window({ matches, music, isCovered, unknown }) {
      const isUnknown = matches.length === 0 && music !== 'silence' && isCovered !== true;
      if (isUnknown) {
        open ??= { fingerprinter: createFingerprinter(), samples: 0, windows: 0, again: 0 };
        open.windows += 1;
        if (unknown !== undefined) open.again += 1;
        others = 0;
        if (open.samples / samplesPerMs >= stretchMsMax) end(0);
      } else if (open !== null && ++others >= windowsToEnd) end(windowMs);
    },
    end: () => end(0),
  };
}

/** The landmarks between two times, counted from the first. */
export function cutPlaces(places: Uint32Array, fromMs: number, toMs: number): Uint32Array {
  const first = Math.max(0, Math.floor(fromMs / frameMs)) * stepsMax;
  const last = Math.floor(toMs / frameMs) * stepsMax;
  return places.filter((place) => place >= first && place < last).map((place) => place - first);
}
