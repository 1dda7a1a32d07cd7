import { editDistance } from '#foundation/kernel/edit-distance.ts';
import { foldLetters } from '#foundation/kernel/fold-letters.ts';
import { metrics, type Dimension, type Grain, type Plan } from '#market/analytics/index.ts';
import { lastWholeMonth, periodBefore, readPeriod, type Period } from './read-period.ts';
import { empty, languageOf, type Language } from './language.ts';
import {
  dimensionWords,
  grainWords,
  intents,
  intentWords,
  metricOfPlatform,
  metricWords,
  platformNames,
  sourceWords,
  type Intent,
} from './words.ts';

// A question becomes a plan by rules alone. What it names is looked up, never guessed: a name nobody knows is a refusal.

export type Named = {
  readonly kind: 'artist' | 'recording';
  readonly id: string;
  readonly name: string;
};
/** What of the catalogue these words name, best first. */
export type Lookup = (words: string) => Promise<readonly Named[]>;

export type Understood = {
  readonly kind: 'understood';
  readonly language: Language;
  readonly intent: Intent;
  readonly plan: Plan;
  /** What the plan is narrowed to, by name. */
  readonly named: readonly Named[];
};
export type NotUnderstood = {
  readonly kind: 'not understood';
  readonly language: Language;
  readonly why: 'nothing asked' | 'unknown name' | 'not of this metric';
  readonly word: string | null;
};

export type Turn = {
  readonly plan: Plan;
  readonly named: readonly Named[];
  readonly intent: Intent;
};

const limitDefault = 10;
const limitMax = 100;
const askedMax = 500;

export async function readQuestion(
  question: string,
  now: number,
  lookup: Lookup,
  before: Turn | null,
  fallback: Language = 'en',
): Promise<Understood | NotUnderstood> {
  const folded = ` ${foldLetters(question.slice(0, askedMax))
    .replaceAll(/[^\p{L}\p{N}-]+/gu, ' ')
    .trim()} `;
  const language = languageOf(folded.trim().split(' ')) ?? fallback;
  const period = readPeriod(folded, now);
  const rest = createRest(period?.left ?? folded);

  const platform = rest.take(platformNames);
  const intent = firstOf(intents, (name) => rest.take(intentWords[name]) !== null);
  const grain = keyOf(grainWords, rest);
  const asked = keyOf(metricWords, rest);
  const territory = rest.takeCountry();
  const source = keyOf(sourceWords, rest);
  const cut = keyOf(dimensionWords, rest);
  const limit = rest.takeNumber();
  const left = rest.left();
  const named = left === '' ? [] : await findNamed(left, lookup);
  const kept = before !== null && asked === null && isFollowUp(folded) ? before : null;
  const unknown = named.length > 0 ? '' : namesIn(question, folded, left);
  if (unknown !== '') return no(language, 'unknown name', unknown);
  const platformMetric = platform === null ? null : (metricOfPlatform[platform] ?? null);
  // Words that mean nothing here, and none that says what is asked: "who won the cup".
  const saysWhat = asked ?? platformMetric ?? intent ?? kept;
  if (saysWhat === null && left !== '' && named.length === 0)
    return no(language, 'nothing asked', null);
  const isOfPlays = cut !== null || named.length > 0 || source !== null;
  const said = asked === 'counted_plays' ? (platformMetric ?? asked) : asked;
  const name = said ?? platformMetric ?? kept?.plan.metric ?? (isOfPlays ? 'counted_plays' : null);
  if (name === null) return no(language, 'nothing asked', null);

  const filters = {
    ...kept?.plan.filters,
    ...daysOf(period?.period ?? periodOf(folded, kept, now)),
    ...(platform !== null && { platform: platform.replace(' ', '-') }),
    ...(territory !== null && { territory }),
    ...(source !== null && { source }),
    ...namedFilters(named),
  } as Plan['filters'];
  const isCounted =
    /^ (?:how many|how much|combien) /.test(folded) && !/ (?:by|per|par|each|chaque) /.test(folded);
  const chosen: Intent =
    intent ??
    (grain !== null ? 'trend' : cut !== null && !isCounted ? 'top' : (kept?.intent ?? 'figure'));
  const cuts = cutsFor(chosen, isCounted && intent === null ? null : cut, kept, named, name);
  // "Which share comes from the radio" is asked of all sources.
  if (chosen === 'share') for (const one of cuts) delete (filters as Record<string, unknown>)[one];
  const plan: Plan = {
    metric: name,
    dimensions: cuts,
    filters,
    grain: grainFor(chosen, grain, kept, name),
    ...(chosen === 'top' && {
      limit: Math.min(limit ?? kept?.plan.limit ?? limitDefault, limitMax),
    }),
  };
  const metric = metrics.find((one) => one.name === plan.metric)!;
  const strange = Object.keys(filters).find(
    (key) => key !== 'from' && key !== 'to' && !metric.filters.includes(key as Dimension),
  );
  if (strange !== undefined) return no(language, 'not of this metric', strange);
  return {
    kind: 'understood',
    language,
    intent: chosen,
    plan,
    named: named.length > 0 ? named : (kept?.named ?? []),
  };
}

