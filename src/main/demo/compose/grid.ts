// Where steps fall in samples, and laying sound there.

import type { Score } from './score.ts';

export type Grid = {
  readonly rate: number;
  /** Whole, so that bars repeat on the same sample. */
  readonly barFrames: number;
  readonly frames: number;
  readonly frameOf: (step: number) => number;
};

/** For the last chord to ring. */
const tailSeconds = 3.4;

export function gridOf(score: Score, rate: number): Grid {
  const { stepsPerBar, stepsPerBeat } = score.meter;
  const barFrames = Math.round((60 / score.tempoBpm) * (stepsPerBar / stepsPerBeat) * rate);
  const stepFrames = barFrames / stepsPerBar;
  return {
    rate,
    barFrames,
    frames: score.bars * barFrames + Math.round(tailSeconds * rate),
    frameOf: (step) => {
      const bar = Math.floor(step / stepsPerBar);
      const inBar = step - bar * stepsPerBar;
      const late = Math.floor(inBar) % 2 === 1 ? score.swing : 0;
      return Math.round(bar * barFrames + (inBar + late) * stepFrames);
    },
  };
}

export function addPanned(
  x: Float32Array,
  frames: number,
  from: number,
  gain: number,
  pan: number,
  left: Float32Array,
  right: Float32Array,
): void {
  // Equal power, unity in the middle.
  const angle = ((pan + 1) * Math.PI) / 4;
  const l = gain * Math.SQRT2 * Math.cos(angle);
  const r = gain * Math.SQRT2 * Math.sin(angle);
  const at = Math.max(0, from);
  const long = Math.min(frames, left.length - at);
  for (let i = 0; i < long; i++) {
    const v = x[i]!;
    left[at + i]! += v * l;
    right[at + i]! += v * r;
  }
}

export function addMono(
  x: Float32Array,
  frames: number,
  from: number,
  gain: number,
  out: Float32Array,
): void {
  const at = Math.max(0, from);
  const long = Math.min(frames, out.length - at);
  for (let i = 0; i < long; i++) out[at + i]! += x[i]! * gain;
}
