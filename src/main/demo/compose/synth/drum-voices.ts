// Every drum is computed, none is sampled: modes of skins and bars as decaying sines, everything else as shaped
// noise. A voice returns one stroke, peak 1; `turn` (0, 1, 2) makes consecutive strokes differ as hands do.

import type { Random } from '../random.ts';
import type { DrumName } from '../score.ts';
import { bandPass, highPass, lowPass, saturate, scale } from './filters.ts';

export type Stroke = {
  readonly letter: string;
  readonly rate: number;
  readonly random: Random;
  readonly tune: number;
};
type DrumVoice = (stroke: Stroke) => Float32Array;

function silence(seconds: number, rate: number): Float32Array {
  return new Float32Array(Math.ceil(seconds * rate));
}

/** Adds a sine that falls from `fromHz` to `toHz` (time constant `bend`) and dies with time constant `decay`. */
function mode(
  x: Float32Array,
  rate: number,
  fromHz: number,
  toHz: number,
  bend: number,
  decay: number,
  gain: number,
): void {
  const bendFall = Math.exp(-1 / (bend * rate));
  const decayFall = Math.exp(-1 / (decay * rate));
  let extra = ((fromHz - toHz) * 2 * Math.PI) / rate;
  const base = (toHz * 2 * Math.PI) / rate;
  let phase = 0;
  let level = gain;
  for (let i = 0; i < x.length; i++) {
    x[i]! += level * Math.sin(phase);
    phase += base + extra;
    extra *= bendFall;
    level *= decayFall;
  }
}

function noise(
  seconds: number,
  decay: number,
  { rate, random }: Stroke,
  attack = 0.0005,
): Float32Array {
  const x = silence(seconds, rate);
  const fall = Math.exp(-1 / (decay * rate));
  const rise = Math.max(1, attack * rate);
  let level = 1;
  for (let i = 0; i < x.length; i++) {
    x[i] = (random.next() * 2 - 1) * level * Math.min(1, (i + 1) / rise);
    if (i > rise) level *= fall;
  }
  return x;
}

function add(into: Float32Array, other: Float32Array, gain: number, delayFrames = 0): void {
  for (let i = 0, to = Math.min(other.length, into.length - delayFrames); i < to; i++)
    into[i + delayFrames]! += other[i]! * gain;
}

/** Peak 1, and the last milliseconds faded so that no stroke ends in a click. */
function finish(x: Float32Array, rate: number): Float32Array {
  let peak = 1e-9;
  for (let i = 0; i < x.length; i++) peak = Math.max(peak, Math.abs(x[i]!));
  scale(x, x.length, 1 / peak);
  const fade = Math.min(x.length, Math.round(0.008 * rate));
  for (let i = 0; i < fade; i++) x[x.length - 1 - i]! *= i / fade;
  return x;
}

const kick: DrumVoice = (s) => {
  const x = silence(0.42, s.rate);
  mode(x, s.rate, 195 * s.tune, 56 * s.tune, 0.022, 0.12, 1);
  const click = noise(0.02, 0.004, s);
  highPass(click, click.length, 1500, s.rate);
  add(x, click, 0.35);
  const beater = noise(0.03, 0.008, s);
  bandPass(beater, beater.length, 420, 1, s.rate);
  add(x, beater, 0.5);
  saturate(x, x.length, 1.3);
  return finish(x, s.rate);
};

const snare: DrumVoice = (s) => {
  const x = silence(0.32, s.rate);
  mode(x, s.rate, 260 * s.tune, 186 * s.tune, 0.012, 0.06, 0.75);
  mode(x, s.rate, 380 * s.tune, 331 * s.tune, 0.012, 0.04, 0.35);
  const wires = noise(0.3, s.letter === 'g' ? 0.04 : 0.085, s, 0.001);
  highPass(wires, wires.length, 1400, s.rate);
  lowPass(wires, wires.length, 9500, s.rate);
  add(x, wires, 0.65);
  return finish(x, s.rate);
};

