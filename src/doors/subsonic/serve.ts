import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { browseHandlers } from './browse.ts';
import { isFailure, type Handlers } from './call.ts';
import type { SubsonicContext } from './context.ts';
import { formatOf, sendFailure, sendOk, type Failure } from './envelope.ts';
import { createIdentifyPlayer, type IdentifyPlayer } from './identify-player.ts';
import { heardHandlers } from './heard.ts';
import { markHandlers } from './marks.ts';
import { mediaHandlers } from './media.ts';
import { playlistHandlers } from './playlists.ts';
import { readParams } from './read-call.ts';
import { shareHandlers } from './shares.ts';
import { extensions, systemHandlers } from './system.ts';
import { transcodeHandlers } from './transcode.ts';

// OpenSubsonic 1.16.1 at /rest: with and without .view, by GET and by form, as JSON, JSONP and XML. Players run in browsers of
// other origins too, and send their credentials as parameters, so any origin may ask and no cookie is read.

const handlers: Handlers = {
  ...systemHandlers,
  ...browseHandlers,
  ...playlistHandlers,
  ...markHandlers,
  ...shareHandlers,
  ...heardHandlers,
  ...transcodeHandlers,
};
const formMaxBytes = 1024 * 1024;

export function serveSubsonic(app: FastifyInstance, ctx: SubsonicContext): void {
  const identify = createIdentifyPlayer(ctx);
  app.register(async (rest) => {
    rest.removeAllContentTypeParsers();
    rest.addContentTypeParser(
      '*',
      { parseAs: 'string', bodyLimit: formMaxBytes },
      (_request, body, done) => done(null, body),
    );
    rest.addHook('onRequest', async (_request, reply) => {
      reply
        .header('access-control-allow-origin', '*')
        .header('cross-origin-resource-policy', 'cross-origin');
    });
    rest.options('/rest/*', { schema: { hide: true } }, async (_request, reply) =>
      reply
        .header('access-control-allow-methods', 'GET, POST, HEAD, OPTIONS')
        .header('access-control-allow-headers', '*')
        .header('access-control-max-age', '86400')
        .code(204)
        .send(),
    );
    rest.route({
      method: ['GET', 'HEAD', 'POST'],
      url: '/rest/*',
      compress: { threshold: 1_024 },
      schema: { hide: true },
      handler: async (request, reply) => answer(ctx, identify, request, reply),
    });
  });
}

async function answer(
  ctx: SubsonicContext,
  identify: IdentifyPlayer,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const params = readParams(request);
  const format = formatOf(params);
  const fail = (failure: Failure) => sendFailure(reply, format, ctx.version, failure);
  const name = ((request.params as { '*': string })['*'] ?? '').replace(/\.view$/, '');
  // The one call that asks for no one: a player learns from it how it may sign in.
  if (name === 'getOpenSubsonicExtensions')
    return sendOk(reply, format, ctx.version, { openSubsonicExtensions: extensions });
  const [handler, media] = [handlers[name], mediaHandlers[name]];
  if (handler === undefined && media === undefined) {
    reply.code(404);
    return fail({ code: 0, message: `There is no call ${name.slice(0, 60)}.` });
  }
  const who = await identify(request, params);
  if ('code' in who) return fail(who);
  const call = { ctx, who, params, origin: originOf(ctx, request) };
  if (media !== undefined) {
    const sent = await media(call, request, reply);
    return isFailure(sent) ? fail(sent) : sent;
  }
  const body = await handler!(call);
  return isFailure(body) ? fail(body) : sendOk(reply, format, ctx.version, body);
}

function originOf(ctx: SubsonicContext, request: FastifyRequest): string {
  return ctx.publicUrl?.replace(/\/$/, '') ?? `${request.protocol}://${request.host}`;
}
