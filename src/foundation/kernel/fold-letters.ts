// How letters are folded for matching. What people read is never changed by this: tone marks carry meaning in Yoruba and
// Kinyarwanda, but a scrobbler, a file name and a telephone keyboard often leave them out.

// Marks that only say how a Latin, Greek, Cyrillic or Arabic letter sounds; vowel signs of other scripts stay.
const soundMarks =
  /[\u0300-\u036f\u0483-\u0487\u064b-\u065f\u0670\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]/gu;

const plainLetters: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ł: 'l',
  ı: 'i',
  ς: 'σ',
  ɓ: 'b',
  ɗ: 'd',
  ɖ: 'd',
  ƙ: 'k',
  ƴ: 'y',
  ŋ: 'n',
  ɲ: 'n',
  ɛ: 'e',
  ɔ: 'o',
  ɩ: 'i',
  ʋ: 'u',
  ɣ: 'g',
  ɨ: 'i',
  ʉ: 'u',
  ə: 'e',
  ǝ: 'e',
  ħ: 'h',
};
const plainPattern = new RegExp(`[${Object.keys(plainLetters).join('')}]`, 'gu');
const passesMax = 4;
const inputMax = 1_000;

/**
 * Letters as matching and searching compare them: compatibility forms, case, tone marks and diacritics folded,
 * punctuation kept; at most 1,000 letters. The one place where this is decided: what SQL compares was folded here.
 */
export function foldLetters(text: string): string {
  // Composed before the cut, so that both forms of one text are cut at the same letter.
  let folded = text
    .slice(0, 4 * inputMax)
    .toWellFormed()
    .normalize('NFC')
    .slice(0, inputMax)
    .toWellFormed();
  // Folding one letter can make another foldable (U+1E9E, U+0130), so it is repeated until nothing moves.
  for (let pass = 0; pass < passesMax; pass++) {
    const next = folded
      .normalize('NFKD')
      .toLowerCase()
      .normalize('NFKD')
      .replaceAll(soundMarks, '')
      .replaceAll(plainPattern, (letter) => plainLetters[letter]!)
      .normalize('NFKC');
    if (next === folded) break;
    folded = next;
  }
  return folded;
}
