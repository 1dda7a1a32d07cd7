import { Type, type Static } from 'typebox';
import {
  endpoint,
  InstantOut,
  may,
  Nothing,
  nullable,
  pageOf,
  pageByIdQuery,
  pageQuery,
  signedIn,
} from '#foundation/kernel/endpoint.ts';
import { idShape } from '#foundation/kernel/ids.ts';
import { lineText, nameText, proseText } from '#foundation/kernel/text.ts';
import { TroubleShape } from '#foundation/streams/contract.ts';

export const healthNames = [
  'connecting',
  'running',
  'silent',
  'stalled',
  'unreachable',
  'wrong-address',
  'waiting',
] as const;

const Playing = Type.Object({
  recordingId: idShape('recording'),
  title: nullable(Type.String()),
  artist: nullable(Type.String()),
  since: InstantOut,
  offsetMs: Type.Integer(),
  speed: Type.Number(),
  confidence: Type.Number(),
});

export const StationShape = Type.Object({
  id: idShape('station'),
  name: Type.String(),
  url: nullable(Type.String({ description: 'where its sound is fetched' })),
  mount: nullable(Type.String({ description: 'where it sends its sound: /live/<mount>' })),
  territory: nullable(Type.String()),
  deviceId: idShape('device'),
  createdAt: InstantOut,
  live: Type.Object({
    health: Type.Enum([...healthNames], {
      description: 'waiting: it sends to us and has not begun, or nobody listens yet',
    }),
    detail: nullable(Type.String({ description: 'why it is not heard, in English' })),
    trouble: nullable(TroubleShape),
    since: nullable(InstantOut),
    stationName: nullable(Type.String()),
    format: nullable(Type.String()),
    protocol: nullable(Type.String()),
    lastSoundAt: nullable(InstantOut),
    connections: Type.Integer(),
    titleHint: nullable(Type.String({ description: 'what the station says it plays' })),
    nowPlaying: Type.Array(Playing, { description: 'what is heard; two in a crossfade' }),
    playsSinceStart: Type.Integer(),
  }),
});

export type StationTrouble = NonNullable<Static<typeof StationShape>['live']['trouble']>;

const DetectionShape = Type.Object({
  id: Type.String({ description: 'also the key of the evidence' }),
  recordingId: idShape('recording'),
  title: nullable(Type.String()),
  artist: nullable(Type.String()),
  startedAt: InstantOut,
  endedAt: InstantOut,
  heardMs: Type.Integer(),
  playedMs: Type.Integer(),
  coverage: nullable(Type.Number()),
  speed: Type.Number(),
  confidence: Type.Number(),
  titleHint: nullable(Type.String()),
  evidenceHash: Type.String(),
  algorithm: Type.String(),
  outcome: nullable(
    Type.String({ description: 'counted, duplicate, unmatched, refused: CODE; null: on its way' }),
  ),
});

const stationParams = Type.Object({ id: idShape('station') });

export const addStation = endpoint(
  'POST',
  '/api/v1/stations',
  {
    access: signedIn,
    summary:
      'Monitor a station: by the address of its stream, or by what it sends to /live/<mount>',
    status: 201,
  },
  {
    body: Type.Object({
      name: nameText(120),
      url: Type.Optional(lineText(2_000, { minLength: 8 })),
      mount: Type.Optional(Type.String({ pattern: '^[a-z0-9][a-z0-9._-]{0,63}$' })),
      territory: Type.Optional(Type.String({ pattern: '^[A-Z]{2}$' })),
    }),
    reply: Type.Object({
      id: idShape('station'),
      deviceId: idShape('device'),
      deviceKey: Type.String({ description: 'the password of its source client; shown once' }),
    }),
  },
);

export const listStations = endpoint(
  'GET',
  '/api/v1/stations',
  { access: signedIn, summary: 'My stations with what each plays now' },
  { query: Type.Object(pageByIdQuery), reply: pageOf(StationShape) },
);

export const openStation = endpoint(
  'GET',
  '/api/v1/stations/{id}',
  { access: signedIn, summary: 'One of my stations with what it plays now' },
  { params: stationParams, reply: StationShape },
);

