import { editDistance } from '#foundation/kernel/edit-distance.ts';
import { readCredit, type Credit, type IsKnownName } from './read-credit.ts';
import { readTitle, type TitleReading } from './read-title.ts';

// Whether two sources speak of one recording. Accepted only where nothing speaks against it, because a false merge adds the
// plays of one song to another and is seen by nobody; what is likely goes to a person.

export type SourceRecording = {
  readonly title: string;
  readonly artist: string;
  /** As the source gives it; an invalid one decides nothing. */
  readonly isrc?: string | null;
  readonly durationMs?: number | null;
  readonly year?: number | null;
};

export type Verdict = {
  readonly verdict: 'same' | 'review' | 'different';
  /** 0 to 1: from 0.95 the two are taken for one, from 0.75 a person is asked. */
  readonly score: number;
  /** What spoke for and against, for the person who reviews. */
  readonly reasons: readonly string[];
};

export const acceptFrom = 0.95;
export const reviewFrom = 0.75;

const isrcForm = /^[A-Z]{2}[A-Z0-9]{3}\d{7}$/;
const durationFitsMs = 3_000;
const durationFitsShare = 0.02;
const durationOtherMs = 15_000;
const yearsApartMax = 1;
const fuzzyMin = 6;
const longTextMin = 16;

/** A recording taken apart once, where it is compared with many. */
export type ReadRecording = SourceRecording & {
  readonly reading: TitleReading;
  readonly credit: Credit;
};

/** `isKnown` tells names of a catalogue that hold joiners. */
export function readRecording(
  recording: SourceRecording,
  isKnown: IsKnownName = () => false,
): ReadRecording {
  const reading = readTitle(recording.title);
  return { ...recording, reading, credit: readCredit(recording.artist, reading.guests, isKnown) };
}

/** Compares what two sources say. Symmetric. */
export function matchRecordings(a: SourceRecording, b: SourceRecording): Verdict {
  return matchRead(readRecording(a), readRecording(b));
}

/** The same for recordings that were read before. */
export function matchRead(a: ReadRecording, b: ReadRecording): Verdict {
  const sameIsrc = isOneIsrc(a.isrc, b.isrc);
  const title = compareTitles([a.reading, b.reading], [a.artist, b.artist]);
  if (title.score === 0 && !sameIsrc) return told(0.3, title.reason);
  const artist = compareCredits([a.credit, b.credit]);

  if (a.reading.version !== b.reading.version)
    return otherVersion([a.reading, b.reading], sameIsrc);
  if (sameIsrc) {
    return title.score > 0 || artist.score > 0
      ? told(0.99, 'the same ISRC', title.reason, artist.reason)
      : told(0.8, 'the same ISRC, but another title and other performers');
  }
  if (artist.score === 0) return told(Math.min(0.5, title.score / 2), title.reason, artist.reason);
  const doubts = doubtsOf(a, b);
  // One of the two may be written a little differently, not both.
  const score = Math.min(title.score, artist.score) * doubts.factor;
  const both = title.score < 0.97 && artist.score < 0.97 ? 0.9 : 1;
  return told(score * both, title.reason, artist.reason, ...doubts.reasons);
}

type Part = { readonly score: number; readonly reason: string };

function compareTitles(
  [a, b]: readonly [TitleReading, TitleReading],
  artists: readonly [string, string],
): Part {
  if (a.core === '' || b.core === '') return { score: 0, reason: 'no title' };
  if (a.core === b.core || squeezed(a.core) === squeezed(b.core)) {
    const subtitles = a.subtitle === b.subtitle || a.subtitle === '' || b.subtitle === '';
    return subtitles
      ? { score: 1, reason: 'the same title' }
      : almost(a.subtitle, b.subtitle)
        ? { score: 0.97, reason: 'the same title, almost the same subtitle' }
        : { score: 0.85, reason: 'the same title with another subtitle' };
  }
  const whole = [`${a.core} ${a.subtitle}`.trim(), `${b.core} ${b.subtitle}`.trim()] as const;
  if (whole[0] === whole[1]) return { score: 0.99, reason: 'the same words in the title' };
  if (
    isTitlePlusArtist(a.core, b.core, artists[1]) ||
    isTitlePlusArtist(b.core, a.core, artists[0])
  )
    return { score: 0.96, reason: 'the same title, one with the name of the performer' };
  if (numbersOf(a.core) !== numbersOf(b.core))
    return { score: 0, reason: 'other numbers in the title' };
  if (almost(a.core, b.core)) {
    return onlyPlural(a.core, b.core)
      ? { score: 0.8, reason: 'a plural in one title' }
      : { score: 0.96, reason: 'almost the same title' };
  }
  return { score: 0, reason: 'another title' };
}

