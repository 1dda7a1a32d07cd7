import type { Genre, Groove } from './genre.ts';
import type { Random } from './random.ts';
import type { DrumName, Hit, Section } from './score.ts';
import { letterOf } from './form.ts';

const velocityOf: Readonly<Record<string, number>> = { X: 1, x: 0.78, g: 0.34, '?': 0.5, o: 0.72 };
const spokenVelocity = 0.8;

/** The drums of a whole recording: grooves by section, small changes from bar to bar, a fill at each phrase end. */
export function writeDrums(
  genre: Genre,
  sections: readonly Section[],
  random: Random,
): readonly Hit[] {
  const verse = random.pick(genre.grooves);
  const others = genre.grooves.filter((groove) => groove !== verse);
  const chorus =
    others.length > 0 && random.chance(0.6) ? merge(random.pick(others), verse) : verse;
  const breaks = [random.pick(genre.breakGrooves), random.pick(genre.breakGrooves)] as const;
  const hits: Hit[] = [];
  for (const section of sections) {
    for (let bar = 0; bar < section.bars; bar++) {
      const letter = letterOf(section, bar);
      const groove =
        letter === 'B' ? breaks[0] : letter === 'S' ? breaks[1] : letter === 'C' ? chorus : verse;
      const endsPhrase = bar % genre.phraseBars === genre.phraseBars - 1;
      const lastOfSong = section === sections.at(-1) && bar === section.bars - 1;
      const fill =
        endsPhrase && !lastOfSong && random.chance(letter === 'I' ? 0.5 : 0.85)
          ? random.pick(genre.fills)
          : null;
      writeBar(hits, genre, groove, fill, letter, section.bar + bar, bar, random);
      if (bar === 0 && (letter === 'C' || letter === 'B') && random.chance(0.8)) {
        hits.push({
          step: section.bar * genre.meter.stepsPerBar,
          drum: 'crash',
          stroke: 'x',
          velocity: 0.7,
        });
      }
    }
  }
  return hits;
}

/** The chorus keeps the verse's hand drums under its own kit, so that it is the same song. */
function merge(kit: Groove, hands: Groove): Groove {
  const kept: Partial<Record<DrumName, string>> = { ...kit };
  for (const drum of ['conga', 'bell', 'shaker', 'shekere', 'ingoma'] as const) {
    const pattern = hands[drum];
    if (pattern !== undefined) kept[drum] = pattern;
  }
  return kept;
}

function writeBar(
  hits: Hit[],
  genre: Genre,
  groove: Groove,
  fill: Groove | null,
  letter: string,
  bar: number,
  barInSection: number,
  random: Random,
): void {
  const { stepsPerBar } = genre.meter;
  const half = stepsPerBar >> 1;
  for (const [name, pattern] of Object.entries(groove)) {
    const drum = name as DrumName;
    if (!(genre.drumsWhere[drum] ?? 'IVCBSO').includes(letter)) continue;
    // An intro gathers its players, an outro loses them.
    if (
      letter === 'I' &&
      barInSection < 2 &&
      drum !== 'shaker' &&
      drum !== 'talking' &&
      drum !== 'ishakwe' &&
      drum !== 'conga' &&
      drum !== 'bell'
    )
      continue;
    const barsOfPattern = pattern.length / stepsPerBar;
    const from = (bar % barsOfPattern) * stepsPerBar;
    for (let i = 0; i < stepsPerBar; i++) {
      if (
        fill !== null &&
        i >= half &&
        (fill[drum] !== undefined || drum === 'snare' || drum === 'clap')
      )
        continue;
      strike(hits, drum, vary(pattern[from + i]!, drum, random), bar * stepsPerBar + i, random);
    }
  }
  if (fill === null) return;
  for (const [name, pattern] of Object.entries(fill)) {
    const drum = name as DrumName;
    if (letter === 'I' && drum === 'kick') continue;
    for (let i = half; i < stepsPerBar; i++)
      strike(hits, drum, pattern[i]!, bar * stepsPerBar + i, random);
  }
}

/** Now and then a stroke is dropped, a ghost slips in, a closed hat opens: nobody plays the same bar for a minute. */
function vary(letter: string, drum: DrumName, random: Random): string {
  if (drum === 'kick' || drum === 'clave' || drum === 'bell') return letter;
  if (letter === '.' && (drum === 'conga' || drum === 'sakara'))
    return random.chance(0.06) ? 't' : '.';
  if (letter === '.' && drum === 'snare') return random.chance(0.035) ? 'g' : '.';
  if (letter === 'x' && drum === 'hat')
    return random.chance(0.03) ? 'o' : random.chance(0.04) ? '.' : letter;
  if (letter === 'x' && drum !== 'clap' && drum !== 'ingoma')
    return random.chance(0.04) ? 'g' : letter;
  return letter;
}

function strike(hits: Hit[], drum: DrumName, letter: string, step: number, random: Random): void {
  if (letter === '.') return;
  if (letter === '?' && random.chance(0.55)) return;
  if (letter === 'g' && random.chance(0.25)) return;
  const velocity = (velocityOf[letter] ?? spokenVelocity) * random.between(0.9, 1.05);
  hits.push({ step, drum, stroke: letter, velocity: Math.min(1, velocity) });
}
