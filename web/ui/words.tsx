import { createContext, useContext } from 'react';
import type { Format } from './format.ts';
import type { Translate } from './translate.ts';
import type english from './words/en.json';

/** Texts and formats of the chosen language. The texts of `web/ui/words` are there for everybody; a room adds its own. */
export type Words<Own extends string = never> = {
  readonly language: string;
  readonly locale: string;
  readonly t: Translate<keyof typeof english | Own>;
  readonly f: Format;
};

const WordsContext = createContext<Words<string> | null>(null);
export const WordsProvider = WordsContext.Provider;

export function useWords<Own extends string = never>(): Words<Own> {
  const words = useContext(WordsContext);
  if (words === null) throw new Error('useWords outside of WordsProvider');
  return words;
}
