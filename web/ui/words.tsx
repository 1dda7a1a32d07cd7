import { createContext, type ReactNode, useContext } from 'react';
import { type Translate, type Vars, pieces } from '../i18n/translate.ts';
import type { Key } from '../i18n/languages.ts';
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

/** A sentence with marked words: `<Rich k="near" vars={...} a={(text) => <Link>{text}</Link>} />`. */
export function Rich({
  k,
  vars,
  ...marks
}: {
  k: Key;
  vars?: Vars;
  a?: (text: string) => ReactNode;
  b?: (text: string) => ReactNode;
  c?: (text: string) => ReactNode;
}): ReactNode {
  const { t } = useWords();
  const by: Readonly<Record<string, ((text: string) => ReactNode) | undefined>> = marks;
  return pieces(t(k, vars)).map((piece, index) => (
    <span key={index}>
      {piece.tag === null ? piece.text : (by[piece.tag]?.(piece.text) ?? <b>{piece.text}</b>)}
    </span>
  ));
}
