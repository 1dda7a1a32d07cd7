import { planForm } from './form.ts';
import { genres } from './genres.ts';
import type { Key } from './harmony.ts';
import type { Random } from './random.ts';
import { type GenreName, type Part, type Score, genreNames } from './score.ts';
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
  const sections = planForm(random.fork('form'), wishes.seconds, barSeconds * genre.phraseBars, genre.phraseBars);
  const last = sections.at(-1)!;

  const chords = writeProgressions(genre, key, sections, random.fork('chords'));
  const song = inventSong(genre, random.fork('song'));
  const lead = writeLead(random.fork('singer').pick(genre.leads), song, genre, key, sections, chords, random.fork('lead'));
  const parts: Part[] = [
    writeBass(genre, sections, chords, random.fork('bass')),
    ...chooseSome(genre.comps, 2, random.fork('comps')).map((comp, i) => writeComp(comp, genre, sections, chords, random.fork(`comp${i}`))),
    ...chooseSome(genre.riffs, 2, random.fork('riffs')).map((riff, i) => writeRiff(riff, genre, key, sections, chords, random.fork(`riff${i}`))),
    lead,
    ...chooseSome(genre.answers, 2, random.fork('answers')).map((answer, i) => writeAnswer(answer, song, lead, genre, key, sections, chords, random.fork(`answer${i}`))),
  ];
  return {
    genre: genre.name,
    key,
    tempoBpm,
    meter: genre.meter,
    swing,
    sections,
    bars: last.bar + last.bars,
    parts: parts.filter((part) => part.notes.length > 0),
    hits: writeDrums(genre, sections, random.fork('drums')),
  };
}

/** All of a short list; of a longer one at least `least`, in the list's order: not every band has every player. */
function chooseSome<T>(list: readonly T[], least: number, random: Random): readonly T[] {
  if (list.length <= least) return list;
  const dropped = random.below(list.length + 1);
  return list.filter((_, index) => index !== dropped);
}
