import { wordsOf } from './words-of.ts';

// "Slow rumba for Sunday", "fast gospel 90s", "like Wizkid but slower": words that name no recording and say which would do.
// Read only where every word is understood, so that a name is never taken for a mood.

export type Context = {
  /** One of them is enough; empty: any. */
  readonly genres: readonly string[];
  readonly tempo: 'slow' | 'fast' | null;
  readonly years: { readonly from: number; readonly to: number } | null;
  /** What it is to be like, as it was typed. */
  readonly like: string | null;
  /** How it is to differ from that. */
  readonly than: 'slower' | 'faster' | null;
};

type Meaning = Partial<Pick<Context, 'tempo'>> & { readonly genresOf?: readonly string[] };

const slow: Meaning = { tempo: 'slow' };
const fast: Meaning = { tempo: 'fast' };
const sacred: Meaning = { genresOf: ['gospel', 'worship', 'choir', 'chorale'] };
const festive: Meaning = { genresOf: ['rumba', 'highlife', 'juju', 'soukous', 'intore', 'zouk'] };

/** Moods and occasions in English and French, folded. */
const meanings: Readonly<Record<string, Meaning>> = {
  slow,
  calm: slow,
  quiet: slow,
  soft: slow,
  chill: slow,
  relax: slow,
  relaxing: slow,
  sleep: slow,
  sleepy: slow,
  sunday: slow,
  rainy: slow,
  study: slow,
  focus: slow,
  romantic: slow,
  late: slow,
  evening: slow,
  night: slow,
  lent: slow,
  lente: slow,
  calme: slow,
  doux: slow,
  douce: slow,
  dimanche: slow,
  dormir: slow,
  detente: slow,
  soir: slow,
  soiree: fast,
  nuit: slow,
  romantique: slow,
  fast,
  quick: fast,
  dance: fast,
  dancing: fast,
  party: fast,
  club: fast,
  workout: fast,
  gym: fast,
  running: fast,
  run: fast,
  energetic: fast,
  upbeat: fast,
  saturday: fast,
  friday: fast,
  rapide: fast,
  danse: fast,
  danser: fast,
  fete: fast,
  sport: fast,
  courir: fast,
  energique: fast,
  samedi: fast,
  church: sacred,
  worship: sacred,
  prayer: sacred,
  praise: sacred,
  eglise: sacred,
  louange: sacred,
  priere: sacred,
  wedding: festive,
  mariage: festive,
  noces: festive,
};

const fillers = new Set(
  'a an the for of to on in at with and some any music song songs track tracks my best good day de du des la le les un une pour avec et musique chanson chansons au aux jour'.split(
    ' ',
  ),
);

/** Null where a word is not understood, or none of them says anything. */
export function readContext(typed: string, genres: readonly string[]): Context | null {
  const words = wordsOf(typed);
  return readLike(words) ?? readMood(words, genres);
}

/** like X, like X but faster; comme X, comme X mais plus lent */
function readLike(words: readonly string[]): Context | null {
  if (words.length < 2 || (words[0] !== 'like' && words[0] !== 'comme')) return null;
  const but = words.findLastIndex((word) => word === 'but' || word === 'mais');
  const rest =
    but < 2 ? [] : words.slice(but + 1).filter((word) => word !== 'plus' && word !== 'more');
  const than =
    rest.length !== 1
      ? null
      : /^(faster|quicker|rapide|fast)$/.test(rest[0]!)
        ? 'faster'
        : /^(slower|calmer|lent|lente|calme|slow|calm)$/.test(rest[0]!)
          ? 'slower'
          : null;
  const like = words.slice(1, than === null ? undefined : but).join(' ');
  return { genres: [], tempo: null, years: null, like, than };
}

function readMood(words: readonly string[], genres: readonly string[]): Context | null {
  const known = genres.map((name) => ({ name, words: wordsOf(name) }));
  const found = new Set<string>();
  let tempo: Context['tempo'] = null;
  let years: Context['years'] = null;
  let meant: readonly string[] = [];
  for (const word of words) {
    const named = known.filter((genre) => genre.words.includes(word));
    const decade = decadeOf(word);
    const meaning = Object.hasOwn(meanings, word) ? meanings[word] : undefined;
    if (named.length > 0) for (const { name } of named) found.add(name);
    else if (decade !== null) years = decade;
    else if (meaning !== undefined) {
      tempo = meaning.tempo ?? tempo;
      meant = meaning.genresOf ?? meant;
    } else if (!fillers.has(word)) return null;
  }
  const byMeaning = known
    .filter((genre) => genre.words.some((word) => meant.includes(word)))
    .map(({ name }) => name);
  const wanted = found.size > 0 ? narrowest(words, [...found]) : byMeaning;
  if (wanted.length === 0 && (meant.length > 0 || (tempo === null && years === null))) return null;
  return { genres: wanted, tempo, years, like: null, than: null };
}

/** "rumba congolaise" is the one genre that holds both words, where there is one. */
function narrowest(words: readonly string[], found: readonly string[]): readonly string[] {
  const count = (name: string): number =>
    wordsOf(name).filter((word) => words.includes(word)).length;
  const most = Math.max(...found.map(count));
  return found.filter((name) => count(name) === most);
}

/** 90s, 1990s, 2023 */
function decadeOf(word: string): Context['years'] {
  const year = /^(19|20)\d\d$/.exec(word);
  if (year !== null) return { from: Number(word), to: Number(word) };
  const decade = /^((?:19|20)?\d0)s$/.exec(word)?.[1];
  if (decade === undefined) return null;
  const from =
    decade.length === 4
      ? Number(decade)
      : Number(decade) < 30
        ? 2000 + Number(decade)
        : 1900 + Number(decade);
  return { from, to: from + 9 };
}

/**
 * Beats a minute that are usual in a genre: what stands for the tempo of a recording whose own is not known. By the word of
 * the genre that says most; the ranges of dance music are those of its own scenes, the others are middles.
 */
const usualBpm: Readonly<Record<string, number>> = {
  ndombolo: 132,
  soukous: 130,
  seben: 132,
  amapiano: 112,
  gqom: 126,
  house: 122,
  afrobeats: 105,
  afrobeat: 112,
  afropop: 106,
  highlife: 116,
  fuji: 118,
  juju: 112,
  apala: 110,
  rumba: 96,
  zouk: 95,
  kizomba: 92,
  gospel: 88,
  worship: 76,
  soul: 84,
  rnb: 80,
  r: 80,
  jazz: 100,
  reggae: 78,
  dancehall: 100,
  intore: 104,
  gakondo: 92,
  hiphop: 92,
  hip: 92,
  rap: 92,
  trap: 140,
  drill: 142,
  bongo: 100,
  kwaito: 106,
  blues: 84,
  folk: 96,
  pop: 112,
  rock: 120,
  electronic: 124,
  techno: 130,
  classical: 90,
  ambient: 70,
};

export function usualTempoOf(genres: readonly string[]): number | null {
  for (const genre of genres)
    for (const word of wordsOf(genre)) if (Object.hasOwn(usualBpm, word)) return usualBpm[word]!;
  return null;
}

export const slowBpmMax = 98;
export const fastBpmMin = 108;