const rim: DrumVoice = (s) => {
  const x = silence(0.12, s.rate);
  mode(x, s.rate, 1720 * s.tune, 1680 * s.tune, 0.01, 0.011, 0.8);
  mode(x, s.rate, 640 * s.tune, 520 * s.tune, 0.01, 0.022, 0.7);
  const tick = noise(0.02, 0.003, s);
  highPass(tick, tick.length, 2500, s.rate);
  add(x, tick, 0.4);
  return finish(x, s.rate);
};

const clap: DrumVoice = (s) => {
  const x = silence(0.3, s.rate);
  for (const [ms, gain] of [
    [0, 0.7],
    [9, 0.8],
    [19, 0.75],
    [27, 1],
  ] as const) {
    const hand = noise(0.2, ms === 27 ? 0.07 : 0.006, s, 0.0008);
    add(x, hand, gain, Math.round((ms * (0.9 + 0.2 * s.random.next()) * s.rate) / 1000));
  }
  bandPass(x, x.length, 1350 * s.tune, 0.9, s.rate);
  highPass(x, x.length, 600, s.rate);
  return finish(x, s.rate);
};

/** Metal: six squares that share no overtone, as in the drum machines everybody knows, and noise. */
function metal(x: Float32Array, s: Stroke, base: number, decay: number): void {
  const ratios = [1, 1.342, 1.2312, 1.6532, 1.9523, 2.1523];
  const fall = Math.exp(-1 / (decay * s.rate));
  const phases = ratios.map(() => s.random.next());
  let level = 1;
  for (let i = 0; i < x.length; i++) {
    let sum = 0;
    for (let k = 0; k < 6; k++) {
      let p = phases[k]! + (base * ratios[k]!) / s.rate;
      if (p >= 1) p -= 1;
      phases[k] = p;
      sum += p < 0.5 ? 1 : -1;
    }
    x[i]! += level * (sum / 6 + (s.random.next() - 0.5) * 0.9);
    level *= fall;
  }
}

const hat: DrumVoice = (s) => {
  const open = s.letter === 'o';
  const x = silence(open ? 0.42 : 0.14, s.rate);
  metal(x, s, 540 * s.tune, open ? 0.11 : s.letter === 'g' ? 0.014 : 0.026);
  highPass(x, x.length, Math.min(6800, s.rate * 0.36), s.rate);
  highPass(x, x.length, Math.min(5200, s.rate * 0.3), s.rate);
  return finish(x, s.rate);
};

const ride: DrumVoice = (s) => {
  const x = silence(1.1, s.rate);
  metal(x, s, 420 * s.tune, 0.3);
  highPass(x, x.length, Math.min(4200, s.rate * 0.28), s.rate);
  const ping = silence(1.1, s.rate);
  mode(ping, s.rate, 3150 * s.tune, 3150 * s.tune, 0.1, 0.16, 0.12);
  add(x, ping, 1);
  return finish(x, s.rate);
};

const crash: DrumVoice = (s) => {
  const x = silence(2.2, s.rate);
  metal(x, s, 330 * s.tune, 0.55);
  highPass(x, x.length, Math.min(2600, s.rate * 0.2), s.rate);
  lowPass(x, x.length, 11500, s.rate);
  return finish(x, s.rate);
};

/** Seeds swing to one side, then hit: a soft rise before the stroke. */
const shaker: DrumVoice = (s) => {
  const x = noise(0.13, s.letter === 'X' ? 0.034 : 0.022, s, s.letter === 'g' ? 0.022 : 0.012);
  bandPass(x, x.length, Math.min(6300 * s.tune, s.rate * 0.38), 0.8, s.rate);
  highPass(x, x.length, 3000, s.rate);
  return finish(x, s.rate);
};

