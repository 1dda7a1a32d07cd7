import { type ReactNode, createContext, useCallback, useContext, useMemo, useState } from 'react';
import { formats } from '../ui/format.ts';
import { translator } from '../ui/translate.ts';
import { WordsProvider } from '../ui/words.tsx';
import { localeOf, storeLanguage, timeZone } from './preferences.ts';
import { catalogueOf, speak } from './words.ts';

type Choose = (code: string) => Promise<void>;
const ChooseContext = createContext<Choose>(async () => {});

export function useChooseLanguage(): Choose {
  return useContext(ChooseContext);
}

/** Texts and formats for everything below. Begins with a language whose texts are there, so nothing is shown twice. */
export function LanguageProvider({
  first,
  children,
}: {
  first: string;
  children: ReactNode;
}): ReactNode {
  const [chosen, setChosen] = useState(first);
  const choose = useCallback<Choose>(async (code) => {
    await speak(code);
    storeLanguage(code);
    document.documentElement.lang = code;
    setChosen(code);
  }, []);
  const words = useMemo(() => {
    const locale = localeOf(chosen);
    return {
      language: chosen,
      locale,
      t: translator(locale, catalogueOf(chosen), catalogueOf('en'), 'en'),
      f: formats(locale, timeZone()),
    };
  }, [chosen]);
  return (
    <ChooseContext.Provider value={choose}>
      <WordsProvider value={words}>{children}</WordsProvider>
    </ChooseContext.Provider>
  );
}
