import { foldLetters } from '#foundation/kernel/fold-letters.ts';

// Text as matching sees it. What people read is never changed by this: tone marks carry meaning in Yoruba and
// Kinyarwanda, but a scrobbler, a file name and a telephone keyboard often leave them out.

/** Longer input is cut: no title or name needs more, and an index entry has a limit. */
export const matchTextMax = 300;

/**
 * A title for matching: compatibility forms, case, tone marks, diacritics and punctuation folded; "(feat. …)"
 * and words that name no other recording ("Official Video", "Remastered 2011") dropped. "Live", "Remix" and
 * "Acoustic" stay: they are other recordings. Null when nothing is left.
 */
export function normaliseTitle(text: string): string | null {
  const folded = foldLetters(text);
  return toWords(dropBrackets(dropRemasterSuffix(folded))) ?? toWords(folded);
}

/** The artist for matching: as titles are, with everything from "feat." on dropped and "&" read as "and". */
export function normaliseArtist(text: string): string | null {
  const folded = foldLetters(text).replaceAll(/[&+]/g, ' and ');
  return toWords(dropBrackets(folded)) ?? toWords(folded);
}

/** A name as a key: folded like the others, but nothing dropped. Null when it has neither letters nor digits. */
export function normaliseName(text: string): string | null {
  return joinWords(splitWords(foldLetters(text).replaceAll(/[&+]/g, ' and ')));
}

const sameRecordingWords =
  /^(the )?(official|original|full|hd|hq|4k|audio|video|music|lyrics?|visuali[sz]er|clip|officiel|version|album|single|mix|explicit|clean|re ?-?mastered|remaster|digital(ly)?|mono|stereo|\d{4}| )+$/;
const guestWords = /^\s*(feat|ft|featuring|prod|produced by)\b/;

function dropBrackets(folded: string): string {
  return folded.replaceAll(/[([{]([^()[\]{}]*)[)\]}]/g, (_whole, inside: string) => {
    const words = toWords(inside) ?? '';
    if (guestWords.test(inside) || sameRecordingWords.test(words)) return ' ';
    return ` ${inside} `;
  });
}

/** "Song - Remastered 2011", "Song - 2011 Remaster": how several services write it. */
function dropRemasterSuffix(folded: string): string {
  const dash = folded.lastIndexOf(' - ');
  if (dash <= 0) return folded;
  const words = toWords(folded.slice(dash)) ?? '';
  return sameRecordingWords.test(words) ? folded.slice(0, dash) : folded;
}

const guestTokens = new Set(['feat', 'ft', 'featuring']);

/** The words without what follows "feat.". */
function toWords(folded: string): string | null {
  const words = splitWords(folded);
  const guests = words.findIndex((word, i) => i > 0 && guestTokens.has(word));
  return joinWords(guests < 0 ? words : words.slice(0, guests));
}

/** Letters and digits only. */
function splitWords(folded: string): readonly string[] {
  return folded
    .replaceAll(/['’‘ʼʻ`´]/g, '')
    .replaceAll(/[^\p{L}\p{N}\p{M}]+/gu, ' ')
    .trim()
    .split(' ');
}

function joinWords(words: readonly string[]): string | null {
  const text = words.join(' ');
  // Cut by code points: half a surrogate pair is no text.
  const cut = text.length <= matchTextMax ? text : [...text].slice(0, matchTextMax).join('').trim();
  return cut === '' ? null : cut;
}
