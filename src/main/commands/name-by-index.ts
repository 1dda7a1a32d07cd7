import { queryOfHashes, identify, prepareSearch } from '#counting/recognition/engine.ts';
import type { HashedSound } from '#foundation/dsp/hash-sound.ts';
import { openIndex } from './identify-files.ts';

/** Lets a listener name what it hears by an index file, without a server; null when there is no such index, which is said. */
export async function nameByIndex(
  file: string,
): Promise<((sound: HashedSound) => string | null) | null> {
  const shards = await openIndex(file);
  if (shards === null) return null;
  const search = prepareSearch();
  return ({ hashes, levels, seams }) => {
    const query = queryOfHashes(hashes, levels, seams);
    const match = query === null ? null : identify(search, shards, query).match;
    if (match === null) return null;
    return match.artist === '' ? match.title : `${match.title} by ${match.artist}`;
  };
}
