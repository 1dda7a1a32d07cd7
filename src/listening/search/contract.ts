import { Type, type Static } from 'typebox';
import { ArtistItem, RecordingItem, ReleaseItem } from '#catalogue/catalog/contract.ts';
import { anyone, endpoint, nullable } from '#foundation/kernel/endpoint.ts';
import { idShape } from '#foundation/kernel/ids.ts';
import { lineText } from '#foundation/kernel/text.ts';

export const queryCharsMax = 200;
export const hitsPerKindDefault = 8;
export const hitsPerKindMax = 100;

const Kind = Type.Enum(['artist', 'recording', 'release', 'playlist', 'label']);
const Provenance = Type.String({ description: 'api, scrape, import, counted, estimated or demo' });
const Facets = Type.Array(Type.Object({ value: Type.String(), count: Type.Integer() }));

export const PlaylistHit = Type.Object({
  id: idShape('playlist'),
  name: Type.String(),
  isPublic: Type.Boolean(),
  isMine: Type.Boolean(),
  entries: Type.Integer(),
  provenance: Provenance,
});
export const LabelHit = Type.Object({
  id: idShape('label'),
  name: Type.String(),
  releases: Type.Integer(),
  provenance: Provenance,
});

export const SearchOut = Type.Object({
  order: Type.Array(Type.Object({ kind: Kind, id: Type.String() }), {
    description:
      'every hit, best first: exact and beginning names before others, then by counted plays',
  }),
  artists: Type.Array(ArtistItem),
  recordings: Type.Array(RecordingItem),
  releases: Type.Array(ReleaseItem),
  playlists: Type.Array(PlaylistHit),
  labels: Type.Array(LabelHit),
  facets: Type.Object({ kinds: Facets, genres: Facets, years: Facets }),
  context: nullable(
    Type.Object(
      {
        genres: Type.Array(Type.String()),
        tempo: nullable(Type.Enum(['slow', 'fast'])),
        years: nullable(Type.Object({ from: Type.Integer(), to: Type.Integer() })),
        like: nullable(Type.String({ description: 'the name of what they are like' })),
        than: nullable(Type.Enum(['slower', 'faster'])),
        recordings: Type.Array(RecordingItem),
      },
      {
        description:
          'recordings that fit words of mood, genre and time, when all of what was typed is that; where no tempo is known it is the usual one of the genre',
      },
    ),
  ),
  nearest: Type.Array(Type.String(), {
    description: 'names that may have been meant, when nothing was found',
  }),
  isComplete: Type.Boolean({
    description: 'false while names are still being read after a start: ask again in some seconds',
  }),
});
export type SearchOut = Static<typeof SearchOut>;
export type Found = SearchOut['order'][number];

export const search = endpoint(
  'GET',
  '/api/v1/search',
  {
    access: anyone,
    summary:
      'Search names while somebody types: typing errors, unfinished words, any order; an ISRC or GTIN as it is',
  },
  {
    query: Type.Object({
      q: lineText(queryCharsMax, { minLength: 1, description: 'what was typed so far' }),
      kinds: Type.Optional(
        Type.String({
          pattern:
            '^(artist|recording|release|playlist|label)(,(artist|recording|release|playlist|label)){0,4}$',
          description: 'only these, between commas; without it all',
        }),
      ),
      genre: Type.Optional(lineText(100, { minLength: 1 })),
      year: Type.Optional(Type.Integer({ minimum: 1860, maximum: 2200 })),
      limit: Type.Optional(
        Type.Integer({
          minimum: 1,
          maximum: hitsPerKindMax,
          default: hitsPerKindDefault,
          description: 'most hits of each kind',
        }),
      ),
    }),
    reply: SearchOut,
  },
);
