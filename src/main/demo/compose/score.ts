// What is written before anything sounds. Times are steps of the grid; mixing turns them into samples.

import type { Key } from './harmony.ts';

export type Meter = {
  readonly stepsPerBeat: number;
  /** May be fractional: a bar of 5/8 is two and a half crotchets. */
  readonly stepsPerBar: number;
};

export type SectionKind = 'intro' | 'verse' | 'chorus' | 'break' | 'outro';
export type Section = {
  readonly kind: SectionKind;
  readonly bar: number;
  readonly bars: number;
  readonly pass: number;
};

export type Note = {
  readonly step: number;
  readonly steps: number;
  readonly midi: number;
  /** 0 to 1. */
  readonly velocity: number;
};

export type Hit = {
  readonly step: number;
  readonly drum: DrumName;
  /** One letter of the pattern: which stroke. */
  readonly stroke: string;
  readonly velocity: number;
};

export type Part = { readonly instrument: InstrumentName; readonly notes: readonly Note[] };

export type DrumName =
  | 'kick'
  | 'snare'
  | 'rim'
  | 'clap'
  | 'hat'
  | 'shaker'
  | 'shekere'
  | 'conga'
  | 'talking'
  | 'bell'
  | 'clave'
  | 'tom'
  | 'crash'
  | 'ride'
  | 'tambourine'
  | 'ingoma'
  | 'ishakwe'
  | 'jingles'
  | 'sakara';

export type InstrumentName =
  | 'subBass'
  | 'fingerBass'
  | 'logDrum'
  | 'agidigbo'
  | 'electricPiano'
  | 'piano'
  | 'organ'
  | 'pad'
  | 'strings'
  | 'brass'
  | 'mallet'
  | 'guitar'
  | 'guitarTwo'
  | 'soloGuitar'
  | 'palmGuitar'
  | 'slideGuitar'
  | 'inanga'
  | 'musicalBow'
  | 'flute'
  | 'synthLead'
  | 'tenor'
  | 'alto'
  | 'choirHigh'
  | 'choirMid'
  | 'choirLow';

export const genreNames = [
  'afrobeats',
  'highlife',
  'amapiano',
  'rumba',
  'ndombolo',
  'gospel',
  'intore',
  'kinyarwanda-rnb',
  'fuji',
  'juju',
] as const;
export type GenreName = (typeof genreNames)[number];

export type Score = {
  readonly genre: GenreName;
  readonly key: Key;
  readonly tempoBpm: number;
  readonly meter: Meter;
  /** Share of a step by which every second step is late. */
  readonly swing: number;
  readonly sections: readonly Section[];
  readonly bars: number;
  readonly parts: readonly Part[];
  readonly hits: readonly Hit[];
};
