import type { Catalogue, Entry, Key } from './languages.ts';

export type Vars = Readonly<Record<string, string | number>>;
export type Translate = (key: Key, vars?: Vars) => string;

/**
 * `t('key', { count: 3 })`: picks the plural form by `count`, groups numbers the locale's way and fills
 * `{name}`. A key the catalogue lacks is answered from the fallback, with the fallback's plural rules.
 */
export function translator(
  locale: string,
  catalogue: Catalogue,
  fallback: Catalogue,
  fallbackLocale: string,
): Translate {
  const own = rules(locale);
  const other = rules(fallbackLocale);
  return (key, vars = {}) => {
    const entry = catalogue[key];
    return entry === undefined ? say(fallback[key] ?? key, vars, other) : say(entry, vars, own);
  };
}

type Rules = { readonly plural: Intl.PluralRules; readonly number: Intl.NumberFormat };

function rules(locale: string): Rules {
  return { plural: new Intl.PluralRules(locale), number: new Intl.NumberFormat(locale) };
}

function say(entry: Entry, vars: Vars, { plural, number }: Rules): string {
  let text: string;
  if (typeof entry === 'string') text = entry;
  else {
    const count = typeof vars.count === 'number' ? vars.count : 0;
    text = entry[plural.select(count)] ?? entry.other ?? '';
  }
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = vars[name];
    if (value === undefined) return whole;
    return typeof value === 'number' ? number.format(value) : value;
  });
}

/** The `{names}` an entry fills, over all its plural forms. */
export function placeholders(entry: Entry): ReadonlySet<string> {
  const forms = typeof entry === 'string' ? [entry] : Object.values(entry);
  return new Set(
    forms.flatMap((form) => [...form.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '')),
  );
}

export type Piece = { readonly text: string; readonly tag: string | null };

/** Cuts `<b>word</b>` out of a text, so that a sentence with a link in it stays one sentence to translate. */
export function pieces(text: string): readonly Piece[] {
  const out: Piece[] = [];
  let at = 0;
  for (const match of text.matchAll(/<(\w+)>(.*?)<\/\1>/g)) {
    if (match.index > at) out.push({ text: text.slice(at, match.index), tag: null });
    out.push({ text: match[2] ?? '', tag: match[1] ?? null });
    at = match.index + match[0].length;
  }
  if (at < text.length) out.push({ text: text.slice(at), tag: null });
  return out;
}
