import { foldLetters } from '#foundation/kernel/fold-letters.ts';
import { toWords } from './read-title.ts';

// Who a credit names. Sources join performers with whatever they like ("A & B", "A x B", "A ft. B", "GROUP: A, B"), and
// names hold the same signs ("Earth, Wind & Fire", "Tyler, The Creator"), so a credit is read as the names it may hold.

export type Credit = {
  /** Every name the credit may hold, squeezed for comparing: "Earth, Wind & Fire" whole, and its parts where they may be names. */
  readonly names: ReadonlySet<string>;
  /** The whole credit as sorted words: the same people in another order or with another joiner. */
  readonly words: string;
};

/** Tells a name known from a catalogue ("simon and garfunkel"), which is then never taken apart. */
export type IsKnownName = (squeezed: string) => boolean;

const anyJoiner =
  /\s*(?:[,;:|•·/]|\s[x×+&]\s|\s(?:and|et|e|y|na|with|avec|com|vs\.?|feat\.?|ft\.?|featuring|feauring|presents|pres\.?|starring|meets)\s|\((?:feat\.?|ft\.?|featuring|with)\s|\))\s*/u;
// Parts that are nobody's name by themselves.
const noNames = new Set(
  (
    'variousartists various va artistesdivers diversartistes varios unknown unknownartist theband orchestra hisorchestra ' +
    'herorchestra theorchestra choir thechoir friends hisfriends company thegang themachine wind fire thefamily family ' +
    'andhisorchestra thecrew crew cast originalcast others more'
  ).split(' '),
);

/** Reads a credit, with the guests a title names beside it. */
export function readCredit(
  performer: string,
  guests: readonly string[] = [],
  isKnown: IsKnownName = () => false,
): Credit {
  const names = new Set<string>();
  for (const text of [performer, ...guests]) addNames(foldLetters(text), names, isKnown);
  const words = toWords(foldLetters(performer)).filter((word) => !joinerWords.has(word));
  return { names, words: words.toSorted().join(' ') };
}

const joinerWords = new Set([
  'and',
  'x',
  'feat',
  'ft',
  'featuring',
  'feauring',
  'with',
  'vs',
  'et',
  'the',
]);

function addNames(folded: string, names: Set<string>, isKnown: IsKnownName): void {
  const whole = squeeze(folded);
  if (whole === '') return;
  if (isKnown(whole)) {
    names.add(whole);
    return;
  }
  names.add(whole);
  for (const part of partsOf(folded)) {
    const name = squeeze(part);
    if (name.length > 1 && !noNames.has(name)) names.add(name); // a sign left over is nobody
  }
}

/** The parts between joiners; "X, The Y" and "X & The Ys" with a one-word X are one name. */
function partsOf(folded: string): readonly string[] {
  const parts = folded.split(anyJoiner).filter((part) => toWords(part).length > 0);
  const kept: string[] = [];
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i]!;
    const next = parts[i + 1];
    if (next !== undefined && /^the\s/.test(next) && toWords(part).length === 1) {
      kept.push(`${part} ${next}`);
      i++;
    } else kept.push(part);
  }
  return kept;
}

/** A name without spaces, joiners, a leading "the" and signs: "YK NIECE" and "YKNIECE", "HUNTR/X" and "HUNTRX". */
export function squeeze(folded: string): string {
  const words = toWords(folded).filter((word) => word !== 'and');
  return (words.length > 1 && words[0] === 'the' ? words.slice(1) : words).join('');
}

// "and" in words joins the halves of one name as often as two people ("Tones and I"), so it parts nobody here.
const writtenJoiner = new RegExp(anyJoiner.source.replace('and|et|e|y|na|', ''), 'iu');

/**
 * The names a credit shows, as written: "A ft. B & C" is A, B and C. "X, The Y" is one name, and so is what `isKnown` knows
 * (it is asked with the name squeezed).
 */
export function namesIn(performer: string, isKnown: IsKnownName = () => false): readonly string[] {
  const whole = performer.trim();
  if (whole === '') return [];
  if (isKnown(squeeze(foldLetters(whole)))) return [whole];
  const parts = whole
    .split(writtenJoiner)
    .map((part) => part.trim())
    .filter((part) => part.length > 1 && !noNames.has(squeeze(foldLetters(part))));
  const kept: string[] = [];
  for (let i = 0; i < parts.length; i++) {
    const next = parts[i + 1];
    if (next !== undefined && /^the\s/i.test(next) && !parts[i]!.includes(' ')) {
      kept.push(whole.slice(whole.indexOf(parts[i]!), whole.indexOf(next) + next.length));
      i++;
    } else kept.push(parts[i]!);
  }
  return kept.length === 0 ? [whole] : [...new Set(kept)];
}
