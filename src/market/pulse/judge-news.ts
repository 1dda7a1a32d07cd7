import { foldLetters } from '#foundation/kernel/fold-letters.ts';
import { hourMs } from '#foundation/kernel/time.ts';

// What a piece of news is about, how much it matters to whom, and which pieces tell one story. All of it by rules that can be read,
// so that the page can say why an item ranks where it does.

export const tiers = ['creator', 'developer', 'monetizer'] as const;
export type Tier = (typeof tiers)[number];

export const categories = [
  'deals',
  'streaming',
  'live',
  'law',
  'technology',
  'charts',
  'people',
  'other',
] as const;
export type Category = (typeof categories)[number];

const words: Readonly<Record<Exclude<Category, 'other'>, readonly string[]>> = {
  deals:
    'acquire acquires acquired acquisition deal deals signs signed signing catalogue catalog invest invests investment funding raises million billion stake merger partnership accord rachat'.split(
      ' ',
    ),
  streaming:
    'stream streams streaming spotify boomplay audiomack deezer subscribers subscription listeners playlist playlists youtube tiktok ecoute'.split(
      ' ',
    ),
  live: 'tour tours festival festivals concert concerts ticket tickets venue arena stage headline tournee'.split(
    ' ',
  ),
  law: 'court lawsuit sues sued copyright royalty royalties law bill regulation tax levy infringement licence license society cmo droit'.split(
    ' ',
  ),
  technology:
    'ai software plugin plugins app api platform launches launch model models generator synth controller firmware daw tool tools'.split(
      ' ',
    ),
  charts:
    'chart charts number-one debut debuts tops record records week billboard hit hits certified platinum gold'.split(
      ' ',
    ),
  people:
    'appoints appointed names hires joins leaves ceo president executive dies died award awards nominated grammy'.split(
      ' ',
    ),
};

/** How much each tier cares for each category, 0 to 1. */
const interest: Readonly<Record<Tier, Readonly<Record<Category, number>>>> = {
  creator: {
    deals: 0.5,
    streaming: 0.7,
    live: 0.9,
    law: 0.6,
    technology: 0.7,
    charts: 0.8,
    people: 0.5,
    other: 0.3,
  },
  developer: {
    deals: 0.4,
    streaming: 0.7,
    live: 0.2,
    law: 0.5,
    technology: 1,
    charts: 0.3,
    people: 0.2,
    other: 0.3,
  },
  monetizer: {
    deals: 1,
    streaming: 0.9,
    live: 0.6,
    law: 0.9,
    technology: 0.5,
    charts: 0.7,
    people: 0.6,
    other: 0.3,
  },
};

export function categoryOf(title: string, text: string): Category {
  const inTitle = new Set(wordsOf(title));
  const inText = new Set(wordsOf(text));
  let best: Category = 'other';
  let most = 0;
  for (const [category, list] of Object.entries(words) as [Category, readonly string[]][]) {
    const score = list.reduce(
      (sum, word) => sum + (inTitle.has(word) ? 3 : 0) + (inText.has(word) ? 1 : 0),
      0,
    );
    if (score > most) [best, most] = [category, score];
  }
  return best;
}

/** What an impact is made of; each part in points, and the points add up to at most 100. */
export type Parts = {
  /** The tier's interest in the category: up to 35. */
  readonly topic: number;
  /** The home market or a followed name is in it: up to 20. */
  readonly home: number;
  /** How far the source is trusted: up to 15. */
  readonly trust: number;
  /** An amount of money, a law, a payout: up to 15. */
  readonly money: number;
  /** Further sources that tell it: up to 15. */
  readonly corroboration: number;
};

export type Judged = {
  readonly category: Category;
  readonly trust: number;
  readonly text: string;
  readonly sources: number;
};

