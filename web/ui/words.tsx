import { createContext, useContext } from 'react';
import type { Translate } from '../i18n/translate.ts';
import type { Format } from './format.ts';

/** Texts and formats of the chosen language. */
export type Words = {
  readonly language: string;
  readonly locale: string;
  readonly t: Translate;
  readonly f: Format;
};

const WordsContext = createContext<Words | null>(null);
export const WordsProvider = WordsContext.Provider;

export function useWords(): Words {
  const words = useContext(WordsContext);
  if (words === null) throw new Error('useWords outside of WordsProvider');
  return words;
}
