import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { secondMs } from '#foundation/kernel/time.ts';
import { addressOf } from '#foundation/platform/http.ts';
import {
  acceptListens,
  clockSkewS,
  durationMsOf,
  listenedAtSMax,
  recordingMsid,
  shownBeforeS,
} from '../accept-listens.ts';
import type { ScrobblingContext } from '../context.ts';
import type { Standing } from '../limit-reporters.ts';
import * as queries from '../queries.ts';
import { isObject, readInteger, type Metadata } from '../read-metadata.ts';
import { findByToken, type Person } from '../tokens.ts';
import { bodyOf, queryOf } from '../wire.ts';
import { parseJson, readSubmission, submissionBytesMax } from './read-submission.ts';

// The ListenBrainz API, as far as programs that report and read listens use it. What a listener listened to is shown
// to the listener's own tokens only; ListenBrainz shows it to everybody.

const listensPerReadMax = 1_000;
const listensPerReadDefault = 25;

export function serveListenBrainz(app: FastifyInstance, ctx: ScrobblingContext): void {
  app.setErrorHandler(answerError);
  app.addHook('onRequest', async (request, reply) => {
    const standing = await ctx.limits.takeAddress(addressOf(request));
    return standing.isOver ? answerTooMany(reply, ctx, standing) : undefined;
  });
  const large = { bodyLimit: submissionBytesMax, schema: { hide: true } };
  const hidden = { schema: { hide: true } };

  app.post('/1/submit-listens', large, async (request, reply) => {
    const body = bodyOf(request);
    const person = await admit(ctx, request, reply, body.length);
    return person === null ? reply : submit(ctx, person, body, request, reply);
  });

  app.get('/1/validate-token', hidden, async (request, reply) => {
    const token = queryOf(request).get('token') ?? request.headers.authorization?.split(' ')[1];
    if (token === undefined || token === '')
      return answer(reply, 400, 'You need to provide an Authorization token.');
    const person = await findByToken(ctx, token);
    return person === null
      ? { code: 200, message: 'Token invalid.', valid: false }
      : { code: 200, message: 'Token valid.', valid: true, user_name: person.userName };
  });

  app.get('/1/latest-import', hidden, async (request, reply) => {
    const userName = queryOf(request).get('user_name') ?? '';
    const person = await admitAs(ctx, request, reply, userName);
    if (person === null) return reply;
    const listener = await ctx.db.one(queries.findListener, { userId: person.userId });
    return { musicbrainz_id: person.userName, latest_import: Number(listener.latestImportS) };
  });

  app.post('/1/latest-import', hidden, async (request, reply) => {
    const body = bodyOf(request);
    const person = await admit(ctx, request, reply, body.length);
    if (person === null) return reply;
    const document = parseJson(body);
    const data = document.kind === 'json' && isObject(document.value) ? document.value : null;
    const seconds = readInteger(data?.['ts'] ?? 0);
    if (data === null || seconds === null || seconds < 0 || seconds > nowS(ctx) + clockSkewS)
      return answer(reply, 400, 'Invalid data sent');
    await ctx.db.run(queries.noteLatestImport, { userId: person.userId, seconds });
    return { status: 'ok' };
  });

  app.get('/1/user/:name/listens', hidden, async (request, reply) => {
    const person = await admitAs(ctx, request, reply, nameOf(request));
    return person === null ? reply : readListens(ctx, person, request, reply);
  });

  app.get('/1/user/:name/listen-count', hidden, async (request, reply) => {
    const person = await admitAs(ctx, request, reply, nameOf(request));
    if (person === null) return reply;
    const before = shownBeforeS(ctx.now());
    const all = { userId: person.userId, after: null, before, limit: 0, offset: 0 };
    const { count } = await ctx.db.one(queries.countListens, all);
    return { payload: { count: Number(count) } };
  });

  app.get('/1/user/:name/playing-now', hidden, async (request, reply) => {
    const person = await admitAs(ctx, request, reply, nameOf(request));
    if (person === null) return reply;
    const metadata = ctx.nowPlaying.get(person.userId);
    const listens = metadata === null ? [] : [{ playing_now: true, track_metadata: metadata }];
    const { userName } = person;
    return { payload: { count: listens.length, user_id: userName, playing_now: true, listens } };
  });
}

async function submit(
  ctx: ScrobblingContext,
  person: Person,
  body: Buffer,
  request: FastifyRequest,
  reply: FastifyReply,
) {
  const submission = readSubmission(body, nowS(ctx));
  if (submission.kind === 'wrong') return answer(reply, 400, submission.message);
  if (submission.kind === 'playing now') {
    const { metadata } = submission;
    ctx.nowPlaying.set(person.userId, metadata, durationMsOf(metadata));
    const wantsMsid = queryOf(request).get('return_msid')?.toLowerCase() === 'true';
    return { status: 'ok', ...(wantsMsid && { recording_msid: recordingMsid(metadata) }) };
  }
  const standing = await ctx.limits.takeListens(person.userId, submission.listens.length);
  if (standing.isOver) return answerTooMany(reply, ctx, standing);
  await acceptListens(ctx, person.userId, submission.listens);
  return { status: 'ok' };
}

