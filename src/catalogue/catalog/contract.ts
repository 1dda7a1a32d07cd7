import { Type } from 'typebox';
import {
  anyone,
  DayText,
  endpoint,
  may,
  nullable,
  pageOf,
  pageQuery,
  signedIn,
} from '#foundation/kernel/endpoint.ts';
import { idShape } from '#foundation/kernel/ids.ts';
import { lineText, nameText } from '#foundation/kernel/text.ts';
import {
  ArtistItem,
  ArtistOut,
  ChangeOut,
  Isrc,
  PartyOut,
  RecordingItem,
  RecordingOut,
  ReleaseItem,
  ReleaseOut,
  Right,
  SplitOut,
  Territory,
  Title,
} from './shapes.ts';

export type { ArtistOut, PartyOut, RecordingOut, ReleaseOut, SplitOut } from './shapes.ts';
export { ArtistItem, RecordingItem, ReleaseItem } from './shapes.ts';

const words = Type.Optional(
  lineText(200, { description: 'words to search for; typing errors are forgiven' }),
);
const recordingParams = Type.Object({ id: idShape('recording') });
const artistParams = Type.Object({ id: idShape('artist') });

export const listRecordings = endpoint(
  'GET',
  '/api/v1/recordings',
  { access: anyone, summary: 'Search or list recordings: best match first, else newest first' },
  {
    query: Type.Object({
      ...pageQuery,
      query: words,
      artistId: Type.Optional(idShape('artist')),
      genre: Type.Optional(lineText(100)),
      mine: Type.Optional(
        Type.Boolean({ description: 'only recordings of the parties that are yours' }),
      ),
    }),
    reply: pageOf(RecordingItem),
  },
);

export const getRecording = endpoint(
  'GET',
  '/api/v1/recordings/{id}',
  {
    access: anyone,
    summary: 'One recording with artists, releases, credits, works and, when permitted, splits',
  },
  { params: recordingParams, reply: RecordingOut },
);

export const editRecording = endpoint(
  'PATCH',
  '/api/v1/recordings/{id}',
  {
    access: may('catalog.edit'),
    summary: 'Correct a recording; later imports keep the correction',
  },
  {
    params: recordingParams,
    body: Type.Object(
      {
        title: Type.Optional(Title),
        artistName: Type.Optional(Title),
        isrc: Type.Optional(Isrc),
        durationMs: Type.Optional(nullable(Type.Integer({ minimum: 1, maximum: 86_400_000 }))),
        genres: Type.Optional(Type.Array(nameText(100), { maxItems: 20 })),
        language: Type.Optional(
          nullable(Type.String({ pattern: '^[A-Za-z0-9-]{2,35}$', description: 'BCP 47' })),
        ),
        year: Type.Optional(nullable(Type.Integer({ minimum: 1860, maximum: 2200 }))),
      },
      { additionalProperties: false },
    ),
    reply: RecordingOut,
  },
);

export const listRecordingChanges = endpoint(
  'GET',
  '/api/v1/recordings/{id}/changes',
  {
    access: may('catalog.edit'),
    summary: 'Who edited or merged the recording, and what stood there before',
  },
  { params: recordingParams, query: Type.Object(pageQuery), reply: pageOf(ChangeOut) },
);

export const mergeRecording = endpoint(
  'POST',
  '/api/v1/recordings/{id}/merge',
  {
    access: may('catalog.edit'),
    summary: 'Merge another recording into this one; its plays follow',
  },
  {
    params: recordingParams,
    body: Type.Object({ fromId: idShape('recording') }, { additionalProperties: false }),
    reply: RecordingOut,
  },
);

const splitMax = 200;

export const getSplits = endpoint(
  'GET',
  '/api/v1/recordings/{id}/splits',
  {
    access: signedIn,
    summary: 'Every version of the splits; for their owners and with splits.read',
  },
  { params: recordingParams, reply: Type.Object({ items: Type.Array(SplitOut) }) },
);

