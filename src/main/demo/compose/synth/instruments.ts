// How each instrument sits in the mix: its channel strip.

import type { InstrumentName } from '../score.ts';

export type Strip = {
  /** RMS of its playing stretches before mastering, in dBFS. */
  readonly levelDb: number;
  readonly pan: number;
  /** How far single notes stray from `pan`. */
  readonly spread: number;
  readonly reverb: number;
  readonly delay: number;
  readonly highPassHz: number;
  /** 0 to 1: width and wobble of a chorus. */
  readonly chorus: number;
  /** Depth by which the kick pushes it down, 0 to 1. */
  readonly duck: number;
  readonly releaseSeconds: number;
  /** Part of the written length that is held. */
  readonly gate: number;
  /** Tone: gain in dB of a bell at a frequency. */
  readonly tone?: readonly (readonly [hz: number, q: number, gainDb: number])[];
};

const plain = {
  pan: 0,
  spread: 0,
  reverb: 0.12,
  delay: 0,
  highPassHz: 90,
  chorus: 0,
  duck: 0,
  releaseSeconds: 0.1,
  gate: 0.95,
};

export const strips: Readonly<Record<InstrumentName, Strip>> = {
  subBass: { ...plain, levelDb: -18, reverb: 0, highPassHz: 30, duck: 0.55, releaseSeconds: 0.06 },
  fingerBass: {
    ...plain,
    levelDb: -17.5,
    reverb: 0.02,
    highPassHz: 34,
    duck: 0.3,
    releaseSeconds: 0.07,
    tone: [[800, 0.9, 2]],
  },
  logDrum: {
    ...plain,
    levelDb: -15.5,
    reverb: 0.05,
    highPassHz: 32,
    duck: 0.25,
    releaseSeconds: 0.2,
  },
  agidigbo: {
    ...plain,
    levelDb: -19,
    reverb: 0.08,
    highPassHz: 50,
    releaseSeconds: 0.2,
    pan: 0.05,
  },
  electricPiano: {
    ...plain,
    levelDb: -23.5,
    pan: -0.1,
    spread: 0.25,
    reverb: 0.2,
    chorus: 0.5,
    duck: 0.15,
    highPassHz: 140,
    releaseSeconds: 0.22,
    tone: [[2200, 0.8, 2]],
  },
  piano: {
    ...plain,
    levelDb: -23,
    pan: 0.08,
    spread: 0.35,
    reverb: 0.22,
    highPassHz: 110,
    releaseSeconds: 0.2,
    tone: [[3000, 0.8, 3]],
  },
  organ: {
    ...plain,
    levelDb: -27.5,
    pan: -0.12,
    spread: 0.1,
    reverb: 0.25,
    chorus: 0.8,
    highPassHz: 130,
    releaseSeconds: 0.08,
  },
  pad: {
    ...plain,
    levelDb: -28.5,
    spread: 0.7,
    reverb: 0.4,
    chorus: 0.7,
    duck: 0.35,
    highPassHz: 190,
    releaseSeconds: 0.5,
    gate: 1,
  },
  strings: {
    ...plain,
    levelDb: -27,
    spread: 0.7,
    reverb: 0.4,
    chorus: 0.4,
    highPassHz: 200,
    releaseSeconds: 0.35,
    gate: 1,
  },
  brass: {
    ...plain,
    levelDb: -23.5,
    pan: 0.2,
    spread: 0.15,
    reverb: 0.28,
    delay: 0.05,
    chorus: 0.3,
    highPassHz: 170,
    releaseSeconds: 0.1,
    gate: 0.85,
  },
  mallet: {
    ...plain,
    levelDb: -25,
    pan: 0.28,
    spread: 0.2,
    reverb: 0.25,
    delay: 0.22,
    highPassHz: 200,
    releaseSeconds: 0.35,
  },
  guitar: {
    ...plain,
    levelDb: -24.5,
    pan: 0.62,
    spread: 0.06,
    reverb: 0.16,
    delay: 0.1,
    chorus: 0.3,
    highPassHz: 160,
    releaseSeconds: 0.09,
    tone: [[2600, 0.9, 3]],
  },
  guitarTwo: {
    ...plain,
    levelDb: -25,
    pan: -0.68,
    spread: 0.06,
    reverb: 0.16,
    delay: 0.06,
    chorus: 0.25,
    highPassHz: 150,
    releaseSeconds: 0.1,
    tone: [[1800, 0.9, 2]],
  },
  soloGuitar: {
    ...plain,
    levelDb: -21.5,
    pan: 0.14,
    spread: 0.05,
    reverb: 0.2,
    delay: 0.18,
    chorus: 0.35,
    highPassHz: 200,
    releaseSeconds: 0.12,
    tone: [[3100, 0.9, 3.5]],
  },
  palmGuitar: {
    ...plain,
    levelDb: -24,
    pan: -0.52,
    spread: 0.06,
    reverb: 0.14,
    delay: 0.08,
    chorus: 0.15,
    highPassHz: 170,
    releaseSeconds: 0.06,
    tone: [[2400, 0.9, 3]],
  },
  slideGuitar: {
    ...plain,
    levelDb: -23.5,
    pan: 0.22,
    reverb: 0.3,
    delay: 0.2,
    chorus: 0.3,
    highPassHz: 220,
    releaseSeconds: 0.3,
  },
  inanga: {
    ...plain,
    levelDb: -19.5,
    pan: -0.08,
    spread: 0.22,
    reverb: 0.22,
    delay: 0.03,
    highPassHz: 80,
    releaseSeconds: 0.5,
    tone: [
      [320, 1.2, 3],
      [1600, 1, 3],
    ],
  },
  musicalBow: {
    ...plain,
    levelDb: -21.5,
    pan: 0.1,
    reverb: 0.14,
    highPassHz: 55,
    releaseSeconds: 0.3,
  },
  flute: {
    ...plain,
    levelDb: -24.5,
    pan: 0.24,
    reverb: 0.34,
    delay: 0.16,
    highPassHz: 250,
    releaseSeconds: 0.12,
  },
  synthLead: {
    ...plain,
    levelDb: -25.5,
    pan: 0.12,
    reverb: 0.25,
    delay: 0.25,
    chorus: 0.3,
    highPassHz: 220,
    releaseSeconds: 0.12,
  },
  tenor: {
    ...plain,
    levelDb: -18.5,
    reverb: 0.2,
    delay: 0.12,
    highPassHz: 120,
    tone: [[3000, 0.8, 3]],
  },
  alto: {
    ...plain,
    levelDb: -18.5,
    reverb: 0.22,
    delay: 0.13,
    highPassHz: 150,
    tone: [[3200, 0.8, 3]],
  },
  choirHigh: { ...plain, levelDb: -24.5, pan: 0.3, spread: 0.5, reverb: 0.35, highPassHz: 200 },
  choirMid: { ...plain, levelDb: -24.5, pan: -0.3, spread: 0.5, reverb: 0.35, highPassHz: 160 },
  choirLow: { ...plain, levelDb: -24, spread: 0.5, reverb: 0.32, highPassHz: 100 },
};

/** Instruments that sing lines, and by how many singers: cents off and place of each. */
export const singers: Readonly<
  Partial<
    Record<
      InstrumentName,
      {
        readonly range: 'male' | 'female';
        readonly vowelsOnly: boolean;
        readonly voices: readonly (readonly [cents: number, pan: number])[];
      }
    >
  >
> = {
  tenor: { range: 'male', vowelsOnly: false, voices: [[0, 0]] },
  alto: { range: 'female', vowelsOnly: false, voices: [[0, 0]] },
  choirHigh: {
    range: 'female',
    vowelsOnly: true,
    voices: [
      [-9, -1],
      [8, 1],
    ],
  },
  choirMid: {
    range: 'male',
    vowelsOnly: true,
    voices: [
      [7, -1],
      [-8, 1],
    ],
  },
  choirLow: {
    range: 'male',
    vowelsOnly: true,
    voices: [
      [-6, -1],
      [9, 1],
    ],
  },
};
