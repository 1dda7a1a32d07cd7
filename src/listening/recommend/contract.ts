import { Type, type Static } from 'typebox';
import { ArtistItem, RecordingItem } from '#catalogue/catalog/contract.ts';
import {
  anyone,
  endpoint,
  InstantOut,
  Nothing,
  nullable,
  signedIn,
} from '#foundation/kernel/endpoint.ts';
import { idShape } from '#foundation/kernel/ids.ts';
import { nameText } from '#foundation/kernel/text.ts';

export const tasteGenresMax = 20;
export const tasteArtistsMax = 50;
export const radioSkipMax = 100;
const listedMax = 50;
const listedDefault = 20;
const dislikesShownMax = 200;

const Territory = Type.String({ pattern: '^[A-Z]{2}$' });
const limit = Type.Optional(
  Type.Integer({ minimum: 1, maximum: listedMax, default: listedDefault }),
);

export const WhyOut = Type.Object({
  kind: Type.Enum(['because', 'familiar', 'new_at_home', 'taste', 'alike', 'popular'], {
    description:
      'because: of what was heard; alike: by genre, artist, tempo and year; popular: only that others play it',
  }),
  of: nullable(
    Type.Object(
      { recordingId: idShape('recording'), title: Type.String(), artistName: Type.String() },
      { description: 'what speaks for it most' },
    ),
  ),
});
export const PickedOut = Type.Object({ recording: RecordingItem, why: WhyOut });
export type PickedOut = Static<typeof PickedOut>;

const Basis = Type.Enum(['listening', 'taste', 'content', 'popularity'], {
  description: 'what the list rests on; popularity is what is left when nothing else is known',
});
const ModelOut = nullable(
  Type.Object({
    version: Type.Integer(),
    madeAt: InstantOut,
    listeners: Type.Integer(),
    recordings: Type.Integer(),
    pairs: Type.Integer({ description: 'who heard what, each once' }),
    fitMs: Type.Integer(),
    evaluation: nullable(
      Type.Record(Type.String(), Type.Number(), {
        description:
          'on one in five of what listeners heard, held back while fitting; popularRecall20 is what popularity alone comes to',
      }),
    ),
    provenance: Type.String({ description: 'counted, or demo' }),
  }),
);

const MixOut = Type.Object({
  id: Type.String({ description: 'the same all day' }),
  kind: Type.Enum(['daily', 'genre', 'new']),
  genre: nullable(Type.String()),
  basis: Basis,
  items: Type.Array(PickedOut),
});
export type MixOut = Static<typeof MixOut>;

export const getModel = endpoint(
  'GET',
  '/api/v1/recommendations/model',
  {
    access: anyone,
    summary: 'What recommendations rest on, and how good they were on what was held back',
  },
  { reply: Type.Object({ model: ModelOut }) },
);

export const similarRecordings = endpoint(
  'GET',
  '/api/v1/recommendations/recordings/{id}/similar',
  {
    access: anyone,
    summary: 'Recordings heard by the same people, or alike by what is known of them',
  },
  {
    params: Type.Object({ id: idShape('recording') }),
    query: Type.Object({ limit }),
    reply: Type.Object({ basis: Basis, model: ModelOut, items: Type.Array(RecordingItem) }),
  },
);

export const similarArtists = endpoint(
  'GET',
  '/api/v1/recommendations/artists/{id}/similar',
  { access: anyone, summary: 'Artists heard by the same people, or of the same genres' },
  {
    params: Type.Object({ id: idShape('artist') }),
    query: Type.Object({ limit }),
    reply: Type.Object({ basis: Basis, model: ModelOut, items: Type.Array(ArtistItem) }),
  },
);

export const listMixes = endpoint(
  'GET',
  '/api/v1/recommendations/mixes',
  { access: signedIn, summary: "Today's mixes of who asks, and lists because of what they play" },
  {
    query: Type.Object({
      territory: Type.Optional(Territory),
      familiar: Type.Optional(
        Type.Integer({
          minimum: 0,
          maximum: 100,
          description: 'percent of a mix that is known already; without it what the taste says',
        }),
      ),
    }),
    reply: Type.Object({
      mixes: Type.Array(MixOut),
      because: Type.Array(Type.Object({ of: RecordingItem, items: Type.Array(PickedOut) })),
      familiar: Type.Integer({ description: 'percent known already, as these were made' }),
      knowsTaste: Type.Boolean({ description: 'false: ask for genres and artists first' }),
      model: ModelOut,
    }),
  },
);

export const getRadio = endpoint(
  'GET',
  '/api/v1/recommendations/radio',
  {
    access: anyone,
    summary: 'What to hear next, from a recording, an artist, a genre or a playlist',
  },
  {
    query: Type.Object({
      from: nameText(160, {
        description: 'recording:ID, artist:ID, playlist:ID or genre:NAME',
      }),
      skip: Type.Optional(
        Type.String({
          maxLength: radioSkipMax * 37,
          pattern: '^[0-9a-f-]{36}(,[0-9a-f-]{36})*$',
          description: 'ids of recordings that were heard on it, between commas',
        }),
      ),
      limit,
    }),
    reply: Type.Object({ basis: Basis, model: ModelOut, items: Type.Array(PickedOut) }),
  },
);

const Taste = Type.Object(
  {
    genres: Type.Array(nameText(100), { maxItems: tasteGenresMax }),
    artists: Type.Array(idShape('artist'), { maxItems: tasteArtistsMax }),
    territory: nullable(Territory),
    familiar: Type.Integer({
      minimum: 0,
      maximum: 100,
      description: 'percent of a mix that is known already',
    }),
  },
  { additionalProperties: false },
);

export const getTaste = endpoint(
  'GET',
  '/api/v1/me/taste',
  { access: signedIn, summary: 'What you said of your taste; null: nothing yet' },
  { reply: Type.Object({ taste: nullable(Taste) }) },
);

export const putTaste = endpoint(
  'PUT',
  '/api/v1/me/taste',
  { access: signedIn, summary: 'Say which genres and artists you like; mixes begin with them' },
  { body: Taste, reply: Type.Object({ taste: Taste }) },
);

const dislikeParams = Type.Object({
  kind: Type.Enum(['recording', 'artist']),
  id: idShape('recording or artist'),
});

export const putDislike = endpoint(
  'PUT',
  '/api/v1/me/dislikes/{kind}/{id}',
  { access: signedIn, summary: 'Not this: it is recommended to you no more' },
  { params: dislikeParams, reply: Nothing },
);

export const deleteDislike = endpoint(
  'DELETE',
  '/api/v1/me/dislikes/{kind}/{id}',
  { access: signedIn, summary: 'Take a "not this" back' },
  { params: dislikeParams, reply: Nothing },
);

export const listDislikes = endpoint(
  'GET',
  '/api/v1/me/dislikes',
  { access: signedIn, summary: 'What you said "not this" of, newest first' },
  {
    reply: Type.Object({
      recordings: Type.Array(RecordingItem, { maxItems: dislikesShownMax }),
      artists: Type.Array(ArtistItem, { maxItems: dislikesShownMax }),
    }),
  },
);
export { dislikesShownMax };