export const putSplit = endpoint(
  'PUT',
  '/api/v1/recordings/{id}/splits',
  {
    access: signedIn,
    summary:
      'Set who owns how much of a right from a day on (a new version; 10,000 basis points exactly)',
  },
  {
    params: recordingParams,
    body: Type.Object(
      {
        right: Right,
        territory: Type.Optional(Territory),
        validFrom: DayText,
        shares: Type.Array(
          Type.Object(
            {
              partyId: idShape('party'),
              basisPoints: Type.Integer({ minimum: 1, maximum: 10_000 }),
            },
            { additionalProperties: false },
          ),
          { minItems: 1, maxItems: splitMax },
        ),
        afterVersion: Type.Optional(
          Type.Integer({
            minimum: 0,
            description: 'refused when somebody has set a later version meanwhile',
          }),
        ),
      },
      { additionalProperties: false },
    ),
    reply: SplitOut,
  },
);

export const listArtists = endpoint(
  'GET',
  '/api/v1/artists',
  { access: anyone, summary: 'Search artists, or list them by name' },
  { query: Type.Object({ ...pageQuery, query: words }), reply: pageOf(ArtistItem) },
);

export const getArtist = endpoint(
  'GET',
  '/api/v1/artists/{id}',
  { access: anyone, summary: 'One artist with their releases' },
  { params: artistParams, reply: ArtistOut },
);

export const mergeArtist = endpoint(
  'POST',
  '/api/v1/artists/{id}/merge',
  {
    access: may('catalog.edit'),
    summary: 'Merge another artist, and the party that is paid, into this one',
  },
  {
    params: artistParams,
    body: Type.Object({ fromId: idShape('artist') }, { additionalProperties: false }),
    reply: ArtistOut,
  },
);

export const listReleases = endpoint(
  'GET',
  '/api/v1/releases',
  { access: anyone, summary: 'Releases, newest in the catalogue first' },
  {
    query: Type.Object({ ...pageQuery, query: words, artistId: Type.Optional(idShape('artist')) }),
    reply: pageOf(ReleaseItem),
  },
);

export const getRelease = endpoint(
  'GET',
  '/api/v1/releases/{id}',
  { access: anyone, summary: 'One release with its tracks in order' },
  { params: Type.Object({ id: idShape('release') }), reply: ReleaseOut },
);

export const listGenres = endpoint(
  'GET',
  '/api/v1/genres',
  { access: anyone, summary: 'Genres and how many recordings carry each' },
  {
    query: Type.Object(pageQuery),
    reply: pageOf(Type.Object({ name: Type.String(), recordings: Type.Integer() })),
  },
);

export const listParties = endpoint(
  'GET',
  '/api/v1/parties',
  {
    access: signedIn,
    summary: 'Search who can own rights; without catalog.edit only the parties that are yours',
  },
  {
    query: Type.Object({ ...pageQuery, query: words, mine: Type.Optional(Type.Boolean()) }),
    reply: pageOf(PartyOut),
  },
);

export const createParty = endpoint(
  'POST',
  '/api/v1/parties',
  {
    access: may('catalog.edit'),
    summary: 'Add a person or organisation that can own rights',
    status: 201,
  },
  {
    body: Type.Object(
      {
        name: Title,
        kind: Type.Enum(['person', 'organisation']),
        ipi: Type.Optional(nullable(lineText(40, { minLength: 1 }))),
        isni: Type.Optional(nullable(lineText(40, { minLength: 1 }))),
      },
      { additionalProperties: false },
    ),
    reply: PartyOut,
  },
);

export const claimParty = endpoint(
  'POST',
  '/api/v1/parties/{id}/claim',
  { access: may('catalog.edit'), summary: 'Say whose party it is; userId null takes it back' },
  {
    params: Type.Object({ id: idShape('party') }),
    body: Type.Object({ userId: nullable(idShape('user')) }, { additionalProperties: false }),
    reply: PartyOut,
  },
);
