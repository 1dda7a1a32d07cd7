// A voice without words: a glottal pulse through the formants of vowels, gliding from note to note within a breath,
// with hums, stops and hisses where syllables begin. Formants after the tables in B. Vercoe et al., The Csound
// Manual (formant values), four per vowel; the women's upper ones are raised to where a close microphone has them.

import type { Random } from '../random.ts';
import type { Tables } from './wavetable.ts';

export type Range = 'male' | 'female';
export type SungNote = {
  readonly from: number;
  readonly frames: number;
  readonly hz: number;
  readonly velocity: number;
};

type Vowel = {
  readonly hz: readonly number[];
  readonly db: readonly number[];
  readonly width: readonly number[];
};

const vowels: Readonly<Record<Range, readonly Vowel[]>> = {
  male: [
    { hz: [650, 1080, 2650, 2900], db: [0, -6, -9, -11], width: [80, 90, 120, 130] },
    { hz: [400, 1700, 2600, 3200], db: [0, -12, -12, -14], width: [70, 80, 100, 120] },
    { hz: [310, 1870, 2800, 3250], db: [0, -14, -16, -18], width: [60, 90, 100, 120] },
    { hz: [430, 820, 2600, 2800], db: [0, -8, -13, -15], width: [60, 80, 100, 120] },
    { hz: [370, 640, 2700, 2900], db: [0, -14, -18, -18], width: [60, 70, 100, 120] },
  ],
  female: [
    { hz: [800, 1150, 2850, 3500], db: [0, -4, -10, -16], width: [80, 90, 120, 130] },
    { hz: [450, 1700, 2700, 3300], db: [0, -12, -13, -17], width: [70, 80, 120, 150] },
    { hz: [370, 1800, 2750, 3700], db: [0, -12, -15, -18], width: [60, 100, 120, 150] },
    { hz: [480, 840, 2830, 3500], db: [0, -8, -13, -18], width: [70, 80, 100, 130] },
    { hz: [400, 720, 2530, 3500], db: [0, -11, -17, -22], width: [60, 70, 150, 180] },
  ],
};

const tableSize = 2048;
const controlFrames = 64;
/** A silence longer than this ends a breath: the voice stops instead of gliding over. */
const breathSeconds = 0.09;
type Consonant = 'none' | 'hum' | 'stop' | 'hiss' | 'glide';
const consonants: readonly Consonant[] = ['none', 'hum', 'stop', 'hiss', 'glide', 'stop', 'hum'];

type Formant = { b: number; a1: number; a2: number; gain: number; s1: number; s2: number };

export type Singer = {
  readonly range: Range;
  readonly cents: number;
  readonly vowelsOnly: boolean;
  readonly gain: number;
};

/** A singer at work: what moves from block to block while the line is sung. */
type Throat = {
  readonly out: Float32Array;
  readonly rate: number;
  readonly random: Random;
  readonly singer: Singer;
  readonly formants: readonly Formant[];
  /** Where the formants are on their way to the vowel. */
  readonly mouth: { readonly hz: number[]; readonly db: number[] };
  hz: number;
  phase: number;
  level: number;
};

type Syllable = {
  readonly note: SungNote;
  readonly end: number;
  /** Runs on into the next; came out of the one before. */
  readonly joined: boolean;
  readonly attached: boolean;
  readonly consonant: Consonant;
  readonly vowel: Vowel;
};

/** Adds one singer's line to `out`. Notes do not overlap and are in order. */
export function sing(
  out: Float32Array,
  notes: readonly SungNote[],
  singer: Singer,
  rate: number,
  tables: Tables,
  random: Random,
): void {
  const open = vowels[singer.range][0]!;
  const throat: Throat = {
    out,
    rate,
    random,
    singer,
    formants: open.hz.map(() => ({ b: 0, a1: 0, a2: 0, gain: 0, s1: 0, s2: 0 })),
    mouth: { hz: [...open.hz], db: [...open.db] },
    hz: notes[0]?.hz ?? 200,
    phase: 0,
    level: 0,
  };
  const breath = breathSeconds * rate;
  const fade = Math.round(0.12 * rate);
  notes.forEach((note, index) => {
    const before = notes[index - 1];
    const next = notes[index + 1];
    const joined = next !== undefined && next.from - (note.from + note.frames) < breath;
    const attached = before !== undefined && note.from - (before.from + before.frames) < breath;
    const held = (index >> 2) % 2 === 0 ? 0 : 3;
    const syllable: Syllable = {
      note,
      end: joined ? next.from : Math.min(out.length, note.from + note.frames + fade),
      joined,
      attached,
      consonant: singer.vowelsOnly ? 'none' : random.pick(consonants),
      vowel: vowels[singer.range][singer.vowelsOnly ? held : random.below(5)]!,
    };
    // A breath begins a little below its note and rises into it.
    if (!attached) throat.hz = note.hz * 2 ** (-50 / 1200);
    singSyllable(throat, syllable, tables);
  });
}

/** Seconds for which the mouth is shut, and how much sounds meanwhile. */
const closures: Readonly<Record<Consonant, readonly [seconds: number, level: number]>> = {
  none: [0, 1],
  glide: [0, 1],
  hum: [0.05, 0.35],
  stop: [0.035, 0.03],
  hiss: [0.055, 0.03],
};

