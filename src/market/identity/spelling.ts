import { foldLetters } from '#foundation/kernel/fold-letters.ts';
import { readTitle, toWords } from './read-title.ts';

/** A text as a key of one spelling: folded, with everything it says kept. Never empty unless the text is. */
export function spellingKey(text: string): string {
  const folded = foldLetters(text);
  return toWords(folded).join(' ') || folded.trim();
}

/** The words of a title by which likely candidates are looked up: without guests, version and subtitle. */
export function titleCore(title: string): string {
  return readTitle(title).core;
}
