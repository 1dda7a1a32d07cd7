import { editDistance } from '#foundation/kernel/edit-distance.ts';
import { KeyTable } from './key-table.ts';

// Every word of every name once, found as it is, by how it begins, and with one or two typing errors. Errors are found by
// symmetric deletes (Garbe 2012): two words that differ by two letters have something in common when two letters are left
// out of each. Only the first letters are kept that way; the whole words are compared afterwards.

/** How far deletes and beginnings are kept; what follows is compared word by word. */
const keyLetters = 7;
/** A word this long may hold two errors; a shorter one at most one. */
const twoErrorsLetters = 6;
const oneErrorLetters = 3;
/** Longer words are no names; their ends are not compared. */
const wordLettersMax = 40;
const alikeMax = 300;

export type Alike = {
  readonly word: number;
  /** 1 for the word itself, less for a longer one or one with errors. */
  readonly quality: number;
  /** Letters of the word that were typed. */
  readonly letters: number;
};

export class WordTable {
  readonly #numbers = new Map<string, number>();
  readonly #words: string[] = [];
  /** The most popular of the names that hold the word. */
  readonly #weights: number[] = [];
  readonly #beginnings = new KeyTable();
  readonly #deletes = new KeyTable();

  get size(): number {
    return this.#words.length;
  }

  /** The number of a word, which is new or known. */
  intern(given: string, weight: number): number {
    const word = given.slice(0, wordLettersMax);
    const known = this.#numbers.get(word);
    if (known !== undefined) {
      if (weight > this.#weights[known]!) this.#weights[known] = weight;
      return known;
    }
    const number = this.#words.length;
    this.#numbers.set(word, number);
    this.#words.push(word);
    this.#weights.push(weight);
    for (let length = 1; length <= Math.min(word.length, keyLetters); length++)
      this.#beginnings.add(word.slice(0, length), number);
    for (const key of deletesOf(word.slice(0, keyLetters), word.length > 4 ? 2 : 1))
      this.#deletes.add(key, number);
    return number;
  }

  find(word: string): number | null {
    return this.#numbers.get(word.slice(0, wordLettersMax)) ?? null;
  }

  lettersOf(word: number): number {
    return this.#words[word]!.length;
  }

  /** Words that may be meant, the likeliest first; among many of the same likelihood the popular ones. */
  alike(
    given: string,
    options: { readonly mayGoOn: boolean; readonly errorsMax?: number },
  ): Alike[] {
    const typed = given.slice(0, wordLettersMax);
    const best = new Map<number, number>();
    const note = (word: number, quality: number): void => {
      if (quality > (best.get(word) ?? 0)) best.set(word, quality);
    };
    const exact = this.#numbers.get(typed);
    if (exact !== undefined) note(exact, 1);
    if (options.mayGoOn) this.#goingOn(typed, note);
    this.#withErrors(typed, Math.min(options.errorsMax ?? 2, errorsIn(typed)), options, note);
    return [...best]
      .map(([word, quality]) => ({ word, quality, letters: typed.length }))
      .toSorted(
        (a, b) =>
          b.quality - a.quality ||
          this.#weights[b.word]! - this.#weights[a.word]! ||
          a.word - b.word,
      )
      .slice(0, alikeMax);
  }

  #goingOn(typed: string, note: (word: number, quality: number) => void): void {
    const longer: number[] = [];
    this.#beginnings.visit(typed.slice(0, keyLetters), (word) => {
      const text = this.#words[word]!;
      if (text.length > typed.length && text.startsWith(typed)) longer.push(word);
    });
    if (longer.length > alikeMax) {
      longer.sort((a, b) => this.#weights[b]! - this.#weights[a]!);
      longer.length = alikeMax;
    }
    for (const word of longer)
      note(word, 0.92 - 0.12 * (1 - typed.length / this.#words[word]!.length));
  }

  #withErrors(
    typed: string,
    errorsMax: number,
    { mayGoOn }: { readonly mayGoOn: boolean },
    note: (word: number, quality: number) => void,
  ): void {
    if (errorsMax === 0) return;
    const seen = new Set<number>();
    for (const key of deletesOf(typed.slice(0, keyLetters), errorsMax)) {
      this.#deletes.visit(key, (word) => {
        if (seen.has(word)) return;
        seen.add(word);
        const text = this.#words[word]!;
        const firstDiffers = text[0] === typed[0] ? 0 : 0.06;
        if (Math.abs(text.length - typed.length) <= errorsMax) {
          const errors = editDistance(typed, text, errorsMax);
          if (errors > 0 && errors <= errorsMax)
            note(word, qualityWith(errors, Math.max(typed.length, text.length)) - firstDiffers);
        }
        if (mayGoOn && typed.length > 3 && text.length > typed.length) {
          const errors = errorsAtTheBeginning(typed, text);
          if (errors === 1) note(word, 0.9 * qualityWith(1, typed.length) - firstDiffers);
        }
      });
    }
  }

  /** Words that begin alike, for a question that nothing answers: at most `max`, the most popular first. */
  beginningLike(
    typed: string,
    max: number,
  ): readonly { readonly word: number; readonly text: string }[] {
    const found: number[] = [];
    this.#beginnings.visit(typed.slice(0, 2), (word) => void found.push(word));
    return found
      .sort((a, b) => this.#weights[b]! - this.#weights[a]!)
      .slice(0, max)
      .map((word) => ({ word, text: this.#words[word]! }));
  }
}

function errorsIn(typed: string): number {
  if (typed.length >= twoErrorsLetters) return 2;
  // A code with a digit is another code with another digit.
  return typed.length >= oneErrorLetters && !/^\d+$/.test(typed) ? 1 : 0;
}

function qualityWith(errors: number, letters: number): number {
  return 1 - (1.1 * errors) / Math.max(letters, 4);
}

/** One error in what was typed so far, whatever follows. */
function errorsAtTheBeginning(typed: string, text: string): number {
  let least = 2;
  for (let length = typed.length - 1; length <= typed.length + 1 && least > 1; length++)
    least = Math.min(least, editDistance(typed, text.slice(0, length), 1));
  return least;
}

/** What is left of a word without up to `max` of its letters, with the word itself. */
function deletesOf(word: string, max: number): ReadonlySet<string> {
  const found = new Set([word]);
  let last = [word];
  for (let round = 0; round < max; round++) {
    const next: string[] = [];
    for (const text of last) {
      if (text.length < 2) continue;
      for (let i = 0; i < text.length; i++) {
        const shorter = text.slice(0, i) + text.slice(i + 1);
        if (found.has(shorter)) continue;
        found.add(shorter);
        next.push(shorter);
      }
    }
    last = next;
  }
  return found;
}
