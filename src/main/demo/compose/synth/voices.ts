// The pitched instruments that play note by note. A voice writes `frames` samples of one note; the part's strip
// (instruments.ts) decides level, place and room afterwards.

import type { Random } from '../random.ts';
import type { InstrumentName } from '../score.ts';
import {
  bandPass,
  bell,
  envelope,
  highPass,
  lowPass,
  saturate,
  scale,
  sweptLowPass,
} from './filters.ts';
import { pluck, type StringKind } from './pluck.ts';
import { modulate, oscillate, type Shape, type Tables } from './wavetable.ts';

export type Booth = {
  readonly rate: number;
  readonly tables: Tables;
  readonly random: Random;
  /** Scratch, each longer than any note. */
  readonly string: Float32Array;
  readonly spare: Float32Array;
};

export type Tone = {
  readonly hz: number;
  readonly velocity: number;
  readonly frames: number;
  /** Frames until the finger leaves; the rest is release. */
  readonly held: number;
};

export type NoteVoice = (out: Float32Array, tone: Tone, booth: Booth) => void;

const strings = {
  bass: { brightness: 0.3, ringSeconds: 2.2, damping: 0.34, position: 0.18 },
  clean: { brightness: 0.75, ringSeconds: 2.6, damping: 0.14, position: 0.22 },
  warm: { brightness: 0.5, ringSeconds: 2.2, damping: 0.25, position: 0.3 },
  bright: { brightness: 0.95, ringSeconds: 1.9, damping: 0.08, position: 0.13 },
  muted: { brightness: 0.7, ringSeconds: 0.42, damping: 0.26, position: 0.16 },
  zither: { brightness: 0.42, ringSeconds: 1.8, damping: 0.3, position: 0.36 },
  hammer: { brightness: 0.4, ringSeconds: 5, damping: 0.2, position: 0.12 },
  bow: { brightness: 0.6, ringSeconds: 1.4, damping: 0.2, position: 0.1 },
} as const satisfies Readonly<Record<string, StringKind>>;

function stringVoice(kind: StringKind, second: number): NoteVoice {
  return (out, tone, booth) => {
    const { frames, hz, velocity, held } = tone;
    pluck(out, frames, hz, velocity, kind, booth.rate, booth.random, booth.string);
    if (second > 0) {
      // A second string a few cents off: the shimmer of a course, of a piano, of an electric pair.
      pluck(
        booth.spare,
        frames,
        hz * 2 ** (4 / 1200),
        velocity,
        kind,
        booth.rate,
        booth.random,
        booth.string,
      );
      for (let i = 0; i < frames; i++) out[i] = (out[i]! + second * booth.spare[i]!) * 0.72;
    }
    envelope(out, frames, held, { attack: 0.001, decay: 1, sustain: 1 }, booth.rate);
  };
}

const fingerBass: NoteVoice = (out, tone, booth) => {
  pluck(
    out,
    tone.frames,
    tone.hz,
    tone.velocity,
    strings.bass,
    booth.rate,
    booth.random,
    booth.string,
  );
  oscillate(
    out,
    tone.frames,
    booth.tables('sine', tone.hz),
    tone.hz,
    booth.rate,
    0.32 * tone.velocity,
    0,
  );
  lowPass(out, tone.frames, 2600, booth.rate);
  saturate(out, tone.frames, 1.2);
  envelope(out, tone.frames, tone.held, { attack: 0.004, decay: 0.7, sustain: 0.45 }, booth.rate);
};

const subBass: NoteVoice = (out, tone, booth) => {
  out.fill(0, 0, tone.frames);
  oscillate(out, tone.frames, booth.tables('sine', tone.hz), tone.hz, booth.rate, 0.85, 0, 240);
  oscillate(out, tone.frames, booth.tables('saw', tone.hz), tone.hz, booth.rate, 0.42, 0, 240);
  sweptLowPass(out, tone.frames, 340, 900 * tone.velocity, 0.07, 0.15, booth.rate);
  saturate(out, tone.frames, 1.5);
  scale(out, tone.frames, tone.velocity);
  envelope(out, tone.frames, tone.held, { attack: 0.006, decay: 0.5, sustain: 0.7 }, booth.rate);
};