function singSyllable(throat: Throat, syllable: Syllable, tables: Tables): void {
  const { note, end, joined, attached, consonant, vowel } = syllable;
  const { rate, random, mouth, formants } = throat;
  const tuned = note.hz * 2 ** (throat.singer.cents / 1200);
  const table = tables('glottal', tuned);
  const slide = 1 - Math.exp(-controlFrames / ((attached ? 0.03 : 0.045) * rate));
  const move = 1 - Math.exp(-controlFrames / ((consonant === 'glide' ? 0.08 : 0.03) * rate));
  const vibratoHz = random.between(4.9, 5.8);
  const vibratoPhase = random.next() * 2 * Math.PI;
  const [closedSeconds, closedLevel] = closures[consonant];
  const releaseFrom = joined ? Infinity : note.from + note.frames;
  for (let from = note.from; from < end; from += controlFrames) {
    const seconds = (from - note.from) / rate;
    throat.hz += slide * (tuned - throat.hz);
    const depth = 26 * Math.min(1, Math.max(0, (seconds - 0.22) / 0.3));
    const vibrato = depth * Math.sin(2 * Math.PI * vibratoHz * seconds + vibratoPhase);
    const drift = 5 * Math.sin(from * 1.7e-4 + vibratoPhase);
    formants.forEach((formant, k) => {
      mouth.hz[k]! += move * (vowel.hz[k]! - mouth.hz[k]!);
      mouth.db[k]! += move * (vowel.db[k]! - mouth.db[k]!);
      tuneFormant(formant, mouth.hz[k]!, vowel.width[k]!, mouth.db[k]!, throat.hz, k, rate);
    });
    const shut = seconds < closedSeconds;
    const released = from >= releaseFrom;
    const full = note.velocity * (0.88 + 0.12 * Math.min(1, seconds / 0.15));
    const burst = consonant === 'stop' && !shut && seconds < closedSeconds + 0.02;
    voiceBlock(throat, from, Math.min(from + controlFrames, end, throat.out.length), {
      table,
      increment: (tableSize * throat.hz * 2 ** ((vibrato + drift) / 1200)) / rate,
      target: released ? 0 : shut ? closedLevel : full,
      speed: 1 - Math.exp(-1 / ((released ? 0.03 : shut ? 0.008 : 0.018) * rate)),
      breath: 0.012 + (attached ? 0 : 0.02 * Math.exp(-seconds / 0.1)),
      hiss: shut && consonant === 'hiss' ? 0.05 : burst ? 0.06 : 0,
    });
  }
}

/** The first formant never falls below the note itself: singers open the mouth for high notes. */
function tuneFormant(
  f: Formant,
  hz: number,
  width: number,
  db: number,
  note: number,
  index: number,
  rate: number,
): void {
  const centre = Math.min(index === 0 ? Math.max(hz, note * 1.05) : hz, rate * 0.44);
  const r = Math.exp((-Math.PI * width * 1.2) / rate);
  const w = (2 * Math.PI * centre) / rate;
  f.a1 = -2 * r * Math.cos(w);
  f.a2 = r * r;
  f.b = (1 - r) * Math.sqrt(1 + r * r - 2 * r * Math.cos(2 * w));
  // Neighbouring formants are subtracted in turn, which keeps the valley between them from filling.
  f.gain = (index % 2 === 0 ? 1 : -1) * 10 ** (db / 20);
}

type Block = {
  readonly table: Float32Array;
  readonly increment: number;
  readonly target: number;
  readonly speed: number;
  readonly breath: number;
  readonly hiss: number;
};

function voiceBlock(throat: Throat, from: number, to: number, block: Block): void {
  const { out, random, formants } = throat;
  const { gain } = throat.singer;
  const { table, increment, target, speed, breath, hiss } = block;
  let { phase, level } = throat;
  const [f0, f1, f2, f3] = formants as readonly [Formant, Formant, Formant, Formant];
  let p0 = f0.s1,
    q0 = f0.s2,
    p1 = f1.s1,
    q1 = f1.s2,
    p2 = f2.s1,
    q2 = f2.s2,
    p3 = f3.s1,
    q3 = f3.s2;
  for (let i = from; i < to; i++) {
    level += speed * (target - level);
    const index = phase | 0;
    const a = table[index]!;
    const noise = random.next() - 0.5;
    const source = (a + (phase - index) * (table[index + 1]! - a) + breath * noise * 6) * level;
    phase += increment;
    if (phase >= tableSize) phase -= tableSize;
    const y0 = f0.b * source - f0.a1 * p0 - f0.a2 * q0;
    q0 = p0;
    p0 = y0;
    const y1 = f1.b * source - f1.a1 * p1 - f1.a2 * q1;
    q1 = p1;
    p1 = y1;
    const y2 = f2.b * source - f2.a1 * p2 - f2.a2 * q2;
    q2 = p2;
    p2 = y2;
    const y3 = f3.b * source - f3.a1 * p3 - f3.a2 * q3;
    q3 = p3;
    p3 = y3;
    out[i]! +=
      gain *
      (f0.gain * y0 + f1.gain * y1 + f2.gain * y2 + f3.gain * y3 + hiss * noise + 0.04 * source);
  }
  f0.s1 = p0;
  f0.s2 = q0;
  f1.s1 = p1;
  f1.s2 = q1;
  f2.s1 = p2;
  f2.s2 = q2;
  f3.s1 = p3;
  f3.s2 = q3;
  throat.phase = phase;
  throat.level = level;
}
