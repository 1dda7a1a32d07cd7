import { Type } from 'typebox';
import {
  endpoint,
  InstantOut,
  nullable,
  pageByIdQuery,
  pageOf,
  signedIn,
} from '#foundation/kernel/endpoint.ts';
import { idShape } from '#foundation/kernel/ids.ts';

/** A player reports at least this often while it sounds; four times as long in silence closes the session. */
export const reportEveryMs = 15_000;

const Adaptive = Type.Object(
  {
    url: Type.String({
      description:
        'what the addresses of the rungs begin with, valid for 24 hours for this session: {url}{rung}/init.mp4, {url}{rung}/1.m4s; also playlists of HLS, {url}aac.m3u8 and {url}opus.m3u8',
    }),
    rungs: Type.Array(
      Type.Object({
        name: Type.String(),
        codecs: Type.String({ description: 'RFC 6381' }),
        bandwidth: Type.Integer({ description: 'bits a second of the largest segment' }),
        averageBandwidth: Type.Integer(),
        seconds: Type.Array(Type.Number(), { description: 'what is heard of each segment' }),
      }),
    ),
  },
  { description: 'sizes for slow and dear lines; null where none are made yet' },
);

export const startListening = endpoint(
  'POST',
  '/api/v1/playback/sessions',
  {
    access: signedIn,
    summary: 'Begin to listen: an address for the sound and a session to report to',
    status: 201,
  },
  {
    body: Type.Object({
      recordingId: idShape('recording'),
      adaptive: Type.Optional(
        Type.Boolean({
          description:
            'the sound is fetched in segments; then no more is believed than segments were fetched',
        }),
      ),
    }),
    reply: Type.Object({
      sessionId: idShape('session'),
      url: Type.String({
        description: 'address of the sound; carries its own ticket, valid for some hours',
      }),
      adaptive: nullable(Adaptive),
      contentType: Type.String(),
      durationMs: Type.Union([Type.Integer(), Type.Null()]),
      reportEveryMs: Type.Integer(),
    }),
  },
);

export const reportListening = endpoint(
  'PUT',
  '/api/v1/playback/sessions/{id}',
  {
    access: signedIn,
    summary:
      'Say how much was heard so far; the last report closes the session and counts the play',
  },
  {
    params: Type.Object({ id: idShape('session') }),
    body: Type.Object({
      listenedMs: Type.Integer({
        minimum: 0,
        maximum: 86_400_000,
        description: 'sound really heard, without pauses and seeks',
      }),
      ended: Type.Boolean(),
    }),
    reply: Type.Object({
      listenedMs: Type.Integer({
        description: 'what we believe: never more than the time that has passed',
      }),
      ended: Type.Boolean(),
      outcome: Type.Union([Type.String(), Type.Null()], {
        description: 'counted, duplicate or silent, once closed',
      }),
    }),
  },
);

export const listHistory = endpoint(
  'GET',
  '/api/v1/playback/history',
  { access: signedIn, summary: 'What I listened to, latest first' },
  {
    query: Type.Object(pageByIdQuery),
    reply: pageOf(
      Type.Object({
        recordingId: idShape('recording'),
        title: Type.String(),
        artist: Type.String(),
        startedAt: InstantOut,
        listenedMs: Type.Integer(),
      }),
    ),
  },
);
