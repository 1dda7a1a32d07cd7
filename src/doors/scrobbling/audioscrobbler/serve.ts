import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { hourMs, secondMs } from '#foundation/kernel/time.ts';
import { addressOf } from '#foundation/platform/http.ts';
import {
  acceptListens,
  durationMsOf,
  listenedAtSMax,
  listenedAtSMin,
  type Listen,
} from '../accept-listens.ts';
import type { ScrobblingContext } from '../context.ts';
import {
  durationSMax,
  isMbid,
  listenBytesMax,
  readMetadata,
  type Metadata,
} from '../read-metadata.ts';
import { findByProof, findBySessionKey, md5, sessionKeyOf, type Person } from '../tokens.ts';
import { bodyOf, queryOf, readForm } from '../wire.ts';

// AudioScrobbler 1.2: mpdscribble, VLC and players of that age. A handshake, then two forms; every answer is a line of
// text under status 200, because programs of that age take any other status for a broken network and never sign in anew.

const submissionsMax = 50;
const formBytesMax = listenBytesMax * submissionsMax;
/** How far the clock of a program may be off before its handshake, and its listens, are refused. */
const clockOffMsMax = hourMs;
const paths = { nowPlaying: '/1/np_1.2', submission: '/1/protocol_1.2' };

/** `/` belongs to the web app, except for who says hs=true: the router tells them apart. */
export function distinguishHandshakes(app: FastifyInstance): void {
  app.addConstraintStrategy({
    name: 'handshake',
    storage() {
      const handlers = new Map<unknown, never>();
      return {
        get: (value: unknown) => handlers.get(value) ?? null,
        set: (value: unknown, handler: never) => void handlers.set(value, handler),
      };
    },
    validate: () => {},
    deriveConstraint: (request) =>
      /[?&]hs=true(&|$)/.test(request.url ?? '') ? 'true' : undefined,
  });
}

export function serveAudioscrobbler(app: FastifyInstance, ctx: ScrobblingContext): void {
  app.setErrorHandler((error: FastifyError, request, reply) => {
    if (error.statusCode === undefined || error.statusCode >= 500)
      request.log.error({ err: error }, 'unexpected error');
    const reason = error.statusCode === 413 ? 'Too much at once' : 'Something went wrong';
    return send(reply, `FAILED ${reason}`);
  });
  app.get(
    '/',
    { constraints: { handshake: 'true' }, schema: { hide: true } },
    async (request, reply) => send(reply, await handshake(ctx, request)),
  );
  const form = { bodyLimit: formBytesMax, schema: { hide: true } };
  app.post(paths.nowPlaying, form, async (request, reply) =>
    send(reply, await withSession(ctx, request, noteNowPlaying)),
  );
  app.post(paths.submission, form, async (request, reply) =>
    send(reply, await withSession(ctx, request, submit)),
  );
}

function send(reply: FastifyReply, text: string): FastifyReply {
  return reply.type('text/plain; charset=utf-8').send(`${text}\n`);
}

async function handshake(ctx: ScrobblingContext, request: FastifyRequest): Promise<string> {
  if ((await ctx.limits.takeAddress(addressOf(request))).isOver) return 'FAILED Too many requests';
  const query = queryOf(request);
  const [userName, time, proof] = [query.get('u'), query.get('t'), query.get('a')];
  if (!(query.get('p') ?? '').startsWith('1.2')) return 'FAILED Only protocol 1.2 is spoken here';
  if (userName === null || time === null || proof === null || !/^\d{1,12}$/.test(time))
    return 'BADAUTH';
  if (Math.abs(Number(time) * secondMs - ctx.now()) > clockOffMsMax) return 'BADTIME';
  const person = await findByProof(ctx, userName, proof.toLowerCase(), (secret) =>
    md5(secret + time).toString('hex'),
  );
  if (person === null) return 'BADAUTH';
  const base = ctx.publicUrl ?? `${request.protocol}://${request.host}`;
  return [
    'OK',
    sessionKeyOf(ctx, person.tokenId),
    new URL(paths.nowPlaying, base).href,
    new URL(paths.submission, base).href,
  ].join('\n');
}

type Form = ReadonlyMap<string, string>;

async function withSession(
  ctx: ScrobblingContext,
  request: FastifyRequest,
  act: (ctx: ScrobblingContext, person: Person, form: Form) => Promise<string>,
): Promise<string> {
  if ((await ctx.limits.takeAddress(addressOf(request))).isOver) return 'FAILED Too many requests';
  const body = bodyOf(request);
  const form = readForm(body.toString('utf8'));
  if (form === null) return 'FAILED Too many fields';
  const person = await findBySessionKey(ctx, form.get('s') ?? '');
  if (person === null) return 'BADSESSION';
  const standing = await ctx.limits.takeRequest(person.userId, body.length);
  return standing.isOver
    ? `FAILED Too many requests, try again in ${standing.resetInS} seconds`
    : act(ctx, person, form);
}

async function noteNowPlaying(ctx: ScrobblingContext, person: Person, form: Form): Promise<string> {
  const metadata = metadataOf(form, '');
  if (typeof metadata === 'string') return `FAILED ${metadata}`;
  ctx.nowPlaying.set(person.userId, metadata, durationMsOf(metadata));
  return 'OK';
}

/**
 * Takes a batch. These programs drop a batch only when it is answered OK, and send the oldest first, so one listen that
 * was refused would hold back all others for ever: what is no listen (before 2002, without a name) is left out, and
 * what a fast clock put into the future waits for its time.
 */
async function submit(ctx: ScrobblingContext, person: Person, form: Form): Promise<string> {
  const listens: Listen[] = [];
  let submitted = 0;
  for (; form.has(`a[${submitted}]`) || form.has(`t[${submitted}]`); submitted++) {
    if (submitted >= submissionsMax) return `FAILED At most ${submissionsMax} tracks at once`;
    const index = `[${submitted}]`;
    const time = form.get(`i${index}`) ?? '';
    const metadata = metadataOf(form, index);
    if (typeof metadata === 'string' || !/^\d{1,12}$/.test(time)) continue;
    const listenedAtS = Number(time);
    const isSkipped = form.get(`r${index}`) === 'S'; // the listener skipped it, so it was not heard
    if (isSkipped || listenedAtS < listenedAtSMin || listenedAtS > listenedAtSMax) continue;
    listens.push({ listenedAtS, metadata });
  }
  if (submitted === 0) return 'FAILED No tracks were submitted';
  if (listens.length === 0) return 'OK';
  const standing = await ctx.limits.takeListens(person.userId, listens.length);
  if (standing.isOver) return `FAILED Too many tracks, try again in ${standing.resetInS} seconds`;
  await acceptListens(ctx, person.userId, listens);
  return 'OK';
}

function metadataOf(form: Form, index: string): Metadata | string {
  const field = (name: string): string => form.get(`${name}${index}`) ?? '';
  const lengthS = Number(field('l'));
  return readMetadata({
    artist_name: field('a'),
    track_name: field('t'),
    release_name: field('b'),
    additional_info: {
      submission_client: 'AudioScrobbler 1.2',
      ...(Number.isInteger(lengthS) &&
        lengthS > 0 &&
        lengthS <= durationSMax && { duration: lengthS }),
      ...(isMbid(field('m')) && { recording_mbid: field('m') }),
      ...(field('n') !== '' && { tracknumber: field('n') }),
      ...(field('o') !== '' && { source: field('o') }),
      ...(field('r') !== '' && { rating: field('r') }),
    },
  });
}
