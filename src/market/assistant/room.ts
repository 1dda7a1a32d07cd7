import type { Room } from '#foundation/platform/room.ts';
import { findNames, type SearchContext } from '#listening/search/index.ts';
import { listArtists } from '#market/audience/index.ts';
import { spellingKey } from '#market/identity/index.ts';
import type { RoomPermissions } from '#people/accounts/index.ts';
import type { AssistantContext } from './context.ts';
import { chat } from './contract.ts';
import { serveAssistant } from './http.ts';
import type { Lookup } from './read-question.ts';

export type AssistantNeeds = Omit<AssistantContext, 'lookup'> & { readonly search: SearchContext };

const permissions: RoomPermissions = {
  'assistant.ask': {
    roles: ['artist', 'label', 'society', 'analyst', 'moderator', 'admin'],
    meaning: 'ask the assistant about figures',
  },
};

export function openAssistant({ search, ...needs }: AssistantNeeds): Room {
  const assistant: AssistantContext = { ...needs, lookup: lookupIn(search, needs.demo) };
  return {
    name: 'assistant',
    serve: (kit) => serveAssistant(kit, assistant),
    permissions,
    rates: { [chat.path]: { requests: 20, windowS: 60 } },
  };
}

const hitsMax = 5;
/** Outside services know artists that the catalogue does not. */
const outsideMax = 3;

/** Names of the catalogue, as the search of Listen finds them: with typing errors, without accents, in any order; and of outside figures. */
export function lookupIn(search: SearchContext, demo: boolean): Lookup {
  return async (words) => {
    const found = new Map<string, Awaited<ReturnType<Lookup>>[number]>();
    // All the words first; where other words stand among them, each run of them by itself.
    for (const q of runsOf(words)) {
      const hits = await findNames(
        search,
        { q, kinds: ['artist', 'recording'], limit: hitsMax },
        null,
      );
      for (const artist of hits.artists)
        found.set(artist.id, { kind: 'artist', id: artist.id, name: artist.name });
      for (const recording of hits.recordings)
        found.set(recording.id, { kind: 'recording', id: recording.id, name: recording.title });
      if (found.size > 0) break;
    }
    for (const { id, name } of await listArtists(
      { db: search.db, demo },
      spellingKey(words),
      outsideMax,
    ))
      if (![...found.values()].some((one) => spellingKey(one.name) === spellingKey(name)))
        found.set(id, { kind: 'artist', id, name });
    return [...found.values()];
  };
}

const runWordsMax = 6;

function runsOf(words: string): readonly string[] {
  const list = words.split(' ').slice(0, runWordsMax);
  const runs: string[] = [];
  for (let length = list.length; length > 0; length--)
    for (let start = 0; start + length <= list.length; start++)
      runs.push(list.slice(start, start + length).join(' '));
  return runs;
}
