import type { Catalogue, Entry } from '../ui/translate.ts';
import { languages } from './languages.ts';

// The texts of a folder lie in its `words`, a file for each language, and come with its code: a reader fetches those of
// the rooms they open, in one language, two where a language is not complete.

/** What `import.meta.glob('./words/*.json')` answers: for each language a file, or several. */
export type WordFiles = Readonly<Record<string, () => Promise<unknown>>>;

const fallback = 'en';
const catalogues = new Map<string, Record<string, Entry>>();
const opened = new Set<WordFiles>();
/** The language on the screen and the one it changes to; the same but for the moment of changing. */
let shown = fallback;
let wanted = fallback;

/** The texts of a language that were fetched so far. It grows with every room that is opened. */
export function catalogueOf(language: string): Catalogue {
  return writable(language);
}

function writable(language: string): Record<string, Entry> {
  const known = catalogues.get(language) ?? {};
  catalogues.set(language, known);
  return known;
}

/** Fetches the texts of a folder in the reader's language, and from then on in every language they change to. */
export async function openWords(files: WordFiles): Promise<void> {
  opened.add(files);
  await Promise.all([...new Set([shown, wanted])].map((language) => read(files, language)));
}

/** Settled when everything that is open can be said in this language; on failure the language stays what it was. */
export async function speak(language: string): Promise<void> {
  wanted = language;
  try {
    await Promise.all([...opened].map((files) => read(files, language)));
    shown = language;
  } catch (error) {
    wanted = shown;
    throw error;
  }
}

async function read(files: WordFiles, language: string): Promise<void> {
  const isComplete = languages.some(({ code, complete }) => code === language && complete);
  const needed = isComplete ? [language] : [language, fallback];
  const languageOf = (file: string) => /(\w+)\.json$/.exec(file)?.[1] ?? '';
  await Promise.all(
    Object.entries(files).map(async ([file, load]) => {
      const code = languageOf(file);
      if (!needed.includes(code)) return;
      const { default: words } = (await load()) as { readonly default: Catalogue };
      Object.assign(writable(code), words);
    }),
  );
}
