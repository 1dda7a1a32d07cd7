import { Type } from 'typebox';
import {
  DayText,
  endpoint,
  enrolledDevice,
  InstantOut,
  Nothing,
  nullable,
  pageByIdQuery,
  pageOf,
  pageQuery,
  signedIn,
} from '#foundation/kernel/endpoint.ts';
import { playStates, provenances, sources } from '#foundation/kernel/counting.ts';
import { idShape, uuidPattern } from '#foundation/kernel/ids.ts';
import { lineText, nameText } from '#foundation/kernel/text.ts';

export const deviceKinds = ['phone', 'venue', 'deck', 'station', 'agent'] as const;
export const playsPerBatchMax = 10_000;
export const batchMaxBytes = 8 * 1024 * 1024;

const PositionShape = Type.Object({
  lat: Type.Number({ minimum: -90, maximum: 90 }),
  lon: Type.Number({ minimum: -180, maximum: 180 }),
  accuracyM: Type.Optional(Type.Number({ minimum: 0, maximum: 100_000 })),
});
const PlaceRef = Type.Object({ id: idShape('place') });

/** One play as a device reports it. Checked piece by piece (read-report.ts), because a bad one must not cost its neighbours. */
export type PlayReport = {
  readonly key: string;
  readonly seq?: number;
  readonly startedAt: string | number;
  readonly playedMs: number;
  readonly source: string;
  readonly recording:
    | { readonly id: string }
    | { readonly isrc: string }
    | { readonly title: string; readonly artist: string; readonly durationMs?: number };
  readonly territory?: string;
  readonly place?:
    | { readonly lat: number; readonly lon: number; readonly accuracyM?: number }
    | { readonly id: string };
  readonly confidence?: number;
  readonly payloadHash?: string;
};

const PlayReportShape = Type.Unsafe<PlayReport>({
  description:
    'One play: {key: uuid, seq, startedAt, playedMs, source, recording: {id} | {isrc} | {title, artist, durationMs?}, territory?, place?: {lat, lon, accuracyM} | {id}, confidence?, payloadHash?}',
  examples: [
    {
      key: '0197a3b2-8a11-7c3e-9f00-2b6d1f0a9c11',
      seq: 1,
      startedAt: '2026-11-20T18:04:05Z',
      playedMs: 184_000,
      source: 'venue',
      recording: { isrc: 'RWA012600001' },
      place: { lat: -1.9441, lon: 30.0619, accuracyM: 20 },
    },
  ],
});

const Outcome = Type.Union([
  Type.Literal('counted'),
  Type.Literal('duplicate'),
  Type.Literal('unmatched'),
  Type.Literal('refused'),
]);
const ResultShape = Type.Object({
  index: Type.Integer(),
  key: Type.String(),
  outcome: Outcome,
  playId: Type.Optional(Type.String()),
  code: Type.Optional(Type.String()),
  field: Type.Optional(Type.String()),
  message: Type.Optional(Type.String()),
});

export const reportPlays = endpoint(
  'POST',
  '/api/v1/batch/plays',
  {
    access: enrolledDevice,
    summary: 'Report plays in a batch; whatever is repeated counts once',
    bodyMaxBytes: batchMaxBytes,
  },
  {
    body: Type.Object({
      sentAt: Type.Union([lineText(40), Type.Number()], {
        description: 'the clock of the device now; tells how far it is off',
      }),
      agentId: Type.Optional(
        Type.String({
          pattern: uuidPattern.source,
          description: 'names the program that signs; a key is used by one of them',
        }),
      ),
      plays: Type.Array(PlayReportShape, { maxItems: playsPerBatchMax }),
    }),
    reply: Type.Object({
      counted: Type.Integer(),
      duplicates: Type.Integer(),
      unmatched: Type.Integer(),
      refused: Type.Integer(),
      results: Type.Array(ResultShape),
    }),
  },
);

export const reportPlay = endpoint(
  'POST',
  '/api/v1/plays',
  { access: enrolledDevice, summary: 'Report one play' },
  { body: PlayReportShape, reply: Type.Omit(ResultShape, ['index']) },
);

export const DeviceShape = Type.Object({
  id: idShape('device'),
  name: Type.String(),
  kind: Type.String(),
  place: nullable(
    Type.Object({ lat: Type.Number(), lon: Type.Number(), accuracyM: Type.Number() }),
  ),
  createdAt: InstantOut,
  lastSeenAt: nullable(InstantOut),
  revokedAt: nullable(InstantOut),
});

export const enrolDevice = endpoint(
  'POST',
  '/api/v1/devices',
  { access: signedIn, summary: 'Enrol a device; its key is shown once', status: 201 },
  {
    body: Type.Object({
      name: nameText(120),
      kind: Type.Enum([...deviceKinds]),
      place: Type.Optional(Type.Union([PositionShape, PlaceRef])),
      territory: Type.Optional(Type.String({ pattern: '^[A-Z]{2}$' })),
    }),
    reply: Type.Object({ deviceId: idShape('device'), deviceKey: Type.String() }),
  },
);