function cutsFor(
  intent: Intent,
  cut: Dimension | null,
  kept: Turn | null,
  named: readonly Named[],
  metric: string,
): readonly Dimension[] {
  const can = metrics.find((one) => one.name === metric)!.cuts;
  // "And by week?" after a list is asked of the whole: a list for each week answers nobody.
  if (kept !== null && cut === null) return intent === 'trend' ? [] : kept.plan.dimensions;
  if (cut !== null) return can.includes(cut) ? [cut] : [];
  if (intent === 'top')
    return [
      can.includes(named.length > 0 ? 'recording' : 'artist')
        ? named.length > 0
          ? 'recording'
          : 'artist'
        : can[0]!,
    ].filter(Boolean);
  if (intent === 'share')
    return [
      can.includes('source') ? 'source' : can.includes('platform') ? 'platform' : can[0]!,
    ].filter(Boolean);
  return [];
}

function grainFor(intent: Intent, grain: Grain | null, kept: Turn | null, metric: string): Grain {
  const can = metrics.find((one) => one.name === metric)!.grains;
  if (grain !== null && can.includes(grain)) return grain;
  if (kept !== null) return kept.plan.grain;
  if (intent !== 'trend' && intent !== 'forecast') return 'total';
  return can.includes('week') ? 'week' : can.includes('month') ? 'month' : 'total';
}

function namedFilters(named: readonly Named[]): Pick<Plan['filters'], 'artist' | 'recording'> {
  const [first] = named;
  if (first === undefined) return {};
  return first.kind === 'artist' ? { artist: first.id } : { recording: first.id };
}

/**
 * Names whose every word stands in the question, give or take one letter of a long word; else the one name that holds all the words
 * that are left: "Chief Nnanna" of a name that goes on.
 */
async function findNamed(words: string, lookup: Lookup): Promise<readonly Named[]> {
  const asked = words.split(' ');
  const known = (await lookup(words)).map((one) => ({ one, parts: partsOf(one.name) }));
  const whole = known.filter(({ parts }) =>
    parts.every((part) => asked.some((word) => isLike(word, part))),
  );
  const begun = known.filter(({ parts }) =>
    asked.every((word) => parts.some((part) => isLike(word, part))),
  );
  const found = whole.length > 0 ? whole : begun.length === 1 ? begun : [];
  // The longest name that fits is meant: "Uwase & Keza" rather than "Uwase".
  return found
    .map(({ one }) => one)
    .toSorted((a, b) => b.name.length - a.name.length)
    .slice(0, 2);
}

function partsOf(name: string): readonly string[] {
  return foldLetters(name)
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
    .split(' ');
}

function isLike(word: string, part: string): boolean {
  return word === part || (part.length >= 5 && editDistance(word, part, 1) <= 1);
}

const followUpWordsMax = 4;

/** Whether a question goes on from the one before: it says so, or is too short to stand alone. */
function isFollowUp(folded: string): boolean {
  return (
    /^ (?:and|et|what about|how about|same|but|mais|by|par|breakdown|repartition) /.test(folded) ||
    folded.trim().split(' ').length <= followUpWordsMax
  );
}

