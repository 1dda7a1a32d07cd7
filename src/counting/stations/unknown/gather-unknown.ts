import { frameMs, stepsMax } from '#foundation/dsp/find-peaks.ts';
import type { Heard } from '#counting/hearing/index.ts';
import { createFingerprinter, windowMs, type Fingerprinter } from '#counting/recognition/engine.ts';

// Stretches of sound that matched nothing, as landmarks. Talk is among them; it never comes again, and is forgotten.

export type UnknownStretch = {
  /** Peaks as frame * 1024 + step, ascending. */
  readonly places: Uint32Array;
  /** Stream time where it begins. */
  readonly fromMs: number;
  readonly durationMs: number;
};

export const stretchMsMin = 20_000;
const stretchMsMax = 600_000;
/** So many windows of something known, or of silence, end a stretch. */
const windowsToEnd = 3;
/** So many windows that repeat what is kept already end it too; one may be a likeness. */
const repeatsToEnd = 2;
const samplesPerMs = 16;

export type UnknownGatherer = {
  feed(pcm16kMono: Float32Array): void;
  window(heard: Heard): void;
  /** The line broke, or nothing more comes. */
  end(): void;
};

export function gatherUnknown(found: (stretch: UnknownStretch) => void): UnknownGatherer {
  let open: { fingerprinter: Fingerprinter; fromMs: number; samples: number } | null = null;
  let others = 0;
  /** When windows began to repeat what is kept, and how many of them. */
  let repeats: { readonly sinceMs: number; readonly windows: number } | null = null;

  function end(tailMs: number): void {
    const stretch = open;
    open = null;
    others = 0;
    if (stretch === null) return;
    const { fingerprinter, fromMs, samples } = stretch;
    const durationMs = samples / samplesPerMs - tailMs;
    if (durationMs < stretchMsMin) return;
    const places = cutPlaces(fingerprinter.end().places, 0, durationMs);
    found({ places, fromMs, durationMs });
  }

  return {
    feed(pcm) {
      if (open === null) return;
      open.fingerprinter.push(pcm);
      open.samples += pcm.length;
    },
    window({ atMs, hits, music, isCovered, isPassedOver, unknown }) {
      if (hits.length > 0 || music === 'silence' || isCovered === true) {
        repeats = null;
        if (open !== null && ++others >= windowsToEnd) end(windowMs);
        return;
      }
      others = 0;
      // What was not looked into says neither that it is new nor that it is not.
      if (isPassedOver === true) return;
      if (unknown === undefined) {
        repeats = null;
        open ??= { fingerprinter: createFingerprinter(), fromMs: atMs, samples: 0 };
        if (open.samples / samplesPerMs >= stretchMsMax) end(0);
        return;
      }
      // What is kept already is heard again, and not kept once more.
      repeats = { sinceMs: repeats?.sinceMs ?? atMs, windows: (repeats?.windows ?? 0) + 1 };
      if (repeats.windows >= repeatsToEnd) end(atMs - repeats.sinceMs + windowMs);
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
