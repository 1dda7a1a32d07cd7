import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { addressOf } from '#foundation/platform/http.ts';
import type { ScrobblingContext } from '../context.ts';
import { listenBytesMax } from '../read-metadata.ts';
import { bodyOf, queryOf, readForm } from '../wire.ts';
import { errorXml, toJson, toXml, type Node } from './answer.ts';
import { fail, isFailure, type Failure } from './errors.ts';
import { identifyProgram, type Fields } from './identify-program.ts';
import { methods } from './methods.ts';
import { scrobblesPerRequestMax } from './read-scrobbles.ts';

// Last.fm's web services 2.0, the part that programs scrobble with.

const formBytesMax = listenBytesMax * scrobblesPerRequestMax;

export function serveLastfm(app: FastifyInstance, ctx: ScrobblingContext): void {
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const format = queryOf(request).get('format');
    return send(reply, format, failureOf(error, request));
  });
  for (const url of ['/2.0', '/2.0/']) {
    app.route({
      method: ['GET', 'POST'],
      url,
      bodyLimit: formBytesMax,
      schema: { hide: true },
      handler: async (request, reply) => {
        const form = bodyOf(request);
        const fields = fieldsOf(request, form);
        const format = fields?.get('format') ?? null;
        const answer = fields === null ? fail(6) : await run(ctx, request, fields, form.length);
        return send(reply, format, answer);
      },
    });
  }
}

/** Where programs send people to allow them: the web app asks whoever is signed in. */
export function sendToApproval(app: FastifyInstance): void {
  for (const url of ['/api/auth', '/api/auth/'])
    app.get(url, { schema: { hide: true } }, async (request, reply) => {
      const token = queryOf(request).get('token');
      const asked = token === null ? '' : `?${new URLSearchParams({ token }).toString()}`;
      return reply.header('cache-control', 'no-store').redirect(`/app/settings/scrobblers${asked}`);
    });
}

function fieldsOf(request: FastifyRequest, form: Buffer): Fields | null {
  const query = readForm(queryOf(request).toString());
  const posted = readForm(form.toString('utf8'));
  return query === null || posted === null ? null : new Map([...query, ...posted]);
}

async function run(
  ctx: ScrobblingContext,
  request: FastifyRequest,
  fields: Fields,
  bytes: number,
): Promise<Node | Failure> {
  if ((await ctx.limits.takeAddress(addressOf(request))).isOver) return fail(29);
  const name = fields.get('method');
  if (name === undefined) return fail(6);
  const method = methods.get(name.toLowerCase());
  if (method === undefined) return fail(3);
  if (method.mustPost && request.method !== 'POST')
    return fail(6, 'Invalid parameters - This method must be sent by POST');
  const program = await identifyProgram(ctx, fields, method.mustSign);
  if (isFailure(program)) return program;
  if (program.person !== null) {
    const standing = await ctx.limits.takeRequest(program.person.userId, bytes);
    if (standing.isOver) return fail(29);
  }
  return method.run(ctx, program, fields);
}

function send(reply: FastifyReply, format: string | null, answer: Node | Failure): FastifyReply {
  const asJson = format === 'json';
  void reply.type(asJson ? 'application/json; charset=utf-8' : 'text/xml; charset=utf-8');
  if (!isFailure(answer)) return reply.send(asJson ? toJson(answer) : toXml(answer));
  const { code, status, message } = answer;
  return reply
    .code(status)
    .send(asJson ? JSON.stringify({ error: code, message }) : errorXml(code, message));
}

function failureOf(error: FastifyError, request: FastifyRequest): Failure {
  if (error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500)
    return fail(6, `Invalid parameters - ${error.message}`);
  request.log.error({ err: error }, 'unexpected error');
  return fail(8);
}
