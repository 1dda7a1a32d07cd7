import { recordingsLearned, recordingsMerged } from '#catalogue/catalog/index.ts';
import { subscriber } from '#foundation/platform/outbox.ts';
import { oftenAsked } from '#foundation/platform/rate-limits.ts';
import type { Room } from '#foundation/platform/room.ts';
import * as contract from './contract.ts';
import type { SearchContext } from './context.ts';
import { serveSearch } from './http.ts';
import { openNames, type NamesContext } from './keep-names.ts';

export type SearchNeeds = NamesContext & Pick<SearchContext, 'similarTo'>;

export function openSearch(needs: SearchNeeds): Room & { readonly search: SearchContext } {
  const names = openNames(needs);
  const search: SearchContext = { db: needs.db, names, similarTo: needs.similarTo };
  return {
    name: 'search',
    search,
    serve: (kit) => serveSearch(kit, search),
    subscribers: [
      subscriber('search', recordingsLearned, ({ recordingIds }) => names.follow(recordingIds)),
      subscriber('search', recordingsMerged, ({ fromId, intoId }) =>
        names.follow([fromId, intoId]),
      ),
    ],
    background: () => names.keep(),
    // Asked at every letter.
    rates: { [contract.search.path]: oftenAsked },
  };
}
