import type { Source, Unknown } from '#foundation/kernel/counting.ts';
import { useWords } from './words.tsx';

/** Where evidence comes from, in the reader's language; a source this app has no word for is called unknown. */
export function useSourceName(): (source: string) => string {
  const { t } = useWords();
  const names: Readonly<Record<Source | Unknown, string>> = {
    stream: t('source.stream'),
    phone: t('source.phone'),
    venue: t('source.venue'),
    radio: t('source.radio'),
    deck: t('source.deck'),
    scrobble: t('source.scrobble'),
    manual: t('source.manual'),
    import: t('source.import'),
    unknown: t('source.unknown'),
  };
  return (source) => names[source as Source] ?? names.unknown;
}
