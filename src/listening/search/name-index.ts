import {
  bump,
  byScore,
  cut,
  facetsOf,
  kinds,
  likenessOf,
  uniqueOf,
  type Asked,
  type Fitting,
  type Found,
  type Hit,
  type Kind,
  type NameDoc,
} from './hits.ts';
import { fastBpmMin, slowBpmMax } from './read-context.ts';
import { WordTable, type Alike } from './word-table.ts';
import { transliterate } from './transliterate.ts';
import { wordsBothWays, wordsOf } from './words-of.ts';

// Names in memory, to be searched while somebody types: every name is a line of words, found by all that was typed, in any
// order, where a word may be unfinished or misspelt. It holds no more than the search needs; what is shown is read from the
// database, by whoever may see it.

export const wordsMax = 8;
/** Names looked at for one question; the popular ones were added first. */
const namesSeenMax = 30_000;
const recordingsByMax = 20;
/** A match may be this much worse than the best and still be shown. */
const worseMax = 0.38;
const byFactor = 0.92;
/** What a hit of a kind is worth more among equals: people are looked for most. */
const kindBonus: Readonly<Record<Kind, number>> = {
  artist: 0.09,
  recording: 0.01,
  release: 0.01,
  playlist: 0,
  label: 0,
};
const playsWeight = 0.1;

/** Kinds whose names are short, so that they are also compared as one word: "psquare", "wiz kid". */
const comparedWhole: ReadonlySet<Kind> = new Set(['artist', 'label', 'playlist']);

export class NameIndex {
  readonly #words = new WordTable();
  readonly #wholes = new WordTable();
  /** Documents by word; each list has what was added first, which is the most popular, in front. */
  readonly #byWord: number[][] = [];
  readonly #byWhole: number[][] = [];
  readonly #ids: string[] = [];
  readonly #kinds: Kind[] = [];
  readonly #nameWords: (readonly number[])[] = [];
  readonly #byWords: (readonly number[])[] = [];
  readonly #nameLetters: number[] = [];
  readonly #plays: number[] = [];
  readonly #genres: (readonly number[])[] = [];
  readonly #years: (number | null)[] = [];
  readonly #tempos: (number | null)[] = [];
  /** Whose it is alone; null: everybody's; undefined: it is gone. */
  readonly #owners: (string | null | undefined)[] = [];
  readonly #numbers = new Map<string, number[]>();
  readonly #genreNames: string[] = [];
  readonly #genreNumbers = new Map<string, number>();
  #playsMax = 1;
  #live = 0;
  #scratch = new Int32Array(1024);

  get size(): number {
    return this.#live;
  }

  has(id: string): boolean {
    return this.#numbers.has(id);
  }

  /** Each of its names is looked at by itself, and all go together. */
  add(doc: NameDoc): void {
    for (const name of doc.names) {
      const own = wordsOf(name);
      this.#addName(doc, own);
      const latin = transliterate(own.join(' '));
      if (latin !== null) this.#addName(doc, latin.split(' '));
    }
  }