export function partsOf(tier: Tier, item: Judged, names: readonly string[]): Parts {
  const folded = ` ${wordsOf(item.text).join(' ')} `;
  const named = names.filter((name) => folded.includes(` ${wordsOf(name).join(' ')} `)).length;
  const hasMoney =
    /(?:[$€£₦]\s?\d|\b(?:usd|eur|ngn|rwf|cdf)\s?\d|\d\s?(?:million|billion|milliards?|%))/i.test(
      item.text,
    );
  return {
    topic: Math.round(35 * interest[tier][item.category]),
    home: Math.min(20, 10 * named),
    trust: Math.round(15 * item.trust),
    money: hasMoney ? 15 : 0,
    corroboration: Math.min(15, Math.round(7.5 * Math.log2(Math.max(1, item.sources)))),
  };
}

const halfLifeMs = 18 * hourMs;

/** The sum of the parts, and what is left of it after the time since: half every 18 hours. */
export function impactOf(parts: Parts): number {
  return Math.min(100, parts.topic + parts.home + parts.trust + parts.money + parts.corroboration);
}

export function freshness(publishedAt: number, now: number): number {
  return 0.5 ** (Math.max(0, now - publishedAt) / halfLifeMs);
}

const hashes = 64;
const bands = 16;
const alikeFrom = 0.4;

/** MinHash of the words (Broder 1997): the share of equal places estimates how many words two texts share. */
export function signatureOf(text: string): Uint32Array {
  const signature = new Uint32Array(hashes).fill(0xffffffff);
  for (const word of new Set(wordsOf(text))) {
    let h = 0x811c9dc5;
    for (let i = 0; i < word.length; i++) h = Math.imul(h ^ word.charCodeAt(i), 0x01000193);
    for (let k = 0; k < hashes; k++) {
      let x = (h ^ Math.imul(k + 1, 0x9e3779b9)) >>> 0;
      x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
      x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
      x = (x ^ (x >>> 16)) >>> 0;
      if (x < signature[k]!) signature[k] = x;
    }
  }
  return signature;
}

/** Places in which two signatures may meet: texts that share a band are compared. */
export function bandsOf(signature: Uint32Array): readonly string[] {
  const rows = hashes / bands;
  return Array.from(
    { length: bands },
    (_, band) => `${band}:${signature.subarray(band * rows, (band + 1) * rows).join('.')}`,
  );
}

export function isOneStory(a: Uint32Array, b: Uint32Array): boolean {
  let same = 0;
  for (let k = 0; k < hashes; k++) if (a[k] === b[k]) same++;
  return same / hashes >= alikeFrom;
}

/** At most two sentences, 45 words: those near the beginning that hold the most of the item's own words. */
export function summarise(text: string, title: string): string {
  const sentences = [...new Intl.Segmenter('en', { granularity: 'sentence' }).segment(text)]
    .map((part) => part.segment.trim())
    .filter(
      (sentence) =>
        sentence.length > 20 && !/^(read more|continue reading|the post|subscribe)/i.test(sentence),
    );
  if (sentences.length === 0) return title;
  const of = new Set(wordsOf(title).filter((word) => word.length > 3));
  const ranked = sentences
    .slice(0, 8)
    .map((sentence, i) => ({
      sentence,
      i,
      score: wordsOf(sentence).filter((word) => of.has(word)).length + 3 / (i + 1),
    }))
    .toSorted((a, b) => b.score - a.score)
    .slice(0, 2)
    .toSorted((a, b) => a.i - b.i);
  const kept: string[] = [];
  let count = 0;
  for (const { sentence } of ranked) {
    const length = sentence.split(/\s+/).length;
    if (kept.length > 0 && count + length > 45) break;
    kept.push(length > 45 ? `${sentence.split(/\s+/).slice(0, 45).join(' ')} …` : sentence);
    count += length;
  }
  return kept.join(' ');
}

function wordsOf(text: string): readonly string[] {
  return foldLetters(text)
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
    .split(' ')
    .filter((word) => word !== '');
}
