import type { Genre, Riff } from './genre.ts';
import { type Chord, type Key, scaleOf } from './harmony.ts';
import type { Random } from './random.ts';
import type { Note, Part, Section } from './score.ts';
import { letterOf } from './form.ts';
import { chordAt } from './write-chords.ts';

/** All pitches of the pitch classes from `low` to `high`, upwards. */
export function ladder(classes: readonly number[], low: number, high: number): readonly number[] {
  return Array.from({ length: high - low + 1 }, (_, i) => low + i).filter((midi) =>
    classes.includes(midi % 12),
  );
}

type Figure = { readonly rhythm: string; readonly contour: readonly number[] };

/**
 * A two-bar figure repeated over the chords: rhythm and shape stay, the notes move to the chord of the moment. In
 * a break the figure changes every phrase, which is what makes a sebene go on.
 */
export function writeRiff(
  riff: Riff,
  genre: Genre,
  key: Key,
  sections: readonly Section[],
  chords: readonly Chord[],
  random: Random,
): Part {
  const scale = ladder(scaleOf(key, genre.melodyScale), riff.low, riff.high);
  const home = [figure(riff, random), figure(riff, random)] as const;
  const notes: Note[] = [];
  for (const section of sections) {
    let current = home;
    for (let bar = 0; bar < section.bars; bar++) {
      const letter = letterOf(section, bar);
      if (!riff.where.includes(letter)) continue;
      if ((letter === 'S' || letter === 'B') && bar % 2 === 0 && random.chance(0.5))
        current = [figure(riff, random), figure(riff, random)];
      const from = (section.bar + bar) * genre.meter.stepsPerBar;
      playFigure(
        notes,
        current[bar % 2]!,
        from,
        scale,
        chords,
        riff.doubled && letter !== 'I',
        random,
      );
    }
  }
  return { instrument: riff.instrument, notes };
}

function figure(riff: Riff, random: Random): Figure {
  const rhythm = random.pick(riff.rhythms);
  const strokes = [...rhythm].filter((letter) => letter === 'x').length;
  const shape = random.pick(['rocking', 'wave', 'falling', 'climbing'] as const);
  const span = 2 + random.below(3);
  const contour = Array.from({ length: strokes }, (_, i) => {
    switch (shape) {
      case 'rocking':
        return i % 2 === 0 ? 0 : 1 + ((i >> 1) % span);
      case 'wave':
        return Math.round(span * Math.sin((2 * Math.PI * i) / (span * 2)));
      case 'falling':
        return span - (i % (span + 1));
      case 'climbing':
        return (i % (span + 1)) - 1;
    }
  });
  return { rhythm, contour };
}

function playFigure(
  notes: Note[],
  { rhythm, contour }: Figure,
  from: number,
  scale: readonly number[],
  chords: readonly Chord[],
  doubled: boolean,
  random: Random,
): void {
  let stroke = 0;
  for (let i = 0; i < rhythm.length; i++) {
    if (rhythm[i] !== 'x') continue;
    const chord = chordAt(chords, from + i);
    const base = nearestRung(scale, (scale[0]! + scale.at(-1)!) / 2, chord.tones);
    let rung = Math.max(0, Math.min(scale.length - 1, base + contour[stroke]!));
    if (i % 4 === 0) rung = nearestRung(scale, scale[rung]!, chord.tones);
    const velocity = (i % 4 === 0 ? 0.85 : 0.68) * random.between(0.88, 1.08);
    notes.push({ step: from + i, steps: 2, midi: scale[rung]!, velocity });
    const above = scale[rung + 2];
    if (doubled && above !== undefined)
      notes.push({ step: from + i, steps: 2, midi: above, velocity: velocity * 0.8 });
    stroke++;
  }
}

/** Index of the rung nearest to `near` that belongs to the chord; the nearest at all where none does. */
export function nearestRung(
  scale: readonly number[],
  near: number,
  tones: readonly number[],
): number {
  let best = 0;
  let bestCost = Infinity;
  scale.forEach((midi, index) => {
    const cost = Math.abs(midi - near) + (tones.includes(midi % 12) ? 0 : 4);
    if (cost < bestCost) {
      best = index;
      bestCost = cost;
    }
  });
  return best;
}