function compareCredits([a, b]: readonly [Credit, Credit]): Part {
  if (a.words !== '' && a.words === b.words) return { score: 1, reason: 'the same performers' };
  for (const name of a.names)
    if (b.names.has(name)) return { score: 0.98, reason: `both name ${name}` };
  for (const one of a.names) {
    for (const other of b.names) {
      if (Math.min(one.length, other.length) < fuzzyMin) continue;
      if (numbersOf(one) !== numbersOf(other) || !almost(one, other)) continue;
      // A slip of the pen rarely takes the first letter; another first letter is often another person.
      return { score: one[0] === other[0] ? 0.96 : 0.85, reason: `${one} is almost ${other}` };
    }
  }
  return { score: 0, reason: 'other performers' };
}

function otherVersion(titles: readonly [TitleReading, TitleReading], sameIsrc: boolean): Verdict {
  const [a, b] = titles.map((title) => (title.version === '' ? 'no version' : title.version));
  const reason = `another version: ${a} and ${b}`;
  return sameIsrc ? told(0.85, 'the same ISRC', reason) : told(0.3, reason);
}

/** Lengths and years that do not fit: other edits, or a cover by the same people years later. */
function doubtsOf(a: SourceRecording, b: SourceRecording): { factor: number; reasons: string[] } {
  const reasons: string[] = [];
  let factor = 1;
  if (a.durationMs && b.durationMs) {
    const apart = Math.abs(a.durationMs - b.durationMs);
    const longer = Math.max(a.durationMs, b.durationMs);
    if (apart > durationOtherMs) {
      factor = 0.7;
      reasons.push(`the lengths differ by ${Math.round(apart / 1000)} s`);
    } else if (apart > Math.max(durationFitsMs, durationFitsShare * longer)) {
      factor = 0.9;
      reasons.push(`the lengths differ by ${Math.round(apart / 1000)} s`);
    }
  }
  if (
    a.year &&
    b.year &&
    Math.abs(a.year - b.year) > yearsApartMax &&
    !(a.durationMs && factor === 1)
  ) {
    factor *= 0.9;
    reasons.push(`the years are ${a.year} and ${b.year}`);
  }
  return { factor, reasons };
}

function told(score: number, ...reasons: readonly string[]): Verdict {
  const verdict = score >= acceptFrom ? 'same' : score >= reviewFrom ? 'review' : 'different';
  return { verdict, score, reasons };
}

function isOneIsrc(a: string | null | undefined, b: string | null | undefined): boolean {
  const [one, other] = [a, b].map((isrc) => (isrc ?? '').toUpperCase().replaceAll(/[\s-]/g, ''));
  return one === other && isrcForm.test(one!);
}

function isTitlePlusArtist(short: string, long: string, artist: string): boolean {
  if (!long.startsWith(`${short} `)) return false;
  const rest = squeezed(long.slice(short.length));
  return readCredit(artist).names.has(rest.replace(/^the/, '').replaceAll('and', ''));
}

/** One slip in a text of six letters, two in one of sixteen. */
function almost(a: string, b: string): boolean {
  const [one, other] = [squeezed(a), squeezed(b)];
  const shorter = Math.min(one.length, other.length);
  const max = shorter >= longTextMin ? 2 : shorter >= fuzzyMin ? 1 : 0;
  return editDistance(one, other, max) <= max;
}

function onlyPlural(a: string, b: string): boolean {
  const words = [a.split(' '), b.split(' ')] as const;
  if (words[0].length !== words[1].length) return false;
  return words[0].every((word, i) => {
    const other = words[1][i]!;
    return word === other || `${word}s` === other || `${other}s` === word;
  });
}

function numbersOf(text: string): string {
  return (text.match(/\d+/g) ?? []).join(' ');
}

function squeezed(text: string): string {
  return text.replaceAll(' ', '');
}
