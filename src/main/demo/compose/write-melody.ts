import type { Genre, Lead } from './genre.ts';
import { type Chord, type Key, scaleOf } from './harmony.ts';
import type { Random } from './random.ts';
import type { Note, Part, Section } from './score.ts';
import { letterOf } from './form.ts';
import { chordAt } from './write-chords.ts';
import { ladder, nearestRung } from './write-riff.ts';

type Motif = { readonly onsets: readonly number[]; readonly moves: readonly number[] };

/** Which motif each of four bars takes; null rests, or leaves the bar to the answer. */
const plans: readonly (readonly (number | null)[])[] = [
  [0, 1, 0, 2],
  [0, 0, 1, 2],
  [0, null, 1, null],
  [0, 1, 0, null],
  [0, 1, 2, null],
  [0, null, 0, 2],
];

type Tune = {
  readonly plan: readonly (number | null)[];
  readonly motifs: readonly Motif[];
  readonly lift: number;
};

export type Song = { readonly verse: Tune; readonly chorus: Tune; readonly break: Tune };

/** Verse low and talkative, chorus higher with one short hook, break for whoever solos. */
export function inventSong(genre: Genre, random: Random): Song {
  const tune = (lift: number, plan: readonly (number | null)[]): Tune => ({
    plan,
    lift,
    motifs: Array.from({ length: 3 }, () => inventMotif(random, genre.melodyRhythms)),
  });
  return {
    verse: tune(-1, random.pick(plans)),
    chorus: tune(
      2,
      random.pick([
        [0, 1, 0, 2],
        [0, 0, 0, 1],
        [0, 1, 0, null],
      ]),
    ),
    break: tune(1, random.pick(plans)),
  };
}

/** Steps mostly, a leap now and then, and after a leap back again: what voices do. */
function inventMotif(random: Random, rhythms: readonly string[]): Motif {
  const rhythm = random.pick(rhythms);
  const onsets = [...rhythm].flatMap((letter, index) => (letter === 'x' ? [index] : []));
  const moves: number[] = [];
  let owed = 0;
  for (let i = 0; i < onsets.length; i++) {
    let move = owed !== 0 ? owed : random.pick([-1, -1, -1, 0, 0, 1, 1, 2, -2]);
    owed = 0;
    if (i > 0 && random.chance(0.12)) {
      move = random.pick([3, -3, 4]);
      owed = move > 0 ? -1 : 1;
    }
    moves.push(i === 0 ? 0 : move);
  }
  return { onsets, moves };
}

/** What all melodies of a recording share. */
export type Sheet = {
  readonly genre: Genre;
  readonly key: Key;
  readonly sections: readonly Section[];
  readonly chords: readonly Chord[];
  readonly song: Song;
};

type Bar = {
  readonly from: number;
  readonly endsPhrase: boolean;
  readonly repeat: number;
  readonly pass: number;
};

/** Calls `visit` for each bar in which the player plays, with the section's letter. */
function forEachBar(
  sheet: Sheet,
  where: string,
  visit: (bar: Bar, letter: string, inSection: number) => void,
): void {
  const { phraseBars, meter } = sheet.genre;
  for (const section of sheet.sections) {
    for (let bar = 0; bar < section.bars; bar++) {
      const letter = letterOf(section, bar);
      if (!where.includes(letter)) continue;
      visit(
        {
          from: (section.bar + bar) * meter.stepsPerBar,
          endsPhrase: bar % phraseBars === phraseBars - 1,
          repeat: bar % (phraseBars / 4),
          pass: section.pass,
        },
        letter,
        bar,
      );
    }
  }
}

export function writeLead(lead: Lead, sheet: Sheet, random: Random): Part {
  const { genre, song } = sheet;
  const scale = ladder(scaleOf(sheet.key, genre.melodyScale), lead.low, lead.high);
  const notes: Note[] = [];
  forEachBar(sheet, lead.where, (bar, letter, inSection) => {
    const tune = letter === 'C' ? song.chorus : letter === 'V' ? song.verse : song.break;
    const which = tune.plan[Math.floor(inSection / (genre.phraseBars / 4)) % 4]!;
    if (which !== null) notes.push(...playBar(sheet, tune, which, bar, scale, random));
  });
  return { instrument: lead.instrument, notes: settle(notes, genre.meter.stepsPerBar) };
}

