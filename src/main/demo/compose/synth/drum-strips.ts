// How each drum sits in the mix.

import type { DrumName } from '../score.ts';

export type DrumStrip = {
  readonly levelDb: number;
  readonly pan: number;
  readonly reverb: number;
  /** Range of its pitch, as a factor, from recording to recording. */
  readonly tunes: readonly [number, number];
  /** Skins that sing are tuned to the song: the pitch that then lies on its tonic or fifth. */
  readonly tunedHz?: number;
};

export const drumStrips: Readonly<Record<DrumName, DrumStrip>> = {
  kick: { levelDb: -4, pan: 0, reverb: 0.02, tunes: [0.92, 1.1] },
  snare: { levelDb: -9, pan: 0.04, reverb: 0.16, tunes: [0.9, 1.15] },
  rim: { levelDb: -13, pan: 0.14, reverb: 0.14, tunes: [0.9, 1.12] },
  clap: { levelDb: -12, pan: -0.05, reverb: 0.2, tunes: [0.9, 1.15] },
  hat: { levelDb: -19, pan: 0.24, reverb: 0.05, tunes: [0.9, 1.15] },
  shaker: { levelDb: -20, pan: -0.42, reverb: 0.08, tunes: [0.85, 1.15] },
  shekere: { levelDb: -17, pan: 0.4, reverb: 0.1, tunes: [0.85, 1.2] },
  conga: { levelDb: -12, pan: -0.3, reverb: 0.14, tunes: [0.9, 1.12], tunedHz: 228 },
  talking: { levelDb: -11, pan: 0.26, reverb: 0.16, tunes: [0.9, 1.15], tunedHz: 250 },
  bell: { levelDb: -18, pan: 0.48, reverb: 0.14, tunes: [0.88, 1.2] },
  clave: { levelDb: -18, pan: -0.5, reverb: 0.2, tunes: [0.94, 1.06] },
  tom: { levelDb: -8, pan: -0.15, reverb: 0.16, tunes: [0.9, 1.1], tunedHz: 128 },
  crash: { levelDb: -17, pan: -0.2, reverb: 0.12, tunes: [0.9, 1.1] },
  ride: { levelDb: -21, pan: 0.35, reverb: 0.06, tunes: [0.9, 1.1] },
  tambourine: { levelDb: -20, pan: 0.3, reverb: 0.14, tunes: [0.9, 1.1] },
  ingoma: { levelDb: -5, pan: -0.06, reverb: 0.16, tunes: [0.9, 1.12], tunedHz: 71 },
  ishakwe: { levelDb: -15, pan: 0.28, reverb: 0.14, tunes: [0.9, 1.12], tunedHz: 305 },
  jingles: { levelDb: -20, pan: -0.35, reverb: 0.14, tunes: [1, 1] },
  sakara: { levelDb: -13, pan: -0.22, reverb: 0.12, tunes: [0.9, 1.12], tunedHz: 342 },
};
