// What the writers need to know of a genre. The tables are in genres-*.ts; this is their grammar.
//
// Patterns have one letter a step; spaces are for the eye, and two bars may follow each other:
//   .  rest        x  stroke      X  accent     g  ghost, sometimes left out      ?  sometimes, softly
// Other letters are strokes of the drum: o open hat; l h s t low, high, slap and touch of a conga;
// L M H and / \ are the tones and glides of a talking drum.

import type { DrumName, GenreName, InstrumentName, Meter } from './score.ts';
import type { Mode } from './harmony.ts';

/** Sections as letters: I intro, V verse, C chorus, B break, O outro; the second half of a break is S. */
export type Groove = Readonly<Partial<Record<DrumName, string>>>;

export type BassLine = string; // r root, 5 fifth, 8 octave, 3 third, a approach to the next root, - holds, . rests

export type Comp = {
  readonly instrument: InstrumentName;
  /** held: whole chords; rhythm: `pattern` strikes; arpeggio: one tone a stroke. */
  readonly style: 'held' | 'rhythm' | 'arpeggio';
  readonly patterns: readonly string[];
  readonly centre: number;
  readonly voices: number;
  readonly where: string;
};

/** A guitar, mallet or zither figure that repeats and follows the chords. */
export type Riff = {
  readonly instrument: InstrumentName;
  readonly rhythms: readonly string[];
  readonly low: number;
  readonly high: number;
  /** A second line a third or sixth above. */
  readonly doubled: boolean;
  readonly where: string;
};

export type Lead = {
  readonly instrument: InstrumentName;
  readonly low: number;
  readonly high: number;
  readonly where: string;
};

export type Genre = {
  readonly name: GenreName;
  readonly tempoBpm: readonly [number, number];
  readonly meter: Meter;
  readonly swing: readonly [number, number];
  readonly phraseBars: number;
  readonly modes: readonly Mode[];
  readonly melodyScale: 'diatonic' | 'pentatonic';
  /** One per phrase of `phraseBars`; each bar one word. */
  readonly progressions: Readonly<
    Record<
      'major' | 'minor',
      {
        readonly verse: readonly string[];
        readonly chorus: readonly string[];
        readonly break: readonly string[];
      }
    >
  >;
  readonly grooves: readonly Groove[];
  readonly breakGrooves: readonly Groove[];
  /** In which sections each drum plays; a drum not named plays in all. */
  readonly drumsWhere: Readonly<Partial<Record<DrumName, string>>>;
  readonly fills: readonly Groove[];
  readonly bass: {
    readonly instrument: InstrumentName;
    readonly low: number;
    readonly lines: readonly BassLine[];
    readonly breakLines: readonly BassLine[];
    readonly where: string;
  };
  readonly comps: readonly Comp[];
  readonly riffs: readonly Riff[];
  readonly leads: readonly Lead[];
  readonly melodyRhythms: readonly string[];
  /** Sung or blown answers and harmonies under the chorus. */
  readonly answers: readonly Lead[];
  /** Levels in dB against the instrument's own, where the genre wants another balance. */
  readonly balance: Readonly<Partial<Record<DrumName | InstrumentName, number>>>;
  /** Seconds of reverberation: a small club, a hall, a church. */
  readonly roomSeconds: number;
};