function playBar(
  { genre, key, chords }: Sheet,
  tune: Tune,
  which: number,
  bar: Bar,
  scale: readonly number[],
  random: Random,
): readonly Note[] {
  const { stepsPerBeat } = genre.meter;
  const { onsets, moves } = tune.motifs[which]!;
  const top = scale.length - 1;
  const middle = Math.min(top, Math.floor(scale.length / 2) + tune.lift + (bar.repeat % 2));
  let rung = nearestRung(scale, scale[middle]!, chordAt(chords, bar.from).tones);
  return onsets.flatMap((onset, index) => {
    // A second verse is not sung like the first: a syllable less here and there.
    if (bar.pass > 0 && index > 0 && random.chance(0.1)) return [];
    const last = index === onsets.length - 1;
    const step = bar.from + onset;
    const { tones } = chordAt(chords, step);
    rung = Math.max(0, Math.min(top, rung + moves[index]!));
    if (last || onset % (2 * stepsPerBeat) === 0) {
      const home = last && bar.endsPhrase && tones.includes(key.tonic);
      rung = nearestRung(scale, scale[rung]!, home ? [key.tonic] : tones);
    }
    const accent = onset % stepsPerBeat === 0 ? 0.9 : 0.75;
    return {
      step,
      steps: last ? stepsPerBeat * (bar.endsPhrase ? 2 : 1) : onsets[index + 1]! - onset,
      midi: scale[rung]!,
      velocity: accent * random.between(0.92, 1.06),
    };
  });
}

/** One voice sings one note at a time and takes breath: a note ends where the next begins, none lasts over a bar. */
function settle(notes: readonly Note[], longest: number): readonly Note[] {
  return notes.map((note, index) => {
    const next = notes[index + 1];
    const room = next === undefined ? longest : next.step - note.step;
    return { ...note, steps: Math.min(note.steps, room, longest) };
  });
}

/**
 * Voices under or between a lead. Where the lead rests they answer with a motif of the hook; where it sings in a
 * chorus they follow in harmony or hold; where nobody sings they have the tune of the break.
 */
export function writeAnswer(lead: Lead, sung: Part, sheet: Sheet, random: Random): Part {
  const { genre, song } = sheet;
  const { stepsPerBar, stepsPerBeat } = genre.meter;
  const scale = ladder(scaleOf(sheet.key, genre.melodyScale), lead.low, lead.high);
  const reply = random.below(song.chorus.motifs.length);
  const distance = random.pick([-2, -2, 2]);
  const follows = random.chance(0.6);
  const notes: Note[] = [];
  forEachBar(sheet, lead.where, (bar, letter, inSection) => {
    const here = sung.notes.filter(({ step }) => step >= bar.from && step < bar.from + stepsPerBar);
    if (letter !== 'V' && letter !== 'C') {
      const which = song.break.plan[inSection % 4]!;
      if (which !== null) notes.push(...playBar(sheet, song.break, which, bar, scale, random));
    } else if (here.length === 0) {
      notes.push(...playBar(sheet, song.chorus, reply, { ...bar, pass: 0 }, scale, random));
    } else if (letter === 'C' && follows) {
      notes.push(...here.map((note) => harmonise(note, distance, scale, sheet)));
    } else if (letter === 'C' && inSection % 2 === 0) {
      const centre = scale[Math.floor(scale.length / 2)]!;
      const midi = scale[nearestRung(scale, centre, chordAt(sheet.chords, bar.from).tones)]!;
      notes.push({ step: bar.from, steps: stepsPerBeat * 3, midi, velocity: 0.6 });
    }
  });
  return { instrument: lead.instrument, notes: settle(notes, stepsPerBar) };
}

/** The same rhythm `distance` rungs away, on the nearest tone of the chord, and softer. */
function harmonise(note: Note, distance: number, scale: readonly number[], sheet: Sheet): Note {
  const own = nearestRung(scale, note.midi, [note.midi % 12]);
  const rung = Math.max(0, Math.min(scale.length - 1, own + distance));
  const midi = scale[nearestRung(scale, scale[rung]!, chordAt(sheet.chords, note.step).tones)]!;
  return { ...note, midi, velocity: note.velocity * 0.8 };
}
