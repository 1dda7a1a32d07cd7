import type { Comp, Genre } from './genre.ts';
import { type Chord, type Key, readProgression, voiceChord } from './harmony.ts';
import type { Random } from './random.ts';
import type { Note, Part, Section } from './score.ts';
import { letterOf } from './form.ts';

/** The chords of the whole recording in order: one progression for all verses, one for choruses, one for breaks. */
export function writeProgressions(
  genre: Genre,
  key: Key,
  sections: readonly Section[],
  random: Random,
): readonly Chord[] {
  const { stepsPerBar } = genre.meter;
  const set = genre.progressions[key.mode === 'minor' || key.mode === 'dorian' ? 'minor' : 'major'];
  const verse = random.pick(set.verse);
  const chorus = random.pick(set.chorus);
  const rest = random.pick(set.break);
  const chords: Chord[] = [];
  for (const section of sections) {
    const text = section.kind === 'chorus' ? chorus : section.kind === 'break' ? rest : verse;
    const cycle = readProgression(text, key, stepsPerBar);
    const cycleBars = text.split(' ').length;
    for (let bar = 0; bar < section.bars; bar += cycleBars) {
      const from = (section.bar + bar) * stepsPerBar;
      const end = (section.bar + section.bars) * stepsPerBar;
      for (const chord of cycle) {
        if (from + chord.step < end) chords.push({ ...chord, step: from + chord.step });
      }
    }
  }
  // A song comes home: its last bar is the tonic.
  const last = sections.at(-1)!;
  const home = readProgression(
    key.mode === 'minor' || key.mode === 'dorian' ? 'i' : 'I',
    key,
    stepsPerBar,
  )[0]!;
  const lastStep = (last.bar + last.bars - 1) * stepsPerBar;
  return [...chords.filter((chord) => chord.step < lastStep), { ...home, step: lastStep }];
}

/** The chord that sounds at `step`; the first before the start, the last after the end. */
export function chordAt(chords: readonly Chord[], step: number): Chord {
  let low = 0;
  let high = chords.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (chords[middle]!.step <= step) low = middle;
    else high = middle - 1;
  }
  return chords[low]!;
}

export function writeComp(
  comp: Comp,
  genre: Genre,
  sections: readonly Section[],
  chords: readonly Chord[],
  random: Random,
): Part {
  const notes: Note[] = [];
  const pattern = comp.style === 'held' ? '' : random.pick(comp.patterns);
  const other = comp.style === 'held' ? '' : random.pick(comp.patterns);
  let before: readonly number[] = [];
  for (const section of sections) {
    for (let bar = 0; bar < section.bars; bar++) {
      if (!comp.where.includes(letterOf(section, bar))) continue;
      const from = (section.bar + bar) * genre.meter.stepsPerBar;
      const to = from + genre.meter.stepsPerBar;
      if (comp.style === 'held') {
        for (const chord of chords) {
          if (chord.step < from || chord.step >= to) continue;
          before = voiceChord(chord, comp.centre, comp.voices, before);
          for (const midi of before)
            notes.push({ step: chord.step, steps: chord.steps, midi, velocity: 0.7 });
        }
      } else {
        before = strikeBar(
          notes,
          comp,
          bar % 4 === 3 ? other : pattern,
          from,
          chords,
          before,
          random,
        );
      }
    }
  }
  return { instrument: comp.instrument, notes };
}

function strikeBar(
  notes: Note[],
  comp: Comp,
  pattern: string,
  from: number,
  chords: readonly Chord[],
  before: readonly number[],
  random: Random,
): readonly number[] {
  let voicing = before;
  let sounding: Chord | null = null;
  let stroke = 0;
  for (let i = 0; i < pattern.length; i++) {
    if (pattern[i] !== 'x') continue;
    let steps = 1;
    while (pattern[i + steps] === '-') steps++;
    const chord = chordAt(chords, from + i);
    if (chord !== sounding) {
      voicing = voiceChord(chord, comp.centre, comp.voices, voicing);
      sounding = chord;
    }
    const velocity = (i % 4 === 0 ? 0.82 : 0.7) * random.between(0.9, 1.1);
    if (comp.style === 'rhythm') {
      for (const midi of voicing)
        notes.push({ step: from + i, steps: Math.max(1, steps), midi, velocity });
    } else {
      // Up and down through the chord; strings ring over each other.
      const cycle = [...voicing, ...voicing.slice(1, -1).reverse()];
      notes.push({ step: from + i, steps: 3, midi: cycle[stroke % cycle.length]!, velocity });
      stroke++;
    }
  }
  return voicing;
}
