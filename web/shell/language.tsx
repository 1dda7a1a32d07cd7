import { type ReactNode, createContext, useCallback, useContext, useMemo, useState } from 'react';
import english from '../i18n/en.json';
import { type Catalogue, languages } from '../i18n/languages.ts';
import { translator } from '../i18n/translate.ts';
import { formats } from '../ui/format.ts';
import { WordsProvider } from '../ui/words.tsx';
import { localeOf, storeLanguage, timeZone } from './preferences.ts';

type Choose = (code: string) => Promise<void>;
const ChooseContext = createContext<Choose>(async () => {});

export function useChooseLanguage(): Choose {
  return useContext(ChooseContext);
}

export async function loadCatalogue(code: string): Promise<Catalogue> {
  if (code === 'en') return english;
  const language = languages.find((one) => one.code === code);
  return language === undefined ? english : (await language.load()).default;
}

/** Texts and formats for everything below. Begins with a catalogue that is already loaded, so nothing is shown twice. */
export function LanguageProvider({
  first,
  children,
}: {
  first: { code: string; catalogue: Catalogue };
  children: ReactNode;
}): ReactNode {
  const [chosen, setChosen] = useState(first);
  const choose = useCallback<Choose>(async (code) => {
    const catalogue = await loadCatalogue(code);
    storeLanguage(code);
    document.documentElement.lang = code;
    setChosen({ code, catalogue });
  }, []);
  const words = useMemo(() => {
    const locale = localeOf(chosen.code);
    return {
      language: chosen.code,
      locale,
      t: translator(locale, chosen.catalogue, english, 'en'),
      f: formats(locale, timeZone()),
    };
  }, [chosen]);
  return (
    <ChooseContext.Provider value={choose}>
      <WordsProvider value={words}>{children}</WordsProvider>
    </ChooseContext.Provider>
  );
}