export const removeStation = endpoint(
  'DELETE',
  '/api/v1/stations/{id}',
  { access: signedIn, summary: 'Stop monitoring a station; what it played stays counted' },
  { params: stationParams, reply: Nothing },
);

export const stationLog = endpoint(
  'GET',
  '/api/v1/stations/{id}/log',
  { access: signedIn, summary: 'What a station played, latest first' },
  { params: stationParams, query: Type.Object(pageQuery), reply: pageOf(DetectionShape) },
);

const UnknownSound = Type.Object({
  id: Type.String(),
  durationMs: Type.Integer(),
  times: Type.Integer({ description: 'how often it was heard' }),
  stations: Type.Array(Type.String(), { description: 'names of the stations that played it' }),
  firstHeardAt: InstantOut,
  lastHeardAt: InstantOut,
  titleHint: nullable(Type.String()),
  claimedByMe: Type.Boolean(),
  isClaimed: Type.Boolean(),
  hasClip: Type.Boolean({ description: 'whether some seconds of it were kept' }),
});

export const listUnknownSounds = endpoint(
  'GET',
  '/api/v1/recognition/unknown',
  {
    access: signedIn,
    summary: 'Music heard again and again that nobody has registered, most often heard first',
  },
  { query: Type.Object(pageQuery), reply: pageOf(UnknownSound) },
);

export const claimUnknownSound = endpoint(
  'POST',
  '/api/v1/recognition/unknown/{id}/claim',
  {
    access: signedIn,
    summary: 'Say that an unknown sound is mine; the claim is looked at by people',
  },
  {
    params: Type.Object({ id: Type.String({ pattern: '^[0-9a-f-]{36}$' }) }),
    body: Type.Object({ note: proseText(1_000) }),
    reply: Nothing,
  },
);

const Claim = Type.Object({
  id: Type.String(),
  soundId: Type.String(),
  claimant: nullable(Type.String({ description: 'name of the person' })),
  note: Type.String(),
  claimedAt: InstantOut,
  decision: nullable(Type.Enum(['accepted', 'rejected'])),
  reason: nullable(Type.String({ description: 'why it was rejected' })),
  decidedAt: nullable(InstantOut),
  titleHint: nullable(Type.String()),
  durationMs: Type.Integer(),
  times: Type.Integer({ description: 'how often the sound was heard' }),
  lastHeardAt: InstantOut,
  stations: Type.Array(Type.String()),
  hasClip: Type.Boolean({ description: 'whether some seconds of it can be listened to' }),
  recordingId: nullable(Type.String({ description: 'what it turned out to be' })),
  recordingTitle: nullable(Type.String()),
  recordingArtist: nullable(Type.String()),
  isMine: Type.Boolean(),
  mayDecide: Type.Boolean(),
});
export type ClaimOut = Static<typeof Claim>;

const claimParams = Type.Object({ id: Type.String({ pattern: '^[0-9a-f-]{36}$' }) });

export const listClaims = endpoint(
  'GET',
  '/api/v1/recognition/claims',
  {
    access: signedIn,
    summary:
      'Claims of unknown sounds, newest first: mine, or all for who may correct the catalogue',
  },
  {
    query: Type.Object({ ...pageByIdQuery, waiting: Type.Optional(Type.Boolean()) }),
    reply: pageOf(Claim),
  },
);

export const openClaimClip = endpoint(
  'GET',
  '/api/v1/recognition/claims/{id}/clip',
  {
    access: signedIn,
    summary: 'Some seconds of a claimed sound, where the installation keeps sound',
  },
  {
    params: claimParams,
    reply: Type.Object({
      sampleRate: Type.Integer(),
      pcm: Type.String({ description: 'mono, 16 bits, little endian, base64' }),
    }),
  },
);

export const decideClaim = endpoint(
  'POST',
  '/api/v1/recognition/claims/{id}/decision',
  {
    access: may('catalog.edit'),
    summary: 'Accept a claim for a recording, which is credited with what was heard, or reject it',
  },
  {
    params: claimParams,
    body: Type.Union([
      Type.Object({ decision: Type.Literal('accepted'), recordingId: idShape('recording') }),
      Type.Object({
        decision: Type.Literal('rejected'),
        reason: proseText(1_000),
      }),
    ]),
    reply: Nothing,
  },
);
