import { normaliseName } from '#catalogue/catalog/index.ts';
import { transliterate } from './transliterate.ts';
import { foldLetters } from '#foundation/kernel/fold-letters.ts';

const wordsPerNameMax = 24;

/** The words of a name as the search compares them: folded, without punctuation. A name of signs alone ("!!!") is one word. */
export function wordsOf(name: string): readonly string[] {
  const words = normaliseName(name);
  if (words !== null) return words.split(' ').slice(0, wordsPerNameMax);
  const signs = foldLetters(name).replaceAll(/\s+/g, '');
  return signs === '' ? [] : [signs];
}

/** Words as they are written and, where that is in other letters, in Latin ones. */
export function wordsBothWays(name: string): readonly string[] {
  const own = wordsOf(name);
  const latin = transliterate(own.join(' '));
  return latin === null ? own : [...own, ...latin.split(' ')];
}