const shekere: DrumVoice = (s) => {
  const x = silence(0.22, s.rate);
  const beads = noise(0.2, s.letter === 'X' ? 0.05 : 0.028, s, 0.009);
  bandPass(beads, beads.length, 4300 * s.tune, 0.7, s.rate);
  add(x, beads, 1);
  if (s.letter === 'X') mode(x, s.rate, 240, 185, 0.02, 0.045, 0.4);
  return finish(x, s.rate);
};

const conga: DrumVoice = (s) => {
  const x = silence(0.4, s.rate);
  const hz = s.tune * (s.letter === 'l' ? 172 : 228);
  const touch = noise(0.04, s.letter === 's' ? 0.011 : 0.004, s);
  bandPass(touch, touch.length, s.letter === 's' ? 2100 : 900, 0.8, s.rate);
  switch (s.letter) {
    case 's':
      mode(x, s.rate, hz * 1.9, hz * 1.75, 0.01, 0.028, 0.6);
      mode(x, s.rate, hz * 4.1, hz * 3.9, 0.01, 0.014, 0.35);
      add(x, touch, 1.6);
      break;
    case 't':
    case 'g':
      mode(x, s.rate, hz, hz * 0.92, 0.01, 0.022, 0.5);
      add(x, touch, 1.1);
      break;
    default:
      mode(x, s.rate, hz * 1.12, hz, 0.016, 0.12, 1);
      mode(x, s.rate, hz * 1.62, hz * 1.59, 0.02, 0.055, 0.3);
      mode(x, s.rate, hz * 2.31, hz * 2.3, 0.02, 0.03, 0.2);
      add(x, touch, 0.7);
  }
  return finish(x, s.rate);
};

/** The hourglass drum: squeezing its cords raises the skin, so one stroke can glide from tone to tone. */
const talking: DrumVoice = (s) => {
  const x = silence(0.5, s.rate);
  const tones: Readonly<Record<string, readonly [number, number]>> = {
    L: [140, 125],
    M: [204, 187],
    H: [262, 250],
    '/': [135, 250],
    '\\': [262, 128],
  };
  const [from, to] = tones[s.letter] ?? tones['M']!;
  const glide = s.letter === '/' || s.letter === '\\';
  const bend = glide ? 0.09 : 0.03;
  const decay = glide ? 0.2 : 0.14;
  mode(x, s.rate, from * s.tune, to * s.tune, bend, decay, 1);
  mode(x, s.rate, from * 2.14 * s.tune, to * 2.14 * s.tune, bend, decay * 0.5, 0.34);
  mode(x, s.rate, from * 3.2 * s.tune, to * 3.2 * s.tune, bend, decay * 0.3, 0.16);
  const stick = noise(0.03, 0.005, s);
  bandPass(stick, stick.length, 1700, 0.9, s.rate);
  add(x, stick, 0.8);
  return finish(x, s.rate);
};

const bell: DrumVoice = (s) => {
  const x = silence(0.4, s.rate);
  const hz = 610 * s.tune * (s.letter === 'X' ? 1 : s.random.chance(0.5) ? 1 : 1.004);
  for (const [ratio, decay, gain] of [
    [1, 0.09, 0.6],
    [1.51, 0.075, 0.5],
    [2.74, 0.05, 0.35],
    [4.1, 0.03, 0.25],
    [5.43, 0.02, 0.15],
  ] as const) {
    mode(x, s.rate, hz * ratio, hz * ratio, 0.1, decay, gain);
  }
  return finish(x, s.rate);
};

const clave: DrumVoice = (s) => {
  const x = silence(0.14, s.rate);
  mode(x, s.rate, 2480 * s.tune, 2450 * s.tune, 0.02, 0.02, 1);
  mode(x, s.rate, 4300 * s.tune, 4300 * s.tune, 0.02, 0.006, 0.3);
  return finish(x, s.rate);
};

