// The plan of a song in phrases, fitted to the wanted length.

import type { Random } from './random.ts';
import type { Section, SectionKind } from './score.ts';

const forms: readonly (readonly SectionKind[])[] = [
  ['intro', 'verse', 'chorus', 'break', 'outro'],
  ['intro', 'verse', 'chorus', 'break', 'chorus', 'outro'],
  ['intro', 'verse', 'verse', 'chorus', 'break', 'chorus', 'outro'],
  ['intro', 'verse', 'verse', 'chorus', 'chorus', 'break', 'chorus', 'outro'],
  ['intro', 'verse', 'verse', 'chorus', 'chorus', 'break', 'break', 'chorus', 'outro'],
  ['intro', 'verse', 'verse', 'chorus', 'verse', 'chorus', 'break', 'break', 'chorus', 'outro'],
  [
    'intro',
    'verse',
    'verse',
    'chorus',
    'verse',
    'chorus',
    'break',
    'break',
    'chorus',
    'chorus',
    'outro',
  ],
  [
    'intro',
    'intro',
    'verse',
    'verse',
    'chorus',
    'verse',
    'chorus',
    'break',
    'break',
    'chorus',
    'chorus',
    'outro',
  ],
];

/** Sections of whole phrases, as near to `seconds` as the phrase allows; from 5 phrases to 12. */
export function planForm(
  random: Random,
  seconds: number,
  phraseSeconds: number,
  phraseBars: number,
): readonly Section[] {
  const smallest = forms[0]!.length;
  const wanted = Math.round(seconds / phraseSeconds);
  const phrases = Math.max(smallest, Math.min(smallest + forms.length - 1, wanted));
  // Slow songs have long phrases: a short one opens and closes with half of one.
  const edgeBars = wanted < smallest ? phraseBars / 2 : phraseBars;
  const form = [...forms[phrases - smallest]!];
  // Some songs open with their chorus.
  const firstVerse = form.indexOf('verse');
  if (phrases > 7 && random.chance(0.25)) form.splice(firstVerse, 1, 'chorus');

  const sections: Section[] = [];
  const passes: Partial<Record<SectionKind, number>> = {};
  let bar = 0;
  for (const kind of form) {
    const last = sections.at(-1);
    const bars = kind === 'intro' || kind === 'outro' ? edgeBars : phraseBars;
    if (last?.kind === kind && last.bars < 2 * phraseBars) {
      sections[sections.length - 1] = { ...last, bars: last.bars + bars };
    } else {
      const pass = (passes[kind] = (passes[kind] ?? -1) + 1);
      sections.push({ kind, bar, bars, pass });
    }
    bar += bars;
  }
  return sections;
}

/** V, C, B or O; the second phrase of a break, or its second half when it has one, is the dance: S. */
export function letterOf(section: Section, barInSection: number): string {
  if (section.kind === 'break' && barInSection >= section.bars / 2) return 'S';
  return { intro: 'I', verse: 'V', chorus: 'C', break: 'B', outro: 'O' }[section.kind];
}