/** The log drum of amapiano: a struck tone that falls into its pitch, overdriven. */
const logDrum: NoteVoice = (out, tone, booth) => {
  modulate(
    out,
    tone.frames,
    booth.tables('sine', 100),
    tone.hz,
    1,
    1.4 * tone.velocity,
    0.05,
    booth.rate,
  );
  booth.spare.fill(0, 0, tone.frames);
  oscillate(
    booth.spare,
    tone.frames,
    booth.tables('sine', tone.hz),
    tone.hz,
    booth.rate,
    1.2,
    0,
    700,
  );
  for (let i = 0; i < tone.frames; i++) out[i] = 0.5 * out[i]! + 0.8 * booth.spare[i]!;
  saturate(out, tone.frames, 1.7);
  const knock = Math.min(tone.frames, Math.round(0.012 * booth.rate));
  for (let i = 0; i < knock; i++) out[i]! += 0.3 * (booth.random.next() - 0.5) * (1 - i / knock);
  scale(out, tone.frames, tone.velocity);
  envelope(out, tone.frames, tone.held, { attack: 0.002, decay: 0.26, sustain: 0.06 }, booth.rate);
};

/** Bars and tongues: a few partials that are no overtones. */
function barVoice(
  partials: readonly (readonly [ratio: number, gain: number, decay: number])[],
  buzz: number,
): NoteVoice {
  return (out, tone, booth) => {
    out.fill(0, 0, tone.frames);
    const { rate, spare } = booth;
    for (const [ratio, gain, decay] of partials) {
      const hz = tone.hz * ratio;
      if (hz > rate * 0.42) continue;
      spare.fill(0, 0, tone.frames);
      oscillate(
        spare,
        tone.frames,
        booth.tables('sine', hz),
        hz,
        rate,
        gain * (ratio > 1 ? 0.4 + 0.6 * tone.velocity : 1),
        0,
      );
      envelope(
        spare,
        tone.frames,
        tone.frames,
        { attack: 0.0015, decay: decay * (220 / tone.hz) ** 0.35, sustain: 0 },
        rate,
      );
      for (let i = 0; i < tone.frames; i++) out[i]! += spare[i]!;
    }
    if (buzz > 0) {
      for (let i = 0; i < tone.frames; i++)
        out[i] = out[i]! + buzz * Math.abs(out[i]!) * (booth.random.next() - 0.5);
    }
    scale(out, tone.frames, tone.velocity);
    envelope(
      out,
      tone.frames,
      Math.max(tone.held, Math.min(tone.frames, Math.round(0.25 * rate))),
      { attack: 0.001, decay: 5, sustain: 1 },
      rate,
    );
  };
}

const electricPiano: NoteVoice = (out, tone, booth) => {
  const { rate, spare } = booth;
  const sine = booth.tables('sine', 100);
  modulate(
    out,
    tone.frames,
    sine,
    tone.hz,
    1,
    0.5 + 1.1 * tone.velocity * tone.velocity,
    0.7,
    rate,
  );
  const tineHz = tone.hz * 14;
  if (tineHz < rate * 0.4) {
    modulate(spare, tone.frames, sine, tone.hz, 14, 0.35 * tone.velocity, 0.12, rate);
    for (let i = 0; i < tone.frames; i++) out[i] = 0.75 * out[i]! + 0.25 * spare[i]!;
  }
  scale(out, tone.frames, tone.velocity);
  envelope(out, tone.frames, tone.held, { attack: 0.003, decay: 1.1, sustain: 0.2 }, rate);
};

type Bowed = {
  readonly shape: Shape;
  readonly detune: number;
  readonly attack: number;
  readonly baseHz: number;
  readonly sweepHz: number;
  readonly sweep: number;
  readonly vibrato: number;
  readonly scoop: number;
};

/** Sustained voices of two or three oscillators through a moving low-pass. */
function bowedVoice(kind: Bowed): NoteVoice {
  return (out, tone, booth) => {
    out.fill(0, 0, tone.frames);
    const { rate, random } = booth;
    const table = booth.tables(kind.shape, tone.hz);
    const vibrato = { hz: random.between(4.6, 5.6), cents: kind.vibrato, afterSeconds: 0.18 };
    for (const cents of kind.detune > 0 ? [-kind.detune, kind.detune * 0.1, kind.detune] : [0]) {
      oscillate(
        out,
        tone.frames,
        table,
        tone.hz * 2 ** (cents / 1200),
        rate,
        kind.detune > 0 ? 0.4 : 0.8,
        random.next(),
        kind.scoop,
        vibrato,
      );
    }
    sweptLowPass(
      out,
      tone.frames,
      kind.baseHz,
      kind.sweepHz * tone.velocity,
      kind.sweep,
      0.1,
      rate,
    );
    scale(out, tone.frames, tone.velocity);
    envelope(out, tone.frames, tone.held, { attack: kind.attack, decay: 0.6, sustain: 0.78 }, rate);
  };
}

