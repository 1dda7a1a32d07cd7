import { planForm } from './form.ts';
import { genres } from './genres.ts';
import type { Genre } from './genre.ts';
import { type Key, nearestPitch } from './harmony.ts';
import type { Random } from './random.ts';
import {
  type DrumName,
  type GenreName,
  type Hit,
  type Part,
  type Score,
  genreNames,
} from './score.ts';
import { singers } from './synth/instruments.ts';
import { writeBass } from './write-bass.ts';
import { writeComp, writeProgressions } from './write-chords.ts';
import { writeDrums } from './write-drums.ts';
import { inventSong, writeAnswer, writeLead } from './write-melody.ts';
import { writeRiff } from './write-riff.ts';

export type ScoreWishes = {
  readonly genre?: GenreName;
  readonly tempoBpm?: number;
  readonly key?: Key;
  readonly seconds: number;
};

/** Everything of a recording but its sound. Each part draws from its own stream of chance. */
export function writeScore(random: Random, wishes: ScoreWishes): Score {
  const genre = genres[wishes.genre ?? random.fork('genre').pick(genreNames)];
  const basics = random.fork('basics');
  const tempoBpm = wishes.tempoBpm ?? Math.round(basics.between(...genre.tempoBpm));
  const key = wishes.key ?? { tonic: basics.below(12), mode: basics.pick(genre.modes) };
  const swing = basics.between(...genre.swing);
  const barSeconds = (60 / tempoBpm) * (genre.meter.stepsPerBar / genre.meter.stepsPerBeat);
  const sections = planForm(
    random.fork('form'),
    wishes.seconds,
    barSeconds * genre.phraseBars,
    genre.phraseBars,
  );
  const last = sections.at(-1)!;

  const chords = writeProgressions(genre, key, sections, random.fork('chords'));
  const song = inventSong(genre, random.fork('song'));
  const sheet = { genre, key, sections, chords, song };
  const lead = writeLead(random.fork('singer').pick(genre.leads), sheet, random.fork('lead'));
  const parts: Part[] = [
    writeBass(genre, sections, chords, random.fork('bass')),
    ...chooseSome(genre.comps, 2, random.fork('comps')).map((comp, i) =>
      writeComp(comp, genre, sections, chords, random.fork(`comp${i}`)),
    ),
    ...chooseSome(genre.riffs, 2, random.fork('riffs')).map((riff, i) =>
      writeRiff(riff, genre, key, sections, chords, random.fork(`riff${i}`)),
    ),
    lead,
    ...chooseSome(genre.answers, 2, random.fork('answers')).map((answer, i) =>
      writeAnswer(answer, lead, sheet, random.fork(`answer${i}`)),
    ),
  ];
  const finalStep = (last.bar + last.bars) * genre.meter.stepsPerBar;
  return {
    genre: genre.name,
    key,
    tempoBpm,
    meter: genre.meter,
    swing,
    sections,
    bars: last.bar + last.bars,
    parts: parts
      .filter((part) => part.notes.length > 0)
      .map((part) => endPart(part, key, finalStep, genre.meter.stepsPerBeat)),
    hits: [...writeDrums(genre, sections, random.fork('drums')), ...endDrums(genre, finalStep)],
  };
}

/** Everybody who accompanies lands together on the tonic after the last bar; singers have stopped before. */
function endPart(part: Part, key: Key, step: number, stepsPerBeat: number): Part {
  const lastPlayed = part.notes.at(-1)!;
  if (step - lastPlayed.step > 4 * stepsPerBeat || singers[part.instrument] !== undefined)
    return part;
  const chord = part.notes.filter((note) => note.step === lastPlayed.step);
  const third = key.mode === 'minor' || key.mode === 'dorian' ? 3 : 4;
  const tonic = [key.tonic, (key.tonic + third) % 12, (key.tonic + 7) % 12];
  const landed = new Set(
    chord.map((note) =>
      chord.length > 1 ? nearestOf(tonic, note.midi) : nearestPitch(key.tonic, note.midi),
    ),
  );
  const steps = 3 * stepsPerBeat;
  return {
    ...part,
    notes: [...part.notes, ...[...landed].map((midi) => ({ step, steps, midi, velocity: 0.8 }))],
  };
}

function nearestOf(classes: readonly number[], midi: number): number {
  return classes
    .map((pitchClass) => nearestPitch(pitchClass, midi))
    .reduce((a, b) => (Math.abs(b - midi) < Math.abs(a - midi) ? b : a));
}

/** The last stroke: the lowest drum of the genre and a cymbal, or bells where there is no cymbal. */
function endDrums(genre: Genre, step: number): readonly Hit[] {
  const drums: readonly DrumName[] =
    genre.drumsWhere.ingoma === undefined ? ['kick', 'crash'] : ['ingoma', 'jingles'];
  return drums.map((drum) => ({ step, drum, stroke: 'X', velocity: 0.85 }));
}

/** All of a short list; of a longer one at least `least`, in the list's order: not every band has every player. */
function chooseSome<T>(list: readonly T[], least: number, random: Random): readonly T[] {
  if (list.length <= least) return list;
  const dropped = random.below(list.length + 1);
  return list.filter((_, index) => index !== dropped);
}