export const listDevices = endpoint(
  'GET',
  '/api/v1/devices',
  { access: signedIn, summary: 'My devices' },
  { query: Type.Object(pageByIdQuery), reply: pageOf(DeviceShape) },
);

export const revokeDevice = endpoint(
  'DELETE',
  '/api/v1/devices/{id}',
  { access: signedIn, summary: 'Revoke a device; what it reported stays counted' },
  { params: Type.Object({ id: idShape('device') }), reply: Nothing },
);

export const releaseDevice = endpoint(
  'POST',
  '/api/v1/devices/{id}/release',
  { access: signedIn, summary: 'Let a box that was installed anew go on with the key of a device' },
  { params: Type.Object({ id: idShape('device') }), reply: Nothing },
);

export const addPlace = endpoint(
  'POST',
  '/api/v1/places',
  {
    access: signedIn,
    summary: 'Register a place by its position; devices and plays may then name it',
    status: 201,
  },
  {
    body: Type.Object({
      name: nameText(120),
      lat: Type.Number({ minimum: -90, maximum: 90 }),
      lon: Type.Number({ minimum: -180, maximum: 180 }),
      accuracyM: Type.Optional(Type.Number({ minimum: 0, maximum: 1_000 })),
      territory: Type.Optional(Type.String({ pattern: '^[A-Z]{2}$' })),
    }),
    reply: Type.Object({ placeId: idShape('place') }),
  },
);

export const listPlaces = endpoint(
  'GET',
  '/api/v1/places',
  { access: signedIn, summary: 'My places' },
  {
    query: Type.Object(pageByIdQuery),
    reply: pageOf(
      Type.Object({
        id: idShape('place'),
        name: Type.String(),
        lat: Type.Number(),
        lon: Type.Number(),
        accuracyM: Type.Number(),
        territory: nullable(Type.String()),
      }),
    ),
  },
);

export const RecentPlay = Type.Object({
  playId: Type.String(),
  deviceId: idShape('device'),
  deviceName: Type.String(),
  recordingId: nullable(idShape('recording')),
  title: nullable(Type.String()),
  artist: nullable(Type.String()),
  startedAt: InstantOut,
  playedMs: Type.Integer(),
  source: Type.Enum([...sources, 'unknown']),
  state: Type.Enum([...playStates, 'unknown']),
});

export const listRecentPlays = endpoint(
  'GET',
  '/api/v1/plays',
  { access: signedIn, summary: 'What my devices reported, latest first' },
  {
    query: Type.Object({
      ...pageQuery,
      deviceId: Type.Optional(idShape('device')),
    }),
    reply: pageOf(RecentPlay),
  },
);

export const logPlay = endpoint(
  'POST',
  '/api/v1/plays/manual',
  { access: signedIn, summary: 'Log by hand what was played on one of my devices', status: 201 },
  {
    body: Type.Object({
      deviceId: idShape('device'),
      key: lineText(64, { description: 'a uuid of the caller; sent again it counts once' }),
      recordingId: idShape('recording'),
      startedAt: Type.Union([lineText(40), Type.Number()]),
      playedMs: Type.Integer({ minimum: 0, maximum: 86_400_000 }),
    }),
    reply: Type.Omit(ResultShape, ['index']),
  },
);

export const recordingPlays = endpoint(
  'GET',
  '/api/v1/recordings/{id}/plays',
  { access: signedIn, summary: 'Plays of a recording by day, source or territory' },
  {
    params: Type.Object({ id: idShape('recording') }),
    query: Type.Object({
      from: Type.Optional(lineText(40)),
      to: Type.Optional(lineText(40)),
      by: Type.Optional(
        Type.Union([Type.Literal('day'), Type.Literal('source'), Type.Literal('territory')]),
      ),
    }),
    reply: Type.Object({
      items: Type.Array(
        Type.Object({ key: Type.String(), plays: Type.Integer(), playedMs: Type.Integer() }),
      ),
    }),
  },
);

export const myPlays = endpoint(
  'GET',
  '/api/v1/plays/mine',
  {
    access: signedIn,
    summary:
      'Plays of all recordings that are mine, as performer or by a share, by day or recording',
  },
  {
    query: Type.Object({
      from: DayText,
      to: DayText,
      by: Type.Optional(Type.Union([Type.Literal('day'), Type.Literal('recording')])),
    }),
    reply: Type.Object({
      items: Type.Array(
        Type.Object({ key: Type.String(), plays: Type.Integer(), playedMs: Type.Integer() }),
      ),
    }),
  },
);

export const topRecordings = endpoint(
  'GET',
  '/api/v1/plays/top',
  { access: { kind: 'public' }, summary: 'Most played recordings of a period' },
  {
    query: Type.Object({
      from: DayText,
      to: DayText,
      territory: Type.Optional(Type.String({ pattern: '^[A-Z]{2}$' })),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 20 })),
    }),
    reply: Type.Object({
      items: Type.Array(
        Type.Object({
          recordingId: idShape('recording'),
          title: Type.String(),
          artist: Type.String(),
          durationMs: nullable(Type.Integer()),
          plays: Type.Integer(),
          provenance: Type.Enum([...provenances, 'unknown']),
        }),
      ),
    }),
  },
);
