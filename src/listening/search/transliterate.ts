// Names of other scripts as somebody types them who has Latin letters. Simple and without dots and dashes, because it is
// searched and never shown; what vowels are missing, the search forgives.

const letters: Readonly<Record<string, string>> = {
  // Cyrillic
  а: 'a',
  б: 'b',
  в: 'v',
  г: 'g',
  д: 'd',
  е: 'e',
  ж: 'zh',
  з: 'z',
  и: 'i',
  к: 'k',
  л: 'l',
  м: 'm',
  н: 'n',
  о: 'o',
  п: 'p',
  р: 'r',
  с: 's',
  т: 't',
  у: 'u',
  ф: 'f',
  х: 'kh',
  ц: 'ts',
  ч: 'ch',
  ш: 'sh',
  щ: 'shch',
  ъ: '',
  ы: 'y',
  ь: '',
  э: 'e',
  ю: 'yu',
  я: 'ya',
  і: 'i',
  є: 'ye',
  // Greek
  α: 'a',
  β: 'v',
  γ: 'g',
  δ: 'd',
  ε: 'e',
  ζ: 'z',
  η: 'i',
  θ: 'th',
  ι: 'i',
  κ: 'k',
  λ: 'l',
  μ: 'm',
  ν: 'n',
  ξ: 'x',
  ο: 'o',
  π: 'p',
  ρ: 'r',
  σ: 's',
  τ: 't',
  υ: 'y',
  φ: 'f',
  χ: 'ch',
  ψ: 'ps',
  ω: 'o',
  // Arabic; short vowels are not written
  ا: 'a',
  ب: 'b',
  ت: 't',
  ث: 'th',
  ج: 'j',
  ح: 'h',
  خ: 'kh',
  د: 'd',
  ذ: 'dh',
  ر: 'r',
  ز: 'z',
  س: 's',
  ش: 'sh',
  ص: 's',
  ض: 'd',
  ط: 't',
  ظ: 'z',
  ع: 'a',
  غ: 'gh',
  ف: 'f',
  ق: 'q',
  ك: 'k',
  ل: 'l',
  م: 'm',
  ن: 'n',
  ه: 'h',
  و: 'u',
  ي: 'i',
  ى: 'a',
  ة: 'a',
  ء: '',
  پ: 'p',
  چ: 'ch',
  ڤ: 'v',
  گ: 'g',
};

// Ethiopic stands in rows of eight: a consonant, then its vowels in their order.
const ethiopicFrom = 0x1200;
const consonants =
  'h l h m s r s sh q qw q qw b v t ch h hw n ny . k kw kh kw w . z zh y d d j g gw g t ch p ts ts f p'.split(
    ' ',
  );
const vowels = ['e', 'u', 'i', 'a', 'e', '', 'o', 'wa'];
/** Without a consonant the first order is a. */
const bareVowels = ['a', 'u', 'i', 'a', 'e', 'e', 'o', 'wa'];

/** Folded text in Latin letters; null where there is nothing to change. */
export function transliterate(folded: string): string | null {
  let changed = false;
  let latin = '';
  for (const letter of folded) {
    const other = Object.hasOwn(letters, letter) ? letters[letter]! : ethiopic(letter);
    if (other !== null) changed = true;
    latin += other ?? letter;
  }
  return changed ? latin : null;
}

function ethiopic(letter: string): string | null {
  const at = letter.codePointAt(0)! - ethiopicFrom;
  const consonant = at < 0 ? undefined : consonants[at >> 3];
  if (consonant === undefined) return null;
  return consonant === '.' ? bareVowels[at & 7]! : consonant + vowels[at & 7]!;
}
