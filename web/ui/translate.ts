/** A text, or its forms by plural category (CLDR). */
export type Entry = string | Readonly<Partial<Record<Intl.LDMLPluralRule, string>>>;
export type Catalogue = Readonly<Record<string, Entry>>;

export type Vars = Readonly<Record<string, string | number>>;
export type Translate<Key extends string = string> = (key: Key, vars?: Vars) => string;

/**
 * `t('key', { count: 3 })`: picks the plural form by `count`, groups numbers the locale's way and fills
 * `{name}`. A key the catalogue lacks is answered from the fallback, with the fallback's plural rules.
 * Both catalogues may grow afterwards: they are read at every call.
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