const organ: NoteVoice = (out, tone, booth) => {
  out.fill(0, 0, tone.frames);
  oscillate(
    out,
    tone.frames,
    booth.tables('organ', tone.hz),
    tone.hz,
    booth.rate,
    0.8,
    booth.random.next(),
    0,
    { hz: 6.1, cents: 5, afterSeconds: 0 },
  );
  envelope(out, tone.frames, tone.held, { attack: 0.008, decay: 1, sustain: 1 }, booth.rate);
};

const flute: NoteVoice = (out, tone, booth) => {
  out.fill(0, 0, tone.frames);
  const { rate, random, spare } = booth;
  oscillate(out, tone.frames, booth.tables('flute', tone.hz), tone.hz, rate, 0.8, 0, -60, {
    hz: 5,
    cents: 18,
    afterSeconds: 0.15,
  });
  for (let i = 0; i < tone.frames; i++) spare[i] = random.next() - 0.5;
  bandPass(spare, tone.frames, Math.min(tone.hz * 2, rate * 0.4), 1.5, rate);
  for (let i = 0; i < tone.frames; i++) out[i]! += 0.3 * spare[i]!;
  scale(out, tone.frames, tone.velocity);
  envelope(out, tone.frames, tone.held, { attack: 0.035, decay: 0.4, sustain: 0.8 }, rate);
};

/** A steel guitar slides into its note and trembles there. */
const slideGuitar: NoteVoice = (out, tone, booth) => {
  out.fill(0, 0, tone.frames);
  const vibrato = { hz: 5.4, cents: 22, afterSeconds: 0.12 };
  oscillate(
    out,
    tone.frames,
    booth.tables('steel', tone.hz),
    tone.hz,
    booth.rate,
    0.9 * tone.velocity,
    0,
    -170,
    vibrato,
  );
  sweptLowPass(out, tone.frames, 1400, 3800 * tone.velocity, 0.25, 0.1, booth.rate);
  envelope(out, tone.frames, tone.held, { attack: 0.006, decay: 0.9, sustain: 0.35 }, booth.rate);
};

/** The umuduri: one string, a gourd that opens and closes on the chest. */
const musicalBow: NoteVoice = (out, tone, booth) => {
  pluck(
    out,
    tone.frames,
    tone.hz,
    tone.velocity,
    strings.bow,
    booth.rate,
    booth.random,
    booth.string,
  );
  bell(out, tone.frames, 420 + 260 * booth.random.next(), 2.5, 9, booth.rate);
  oscillate(
    out,
    tone.frames,
    booth.tables('sine', tone.hz),
    tone.hz,
    booth.rate,
    0.25 * tone.velocity,
    0,
  );
  highPass(out, tone.frames, 50, booth.rate);
  envelope(out, tone.frames, tone.held, { attack: 0.001, decay: 0.9, sustain: 0.5 }, booth.rate);
};

export const noteVoices: Readonly<Partial<Record<InstrumentName, NoteVoice>>> = {
  subBass,
  fingerBass,
  logDrum,
  electricPiano,
  organ,
  flute,
  slideGuitar,
  musicalBow,
  agidigbo: barVoice(
    [
      [1, 0.9, 0.3],
      [2.02, 0.18, 0.12],
      [5.4, 0.12, 0.04],
    ],
    0.5,
  ),
  mallet: barVoice(
    [
      [1, 0.8, 0.32],
      [3.93, 0.22, 0.1],
      [9.4, 0.09, 0.03],
    ],
    0,
  ),
  piano: stringVoice(strings.hammer, 0.9),
  guitar: stringVoice(strings.clean, 0),
  guitarTwo: stringVoice(strings.warm, 0),
  soloGuitar: stringVoice(strings.bright, 0.5),
  palmGuitar: stringVoice(strings.muted, 0),
  inanga: stringVoice(strings.zither, 0.7),
  pad: bowedVoice({
    shape: 'saw',
    detune: 9,
    attack: 0.35,
    baseHz: 900,
    sweepHz: 500,
    sweep: 1.5,
    vibrato: 0,
    scoop: 0,
  }),
  strings: bowedVoice({
    shape: 'saw',
    detune: 7,
    attack: 0.14,
    baseHz: 2300,
    sweepHz: 600,
    sweep: 0.8,
    vibrato: 14,
    scoop: 0,
  }),
  brass: bowedVoice({
    shape: 'saw',
    detune: 5,
    attack: 0.03,
    baseHz: 1500,
    sweepHz: 3000,
    sweep: 0.16,
    vibrato: 10,
    scoop: -70,
  }),
  synthLead: bowedVoice({
    shape: 'pulse',
    detune: 4,
    attack: 0.008,
    baseHz: 1900,
    sweepHz: 2600,
    sweep: 0.18,
    vibrato: 16,
    scoop: 0,
  }),
};
