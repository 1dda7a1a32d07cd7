import type { BassLine, Genre } from './genre.ts';
import { type Chord, nearestPitch } from './harmony.ts';
import type { Random } from './random.ts';
import type { Note, Part, Section } from './score.ts';
import { letterOf } from './form.ts';
import { chordAt } from './write-chords.ts';

/** One bass part for the recording; `chords` covers every bar of it. */
export function writeBass(
  genre: Genre,
  sections: readonly Section[],
  chords: readonly Chord[],
  random: Random,
): Part {
  const { bass, meter } = genre;
  const notes: Note[] = [];
  const verse = random.pick(bass.lines);
  const chorus = random.chance(0.5) ? random.pick(bass.lines) : verse;
  const quiet = random.pick(bass.breakLines);
  for (const section of sections) {
    for (let bar = 0; bar < section.bars; bar++) {
      const letter = letterOf(section, bar);
      if (!bass.where.includes(letter)) continue;
      if (letter === 'I' && bar < genre.phraseBars / 2) continue;
      const usual = letter === 'B' || letter === 'S' ? quiet : letter === 'C' ? chorus : verse;
      // The second of two bars answers the first with another line.
      const line = bar % 4 === 3 && random.chance(0.5) ? random.pick(bass.lines) : usual;
      writeLine(notes, line, (section.bar + bar) * meter.stepsPerBar, chords, bass.low, random);
    }
  }
  return { instrument: bass.instrument, notes };
}

function writeLine(
  notes: Note[],
  line: BassLine,
  from: number,
  chords: readonly Chord[],
  low: number,
  random: Random,
): void {
  for (let i = 0; i < line.length; i++) {
    const letter = line[i]!;
    if (letter === '-' || letter === '.') continue;
    let steps = 1;
    while (line[i + steps] === '-') steps++;
    const step = from + i;
    const chord = chordAt(chords, step);
    const velocity = (i === 0 ? 0.95 : 0.8) * random.between(0.92, 1.05);
    notes.push({
      step,
      steps,
      midi: bassPitch(letter, chord, chordAt(chords, step + 2), low),
      velocity: Math.min(1, velocity),
    });
  }
}

/** Roots lie within the octave above `low`. An approach comes from a semitone or tone below the next root. */
function bassPitch(letter: string, chord: Chord, next: Chord, low: number): number {
  const root = low + ((((chord.bass - low) % 12) + 12) % 12);
  const fifth =
    chord.tones.find((tone) => (tone - chord.root + 12) % 12 === 7) ?? chord.tones.at(-1)!;
  const third = chord.tones.find((tone) => [3, 4].includes((tone - chord.root + 12) % 12)) ?? fifth;
  switch (letter) {
    case '5':
      return nearestPitch(fifth, root + 5);
    case '3':
      return nearestPitch(third, root + 4);
    case '8':
      return root + 12;
    case 'a':
      return next.bass === chord.bass
        ? nearestPitch(fifth, root - 2)
        : nearestPitch(next.bass, root) - 2 + (chord.tones.includes((next.bass + 11) % 12) ? 1 : 0);
    default:
      return root;
  }
}
