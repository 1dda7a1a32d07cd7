import { useWords } from './words.tsx';

/** The sources this app has words for, in the order a form offers them. */
export const sources = [
  'stream',
  'phone',
  'venue',
  'radio',
  'deck',
  'scrobble',
  'manual',
  'import',
] as const;

/** Where evidence comes from, in the reader's language; a source this app does not know keeps its own name. */
export function useSourceName(): (source: string) => string {
  const { t } = useWords();
  const names: Readonly<Record<string, string>> = {
    stream: t('source.stream'),
    phone: t('source.phone'),
    venue: t('source.venue'),
    radio: t('source.radio'),
    deck: t('source.deck'),
    scrobble: t('source.scrobble'),
    manual: t('source.manual'),
    import: t('source.import'),
  };
  return (source) => names[source] ?? source;
}