  #addName(doc: NameDoc, own: readonly string[]): void {
    if (own.length === 0) return;
    const number = this.#ids.length;
    const intern = (word: string): number => {
      const at = this.#words.intern(word, doc.plays);
      (this.#byWord[at] ??= []).push(number);
      return at;
    };
    const nameWords = [...new Set(own)].map(intern);
    const by = new Set(doc.by.flatMap(wordsBothWays).filter((word) => !own.includes(word)));
    this.#ids.push(doc.id);
    this.#kinds.push(doc.kind);
    this.#nameWords.push(nameWords);
    this.#byWords.push([...by].map(intern));
    this.#nameLetters.push(own.reduce((sum, word) => sum + word.length, 0));
    this.#plays.push(doc.plays);
    this.#genres.push(doc.genres.map((genre) => this.#genreNumber(genre)));
    this.#years.push(doc.year);
    this.#tempos.push(doc.tempo);
    this.#owners.push(doc.owner);
    this.#playsMax = Math.max(this.#playsMax, doc.plays);
    this.#live++;
    if (comparedWhole.has(doc.kind)) {
      const whole = this.#wholes.intern(own.join(''), doc.plays);
      (this.#byWhole[whole] ??= []).push(number);
    }
    const numbers = this.#numbers.get(doc.id);
    if (numbers === undefined) this.#numbers.set(doc.id, [number]);
    else numbers.push(number);
  }

  remove(id: string): void {
    for (const number of this.#numbers.get(id) ?? []) {
      this.#owners[number] = undefined;
      this.#live--;
    }
    this.#numbers.delete(id);
  }

  /** How often it was played when it was last counted. */
  playsOf(id: string): number {
    return Math.max(0, ...(this.#numbers.get(id) ?? []).map((number) => this.#plays[number]!));
  }

  search(asked: Asked): Found {
    const words = asked.words.slice(0, wordsMax);
    const matches = new Map<number, number>();
    const note = (number: number, match: number): void => {
      if (match > (matches.get(number) ?? 0) && this.#mayFind(number, asked.asker))
        matches.set(number, match);
    };
    if (words.length > 0) {
      this.#matchWords(words, note, () => matches.size > 0);
      this.#matchWholes(words.join(''), note);
    }
    return this.#order(matches, asked);
  }

  #mayFind(number: number, asker: string | null): boolean {
    const owner = this.#owners[number];
    return owner === null || (owner !== undefined && owner === asker);
  }

  // ── matching ──────────────────────────────────────────────────────────

  #matchWords(words: readonly string[], note: Note, hasFound: () => boolean): void {
    const expansions = words.map((word, i) =>
      this.#words.alike(word, { mayGoOn: i === words.length - 1 || word.length > 2 }),
    );
    const joined = words.slice(1).map((word, i) => this.#words.find(words[i]! + word));
    this.#scan(words, expansions, joined, words.length, note);
    // Words that no name holds together: most of them will do.
    if (!hasFound() && words.length > 1)
      this.#scan(words, expansions, joined, Math.ceil(words.length / 2), note);
  }

  /**
   * Looks at the names that hold the rarest of the words, and at all of them when not every word is `needed`. What each word
   * of a name stands for is looked up in flat arrays, because this is done thirty thousand times.
   */
  #scan(
    words: readonly string[],
    expansions: readonly (readonly Alike[])[],
    joined: readonly (number | null)[],
    needed: number,
    note: Note,
  ): void {
    const slots = this.#slots(words, expansions, joined);
    const sizes = expansions.map((list) =>
      list.reduce((sum, { word }) => sum + this.#byWord[word]!.length, 0),
    );
    const least = Math.min(...sizes);
    const drivers = needed === words.length ? [expansions[sizes.indexOf(least)]!] : expansions;
    const seen = new Set<number>();
    const see = (number: number): void => {
      if (seen.has(number)) return;
      seen.add(number);
      const match = this.#matchOf(number, words, slots, needed);
      if (match > 0) note(number, match);
    };
    const lists = [
      ...joined.flatMap((word) => (word === null ? [] : [word])),
      ...drivers.flatMap((list) => list.map(({ word }) => word)),
    ];
    for (const word of lists) {
      if (seen.size >= namesSeenMax) break;
      const numbers = this.#byWord[word]!;
      const end = Math.min(numbers.length, namesSeenMax);
      for (let i = 0; i < end; i++) see(numbers[i]!);
    }
    for (const word of slots.marked) this.#scratch[word] = 0;
  }

  #slots(
    words: readonly string[],
    expansions: readonly (readonly Alike[])[],
    joined: readonly (number | null)[],
  ): Slots {
    if (this.#scratch.length < this.#words.size)
      this.#scratch = new Int32Array(2 * this.#words.size);
    const width = words.length;
    const marked: number[] = [];
    const qualities: number[] = new Array<number>(width).fill(0); // slot 0: the word stands for nothing
    const letters: number[] = [0];
    const note = (word: number, at: number, quality: number, typed: number): void => {
      let slot = this.#scratch[word]!;
      if (slot === 0) {
        slot = letters.length;
        this.#scratch[word] = slot;
        marked.push(word);
        letters.push(0);
        for (let i = 0; i < width; i++) qualities.push(0);
      }
      qualities[slot * width + at] = Math.max(qualities[slot * width + at]!, quality);
      letters[slot] = Math.max(letters[slot]!, Math.min(typed, this.#words.lettersOf(word)));
    };
    for (const [at, list] of expansions.entries())
      for (const alike of list) note(alike.word, at, alike.quality, alike.letters);
    for (const [at, word] of joined.entries()) {
      if (word === null) continue;
      const typed = words[at]!.length + words[at + 1]!.length;
      note(word, at, 0.97, typed);
      note(word, at + 1, 0.97, typed);
    }
    return { marked, qualities, letters };
  }

  /** From 0 to 1; 0 where fewer than `needed` words are in the name. */
  #matchOf(number: number, words: readonly string[], slots: Slots, needed: number): number {
    const width = words.length;
    let total = 0;
    let typed = 0;
    let found = 0;
    const ownWords = this.#nameWords[number]!;
    const byWords = this.#byWords[number]!;
    for (let at = 0; at < width; at++) {
      const length = words[at]!.length;
      let best = 0;
      for (const word of ownWords)
        best = Math.max(best, slots.qualities[this.#scratch[word]! * width + at]!);
      for (const word of byWords)
        best = Math.max(best, byFactor * slots.qualities[this.#scratch[word]! * width + at]!);
      if (best > 0) found++;
      total += best * length;
      typed += length;
    }
    if (found < needed) return 0;
    let covered = 0;
    for (const word of ownWords) covered += slots.letters[this.#scratch[word]!]!;
    const coverage = Math.min(1, covered / this.#nameLetters[number]!);
    return (total / typed) * (0.8 + 0.2 * coverage);
  }

  #matchWholes(typed: string, note: Note): void {
    for (const { word, quality } of this.#wholes.alike(typed, { mayGoOn: typed.length > 2 }))
      for (const number of this.#byWhole[word]!) note(number, quality);
  }

  // ── order ─────────────────────────────────────────────────────────────

  #order(matches: ReadonlyMap<number, number>, asked: Asked): Found {
    let best = 0;
    for (const match of matches.values()) if (match > best) best = match;
    const genre = asked.genre === null ? null : (this.#genreNumbers.get(asked.genre) ?? -1);
    const top = new Map<string, Hit>();
    const perKind = new Map<Kind, Hit[]>(kinds.map((kind) => [kind, []]));
    const count = { kinds: new Map<string, number>(), genres: new Map<number, number>() };
    const years = new Map<string, number>();
    for (const [number, match] of matches) {
      if (match < best - worseMax) continue;
      const kind = this.#kinds[number]!;
      const fitsGenre = genre === null || this.#genres[number]!.includes(genre);
      const fitsYear = asked.year === null || this.#years[number] === asked.year;
      const fitsKind = asked.kinds.has(kind);
      // A facet says what choosing another of its values would find, so its own choice does not narrow it.
      if (fitsGenre && fitsYear) bump(count.kinds, kind);
      if (fitsKind && fitsYear) for (const one of this.#genres[number]!) bump(count.genres, one);
      if (fitsKind && fitsGenre && this.#years[number] !== null)
        bump(years, String(this.#years[number]));
      if (!fitsGenre || !fitsYear || !fitsKind) continue;
      const list = perKind.get(kind)!;
      list.push({ kind, id: this.#ids[number]!, score: this.#scoreOf(number, match) });
      if (list.length > 8 * asked.limit) cut(list, 2 * asked.limit);
    }
    for (const list of perKind.values()) {
      cut(list, 2 * asked.limit); // a document of several names is there several times
      for (const hit of uniqueOf(list).slice(0, asked.limit)) top.set(`${hit.kind} ${hit.id}`, hit);
    }
    return {
      hits: [...top.values()].toSorted(byScore),
      facets: {
        kinds: facetsOf(count.kinds),
        genres: facetsOf(
          new Map([...count.genres].map(([at, n]) => [this.#genreNames[at]!, n] as const)),
        ),
        years: facetsOf(years),
      },
    };
  }

  #scoreOf(number: number, match: number): number {
    const plays = Math.log1p(this.#plays[number]!) / Math.log1p(this.#playsMax);
    return match + kindBonus[this.#kinds[number]!] + playsWeight * plays;
  }

  #genreNumber(genre: string): number {
    const known = this.#genreNumbers.get(genre);
    if (known !== undefined) return known;
    this.#genreNumbers.set(genre, this.#genreNames.length);
    return this.#genreNames.push(genre) - 1;
  }

  // ── by what it is like ────────────────────────────────────────────────

  get genres(): readonly string[] {
    return this.#genreNames;
  }

  tempoOf(id: string): number | null {
    const [number] = this.#numbers.get(id) ?? [];
    return number === undefined ? null : this.#tempos[number]!;
  }

  /** The most played recordings of an artist of this name. */
  recordingsBy(artist: string): readonly string[] {
    const { hits } = this.search({
      words: wordsOf(artist),
      kinds: new Set(['recording']),
      genre: null,
      year: null,
      asker: null,
      limit: recordingsByMax,
    });
    return hits.map(({ id }) => id);
  }

  /** Recordings that fit, by counted plays. */
  browse(wanted: Fitting, max: number): readonly string[] {
    const genres = wanted.genres.map((name) => this.#genreNumbers.get(name) ?? -1);
    const fitting: number[] = [];
    for (let number = 0; number < this.#ids.length; number++) {
      if (this.#kinds[number] !== 'recording' || this.#owners[number] !== null) continue;
      if (genres.length > 0 && !this.#genres[number]!.some((one) => genres.includes(one))) continue;
      const [tempo, year] = [this.#tempos[number]!, this.#years[number]!];
      if (wanted.tempo === 'slow' && (tempo === null || tempo > slowBpmMax)) continue;
      if (wanted.tempo === 'fast' && (tempo === null || tempo < fastBpmMin)) continue;
      const { years } = wanted;
      if (years !== null && (year === null || year < years.from || year > years.to)) continue;
      fitting.push(number);
    }
    return fitting
      .sort((a, b) => this.#plays[b]! - this.#plays[a]! || a - b)
      .slice(0, max)
      .map((number) => this.#ids[number]!);
  }

  // ── when nothing is found ─────────────────────────────────────────────

  /** Names that begin alike and are least different: what may have been meant. */
  nearest(words: readonly string[], asker: string | null, max: number): readonly Hit[] {
    const typed = words.join('').slice(0, nearestLettersMax);
    if (typed.length < 2) return [];
    return this.#wholes
      .beginningLike(typed, nearestSeenMax)
      .map(({ word, text }) => ({ word, score: likenessOf(typed, text) }))
      .filter(({ score }) => score > nearestMin)
      .toSorted((a, b) => b.score - a.score)
      .flatMap(({ word, score }) => this.#byWhole[word]!.map((number) => ({ number, score })))
      .filter(({ number }) => this.#mayFind(number, asker))
      .slice(0, max)
      .map(({ number, score }) => ({
        kind: this.#kinds[number]!,
        id: this.#ids[number]!,
        score,
      }));
  }
}

type Note = (number: number, match: number) => void;
const nearestLettersMax = 24;
const nearestMin = 0.4;

const nearestSeenMax = 2_000;

type Slots = {
  readonly marked: readonly number[];
  /** By slot and typed word. */
  readonly qualities: readonly number[];
  /** Letters of the word that were typed, by slot. */
  readonly letters: readonly number[];
};