/** Before these in a question stands somebody's name, or a thing's. */
const beforeNames = /^(?:of|by|for|de|d|du|par|pour)$/;

/** Words left over that were meant as a name: written large within the sentence, or after "of" or "by". */
function namesIn(question: string, folded: string, left: string): string {
  const words = folded.trim().split(' ');
  const large = new Set(
    [...question.matchAll(/(?<=\S\s+)\p{Lu}[\p{L}\p{N}]+/gu)].map(([word]) => foldLetters(word)),
  );
  return left
    .split(' ')
    .filter((word) => {
      const at = words.indexOf(word);
      return word.length >= 3 && (large.has(word) || (at > 0 && beforeNames.test(words[at - 1]!)));
    })
    .join(' ');
}

const periodsBefore =
  /\b(?:week|month|quarter|year|day|period) before\b|\bthe one before\b|\b(?:semaine|mois|trimestre|annee|periode) d avant\b/;

function daysOf({ from, to }: Period): Period {
  return { from, to };
}

/** Where no period is named: that of the question before, or the one before it; else the last whole month. */
function periodOf(folded: string, kept: Turn | null, now: number): Period {
  if (kept === null) return lastWholeMonth(now);
  return periodsBefore.test(folded) ? periodBefore(kept.plan.filters) : kept.plan.filters;
}

type Rest = ReturnType<typeof createRest>;

/** A question from which what was understood is taken away. */
function createRest(question: string) {
  let text = question;
  function take(phrases: readonly string[]): string | null {
    const found = phrases
      .toSorted((a, b) => b.length - a.length)
      .find((phrase) => text.includes(` ${phrase} `));
    if (found === undefined) return null;
    text = text.replace(` ${found} `, '  ').replaceAll(/\s+/g, ' ');
    if (!text.startsWith(' ')) text = ` ${text}`;
    if (!text.endsWith(' ')) text = `${text} `;
    return found;
  }
  return {
    take,
    takeCountry(): string | null {
      const found = take([...countries.keys()]);
      return found === null ? null : countries.get(found)!;
    },
    takeNumber(): number | null {
      const match = / (\d{1,4}) /.exec(text);
      if (match === null) {
        const word = take([...numberWords.keys()]);
        return word === null ? null : numberWords.get(word)!;
      }
      text = text.replace(match[0], ' ');
      return Math.max(1, Number(match[1]));
    },
    left: (): string =>
      text
        .trim()
        .split(/\s+/)
        .filter((word) => word !== '' && !empty.has(word))
        .join(' '),
  };
}

function keyOf<T extends string>(
  lexicon: Readonly<Record<T, readonly string[]>>,
  rest: Rest,
): T | null {
  return firstOf(Object.keys(lexicon) as T[], (key) => rest.take(lexicon[key]) !== null);
}

function firstOf<T>(list: readonly T[], is: (one: T) => boolean): T | null {
  return list.find(is) ?? null;
}

function no(language: Language, why: NotUnderstood['why'], word: string | null): NotUnderstood {
  return { kind: 'not understood', language, why, word };
}

const numberWords: ReadonlyMap<string, number> = new Map([
  ['three', 3],
  ['five', 5],
  ['ten', 10],
  ['twenty', 20],
  ['trois', 3],
  ['cinq', 5],
  ['dix', 10],
  ['vingt', 20],
]);

/** Every country by its English and French name, folded. */
const countries: ReadonlyMap<string, string> = readCountries();

function readCountries(): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const letters = Array.from({ length: 26 }, (_, i) => String.fromCharCode(65 + i));
  for (const language of ['en', 'fr']) {
    const names = new Intl.DisplayNames(language, { type: 'region', fallback: 'none' });
    for (const a of letters)
      for (const b of letters) {
        const name = names.of(`${a}${b}`);
        if (name === undefined) continue;
        const folded = foldLetters(name)
          .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
          .trim();
        if (!found.has(folded)) found.set(folded, `${a}${b}`);
      }
  }
  found
    .set('drc', 'CD')
    .set('rdc', 'CD')
    .set('congo', 'CD')
    .set('ivory coast', 'CI')
    .set('usa', 'US')
    .set('uk', 'GB');
  return found;
}