const tom: DrumVoice = (s) => {
  const x = silence(0.55, s.rate);
  const hz = s.tune * ({ h: 178, m: 128, l: 92 }[s.letter] ?? 128);
  mode(x, s.rate, hz * 1.5, hz, 0.03, 0.15, 1);
  mode(x, s.rate, hz * 1.7, hz * 1.59, 0.03, 0.06, 0.3);
  const skin = noise(0.08, 0.02, s);
  bandPass(skin, skin.length, 900, 0.7, s.rate);
  add(x, skin, 0.6);
  return finish(x, s.rate);
};

const tambourine: DrumVoice = (s) => {
  const x = silence(0.26, s.rate);
  metal(x, s, 1240 * s.tune, s.letter === 'X' ? 0.07 : 0.035);
  highPass(x, x.length, Math.min(5200, s.rate * 0.3), s.rate);
  return finish(x, s.rate);
};

/** The royal drums: cow skin on both ends of a hollowed trunk; strokes of a thick stick, long low tone. */
const ingoma: DrumVoice = (s) => {
  const x = silence(0.9, s.rate);
  const hz = 71 * s.tune * (s.letter === 'X' ? 1 : 1.32);
  mode(x, s.rate, hz * 1.45, hz, 0.03, s.letter === 'g' ? 0.1 : 0.24, 1);
  mode(x, s.rate, hz * 1.7, hz * 1.62, 0.03, 0.11, 0.45);
  mode(x, s.rate, hz * 2.4, hz * 2.3, 0.03, 0.07, 0.3);
  const stick = noise(0.06, 0.012, s);
  bandPass(stick, stick.length, 620, 0.6, s.rate);
  add(x, stick, 1.1);
  const edge = noise(0.02, 0.003, s);
  highPass(edge, edge.length, 2000, s.rate);
  add(x, edge, 0.25);
  return finish(x, s.rate);
};

/** The small sharp drum that gives the pulse. */
const ishakwe: DrumVoice = (s) => {
  const x = silence(0.22, s.rate);
  const hz = 305 * s.tune;
  mode(x, s.rate, hz * 1.2, hz, 0.012, 0.05, 0.9);
  mode(x, s.rate, hz * 1.66, hz * 1.6, 0.012, 0.03, 0.5);
  const stick = noise(0.03, 0.006, s);
  bandPass(stick, stick.length, 2600, 0.7, s.rate);
  add(x, stick, 1);
  return finish(x, s.rate);
};

/** Bells on the ankles: many small spheres, none in time with another. */
const jingles: DrumVoice = (s) => {
  const x = silence(0.32, s.rate);
  const grain = silence(0.1, s.rate);
  for (let i = 0; i < 9; i++) {
    grain.fill(0);
    const hz = s.random.between(3100, 6400);
    mode(
      grain,
      s.rate,
      Math.min(hz, s.rate * 0.4),
      Math.min(hz, s.rate * 0.4),
      0.1,
      s.random.between(0.014, 0.035),
      1,
    );
    add(
      x,
      grain,
      s.random.between(0.3, 1),
      Math.round(s.random.between(0, s.letter === 'X' ? 0.05 : 0.09) * s.rate),
    );
  }
  return finish(x, s.rate);
};

/** A frame drum beaten with a stick: dry, nasal. */
const sakara: DrumVoice = (s) => {
  const x = silence(0.26, s.rate);
  const hz = s.tune * (s.letter === 'X' ? 268 : 342);
  mode(x, s.rate, hz * 1.1, hz, 0.012, 0.055, 0.9);
  mode(x, s.rate, hz * 2.2, hz * 2.14, 0.012, 0.025, 0.4);
  const stick = noise(0.03, 0.007, s);
  bandPass(stick, stick.length, 1500, 0.7, s.rate);
  add(x, stick, 1);
  return finish(x, s.rate);
};

export const drumVoices: Readonly<Record<DrumName, DrumVoice>> = {
  kick,
  snare,
  rim,
  clap,
  hat,
  shaker,
  shekere,
  conga,
  talking,
  bell,
  clave,
  tom,
  crash,
  ride,
  tambourine,
  ingoma,
  ishakwe,
  jingles,
  sakara,
};