async function readListens(
  ctx: ScrobblingContext,
  person: Person,
  request: FastifyRequest,
  reply: FastifyReply,
) {
  const query = queryOf(request);
  const asked: Record<'max_ts' | 'min_ts' | 'count', number | null> = {
    max_ts: null,
    min_ts: null,
    count: null,
  };
  for (const name of ['max_ts', 'min_ts', 'count'] as const) {
    const text = query.get(name) ?? '';
    if (text === '') continue;
    asked[name] = readInteger(text);
    if (asked[name] === null || Math.abs(asked[name]) > listenedAtSMax)
      return answer(reply, 400, `Invalid ${name} argument: ${text}`);
  }
  const { max_ts: before, min_ts: after } = asked;
  if (before !== null && after !== null && before < after)
    return answer(reply, 400, 'max_ts should be greater than min_ts');
  const limit = Math.min(asked.count ?? listensPerReadDefault, listensPerReadMax);
  if (limit < 0) return answer(reply, 400, 'Number of items requested should be positive');

  const { userId } = person;
  const onward = after !== null && before === null;
  const shown = shownBeforeS(ctx.now());
  const window = { userId, after, before: Math.min(before ?? shown, shown), limit, offset: 0 };
  const rows = await ctx.db.all(onward ? queries.listensAfter : queries.latestListens, window);
  const span = await ctx.db.one(queries.latestAndOldest, { userId, before: shown });
  return {
    payload: {
      user_id: person.userName,
      count: rows.length,
      listens: rows.map((row) => ({
        user_name: person.userName,
        listened_at: Math.floor(row.listenedAt / secondMs),
        inserted_at: Math.floor(row.receivedAt / secondMs),
        recording_msid: recordingMsid(row.trackMetadata as Metadata),
        track_metadata: row.trackMetadata,
      })),
      latest_listen_ts: Math.floor((span.latest ?? 0) / secondMs),
      oldest_listen_ts: Math.floor((span.oldest ?? 0) / secondMs),
    },
  };
}

function nowS(ctx: ScrobblingContext): number {
  return Math.floor(ctx.now() / secondMs);
}

function nameOf(request: FastifyRequest): string {
  return (request.params as { name: string }).name;
}

/** Who sends this; null when the reply has said why nobody. */
async function admit(
  ctx: ScrobblingContext,
  request: FastifyRequest,
  reply: FastifyReply,
  bytes: number,
): Promise<Person | null> {
  const header = request.headers.authorization;
  if (header === undefined || header === '')
    return turnAway(reply, 401, 'You need to provide an Authorization header.');
  const token = header.split(' ')[1];
  if (token === undefined) return turnAway(reply, 401, 'Provided Authorization header is invalid.');
  const person = await findByToken(ctx, token);
  if (person === null) return turnAway(reply, 401, 'Invalid authorization token.');
  const standing = await ctx.limits.takeRequest(person.userId, bytes);
  if (standing.isOver) {
    await answerTooMany(reply, ctx, standing);
    return null;
  }
  tell(reply, ctx, standing);
  return person;
}

/** The same answer for a name of somebody else and for a name of nobody. */
async function admitAs(
  ctx: ScrobblingContext,
  request: FastifyRequest,
  reply: FastifyReply,
  userName: string,
): Promise<Person | null> {
  const person = await admit(ctx, request, reply, 0);
  if (person === null || person.userName.toLowerCase() === userName.toLowerCase()) return person;
  return turnAway(reply, 404, `Cannot find user: ${userName}`);
}

function turnAway(reply: FastifyReply, status: number, error: string): null {
  void answer(reply, status, error);
  return null;
}

function answer(reply: FastifyReply, status: number, error: string): FastifyReply {
  return reply.code(status).send({ code: status, error });
}

function answerTooMany(
  reply: FastifyReply,
  ctx: ScrobblingContext,
  standing: Standing,
): FastifyReply {
  tell(reply, ctx, standing);
  reply.header('retry-after', Math.max(1, standing.resetInS));
  return answer(
    reply,
    429,
    'You have exceeded your rate limit. See the X-RateLimit-* response headers for more information on your current rate limit.',
  );
}

function tell(reply: FastifyReply, ctx: ScrobblingContext, standing: Standing): void {
  reply.headers({
    'x-ratelimit-limit': standing.limit,
    'x-ratelimit-remaining': standing.remaining,
    'x-ratelimit-reset-in': standing.resetInS,
    'x-ratelimit-reset': nowS(ctx) + standing.resetInS,
  });
}

function answerError(
  error: FastifyError,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const { statusCode } = error;
  if (statusCode === 413)
    return answer(
      reply,
      413,
      `Payload too large. Payload is allowed to be at most ${submissionBytesMax} bytes.`,
    );
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500)
    return answer(reply, statusCode, error.message);
  request.log.error({ err: error }, 'unexpected error');
  return answer(reply, 500, 'Something went wrong. Please try again.');
}
