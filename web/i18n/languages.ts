import type english from './en.json';

/** A text, or its forms by plural category (CLDR). */
export type Entry = string | Readonly<Partial<Record<Intl.LDMLPluralRule, string>>>;
export type Key = keyof typeof english;
export type Catalogue = Readonly<Partial<Record<Key, Entry>>>;

export type Language = {
  readonly code: string;
  /** The language's name in itself. */
  readonly name: string;
  /** Whether a speaker has read the whole catalogue. */
  readonly reviewed: boolean;
  readonly load: () => Promise<{ readonly default: Catalogue }>;
};

/** Anyone may complete a catalogue: add keys of `en.json` to the file; what is missing is shown in English. */
export const languages: readonly Language[] = [
  { code: 'en', name: 'English', reviewed: true, load: () => import('./en.json') },
  { code: 'fr', name: 'Français', reviewed: true, load: () => import('./fr.json') },
  { code: 'rw', name: 'Ikinyarwanda', reviewed: false, load: () => import('./rw.json') },
  { code: 'sw', name: 'Kiswahili', reviewed: false, load: () => import('./sw.json') },
  { code: 'ln', name: 'Lingála', reviewed: false, load: () => import('./ln.json') },
  { code: 'ha', name: 'Hausa', reviewed: false, load: () => import('./ha.json') },
  { code: 'yo', name: 'Yorùbá', reviewed: false, load: () => import('./yo.json') },
  { code: 'ig', name: 'Ìgbò', reviewed: false, load: () => import('./ig.json') },
  { code: 'pt', name: 'Português', reviewed: false, load: () => import('./pt.json') },
];

export function isLanguage(code: string): boolean {
  return languages.some((language) => language.code === code);
}
