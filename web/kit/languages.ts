export type Language = {
  readonly code: string;
  /** The language's name in itself. */
  readonly name: string;
  /** Every text is there, which a test holds, and a speaker has read it. The others borrow from English. */
  readonly complete: boolean;
};

/**
 * Anyone may complete a language: add keys of a folder's `words/en.json` to the file of the language beside it. What is
 * missing is shown in English.
 */
export const languages: readonly Language[] = [
  { code: 'en', name: 'English', complete: true },
  { code: 'fr', name: 'Français', complete: true },
  { code: 'rw', name: 'Ikinyarwanda', complete: false },
  { code: 'sw', name: 'Kiswahili', complete: false },
  { code: 'ln', name: 'Lingála', complete: false },
  { code: 'ha', name: 'Hausa', complete: false },
  { code: 'yo', name: 'Yorùbá', complete: false },
  { code: 'ig', name: 'Ìgbò', complete: false },
  { code: 'pt', name: 'Português', complete: false },
];

export function isLanguage(code: string): boolean {
  return languages.some((language) => language.code === code);
}
