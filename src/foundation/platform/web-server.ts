import compress from '@fastify/compress';
import cookie from '@fastify/cookie';
import cors from '@fastify/cors';
import etag from '@fastify/etag';
import helmet from '@fastify/helmet';
import swagger from '@fastify/swagger';
import { randomUUID } from 'node:crypto';
import { gunzip } from 'node:zlib';
import { promisify } from 'node:util';
import fastify, {
  LogController,
  type FastifyError,
  type FastifyInstance,
  type FastifyRequest,
} from 'fastify';
import { isUuid } from '#foundation/kernel/ids.ts';
import { noteAddress, sendProblem } from './http.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import { keepSigned } from './signed-body.ts';

// Everything that is true of every route: request ids, logs, metrics, security headers, what errors look like.

export type WebServerOptions = {
  readonly log: Log;
  readonly metrics: Metrics;
  readonly corsOrigins: readonly string[];
  readonly trustProxy: string | null;
  /** `caCert`: the authority that signed it, where that is our own. */
  readonly https: {
    readonly cert: string;
    readonly key: string;
    readonly caCert?: string | null;
  } | null;
  readonly version: string;
};

const gunzipBytes = promisify(gunzip);
const readyRoute = '/health/ready';

export async function createWebServer(options: WebServerOptions): Promise<FastifyInstance> {
  const app = fastify({
    loggerInstance: options.log,
    logController: new LogController({ disableRequestLogging: true }), // one line a request, written when it is answered
    trustProxy: options.trustProxy ?? false,
    genReqId: requestId,
    requestTimeout: 120_000,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 300 },
    ...(options.https && { https: options.https }),
    ajv: {
      customOptions: {
        removeAdditional: false,
        coerceTypes: false,
        useDefaults: true,
        allErrors: false,
      },
    },
  } as Parameters<typeof fastify>[0]) as unknown as FastifyInstance;

  coerceQueryStringsOnly(app);
  measure(app, options.metrics);
  reportErrors(app);
  acceptGzip(app);

  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'", "'wasm-unsafe-eval'"],
        styleSrc: ["'self'", "'unsafe-inline'"], // style attributes carry chart widths and cover colours
        imgSrc: ["'self'", 'data:', 'blob:'],
        mediaSrc: ["'self'", 'blob:'],
        connectSrc: ["'self'"],
        workerSrc: ["'self'", 'blob:'],
        frameAncestors: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        objectSrc: ["'none'"],
      },
    },
    // Not with an authority of our own: browsers would refuse plain HTTP of every program on this machine for a year.
    strictTransportSecurity:
      options.https !== null && options.https.caCert == null
        ? { maxAge: 31_536_000, includeSubDomains: false }
        : false,
    crossOriginEmbedderPolicy: false,
    referrerPolicy: { policy: 'same-origin' },
  });
  await app.register(cors, {
    origin: [...options.corsOrigins],
    credentials: true,
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    exposedHeaders: ['retry-after', 'ratelimit', 'ratelimit-policy', 'etag', 'x-request-id'],
  });
  await app.register(cookie);
  await app.register(etag, { weak: true }); // weak: the same answer is sent with and without gzip
  await app.register(compress, {
    global: true,
    threshold: 1024,
    encodings: ['gzip', 'deflate'],
    globalDecompression: false,
  });
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Ngoma',
        version: options.version,
        description: 'One API for streaming, hearing, counting, paying and showing music.',
      },
      components: {
        securitySchemes: {
          user: { type: 'http', scheme: 'bearer', description: 'an access token or an API key' },
          device: {
            type: 'apiKey',
            in: 'header',
            name: 'authorization',
            description: 'Device <deviceId>:<deviceKey>',
          },
        },
      },
    },
  });
  return app;
}

/** A caller's own request id is kept when it is a uuid, so that one id follows a request through several programs. */
function requestId(raw: { headers: Record<string, unknown> }): string {
  const given = raw.headers['x-request-id'];
  return typeof given === 'string' && isUuid(given) ? given : randomUUID();
}

/** A query string has only text, so numbers are read out of it; a JSON body means what it says. */
function coerceQueryStringsOnly(app: FastifyInstance): void {
  app.addHook('preValidation', async (request) => {
    const schema = request.routeOptions.schema?.querystring as
      | { properties?: Record<string, { type?: string }> }
      | undefined;
    if (schema?.properties === undefined) return;
    const query = request.query as Record<string, unknown>;
    for (const [name, value] of Object.entries(query)) {
      const type = schema.properties[name]?.type;
      if (
        (type === 'integer' || type === 'number') &&
        typeof value === 'string' &&
        /^-?\d+(\.\d+)?$/.test(value)
      ) {
        query[name] = Number(value);
      } else if (type === 'boolean' && (value === 'true' || value === 'false'))
        query[name] = value === 'true';
    }
  });
}

function measure(app: FastifyInstance, metrics: Metrics): void {
  app.addHook('onRequest', async (request, reply) => {
    // Whoever broke off before anything was done hears nothing, and nothing is done.
    if (!noteAddress(request)) return reply.hijack();
    reply.header('x-request-id', request.id);
  });
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? '(none)';
    metrics.requestSeconds.observe(
      { method: request.method, route, status: String(reply.statusCode) },
      reply.elapsedTime / 1000,
    );
    // "Not ready yet" is what that question is for; whoever waits for the start asks it every second.
    const isExpected = route === readyRoute && reply.statusCode === 503;
    const level = reply.statusCode >= 500 && !isExpected ? 'error' : 'debug';
    request.log[level](
      {
        method: request.method,
        route,
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime),
      },
      'answered',
    );
  });
}

function reportErrors(app: FastifyInstance): void {
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const known = describe(error);
    if (known === null) {
      // Whoever broke off while we read or wrote is no trouble of ours, and nobody hears the answer.
      if (isBrokenOff(request, error)) return reply.hijack();
      request.log.error({ err: error }, 'unexpected error');
      return sendProblem(request, reply, {
        code: 'INTERNAL',
        status: 500,
        title: 'Something broke on our side',
        detail: `Nothing of this request was stored. The log knows it as ${request.id}.`,
      });
    }
    return sendProblem(request, reply, known);
  });
  app.setNotFoundHandler((request, reply) =>
    sendProblem(request, reply, {
      code: 'NOT_FOUND',
      status: 404,
      title: 'There is nothing at this address',
    }),
  );
}

const endings = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED', 'ERR_STREAM_PREMATURE_CLOSE']);

function isBrokenOff(request: FastifyRequest, error: FastifyError): boolean {
  return request.raw.socket.destroyed && endings.has(error.code);
}

const contextPrefix = /^(body|querystring)\./;

function describe(error: FastifyError) {
  if (error.validation !== undefined) {
    const first = error.validation[0];
    // Ids are opaque: one that we cannot have made names nothing.
    if (error.validationContext === 'params')
      return { code: 'NOT_FOUND', status: 404, title: 'There is nothing at this address' };
    const field = [
      error.validationContext,
      ...(first?.instancePath ?? '').split('/').filter(Boolean),
    ].join('.');
    if (first?.keyword === 'maxItems')
      return {
        code: 'TOO_LARGE',
        status: 413,
        title: 'The request is larger than allowed',
        detail: `${field} ${first.message ?? 'is too long'}; nothing was stored.`,
        field: field.replace(contextPrefix, ''),
      };
    const extra = (first?.params as { additionalProperty?: string } | undefined)
      ?.additionalProperty;
    return {
      code: 'VALIDATION_FAILED',
      status: 400,
      title: 'The request does not have the expected shape',
      detail: `${field} ${first?.message ?? 'is not as expected'}${extra === undefined ? '' : ` (${extra})`}; nothing was stored.`,
      field:
        (first?.params as { missingProperty?: string } | undefined)?.missingProperty ??
        extra ??
        field.replace(contextPrefix, ''),
    };
  }
  if (error.statusCode === 413)
    return {
      code: 'TOO_LARGE',
      status: 413,
      title: 'The request is larger than allowed',
      detail: 'Send less at once; nothing was stored.',
    };
  if (error.statusCode === 415)
    return {
      code: 'UNSUPPORTED_MEDIA',
      status: 415,
      title: 'This kind of content is not accepted here',
    };
  if (error.statusCode === 429)
    return { code: 'RATE_LIMIT_EXCEEDED', status: 429, title: 'Too many requests' };
  if (error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500) {
    return {
      code: 'VALIDATION_FAILED',
      status: 400,
      title: 'The request could not be read',
      detail: error.message,
    };
  }
  return null;
}

/** JSON bodies, plain or gzip; the limit of the route holds for the decompressed size, so a bomb stops early. */
function acceptGzip(app: FastifyInstance): void {
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer' },
    async (request: FastifyRequest, body: Buffer) => {
      const encoding = request.headers['content-encoding'];
      const limit = request.routeOptions.bodyLimit ?? 1_048_576;
      if (encoding === undefined || encoding === 'identity') return parseJson(request, body);
      if (encoding !== 'gzip')
        throw httpError(415, `content-encoding ${encoding} is not accepted, gzip is`);
      const plain = await gunzipBytes(body, { maxOutputLength: limit }).catch(
        (error: NodeJS.ErrnoException) => {
          throw error.code === 'ERR_BUFFER_TOO_LARGE'
            ? httpError(413, 'too large')
            : httpError(400, 'the gzip body is damaged');
        },
      );
      return parseJson(request, plain);
    },
  );
}

function parseJson(request: FastifyRequest, body: Buffer): unknown {
  keepSigned(request, body);
  if (body.length === 0) return undefined;
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw httpError(400, 'the body is not JSON');
  }
}

function httpError(statusCode: number, message: string): Error {
  return Object.assign(new Error(message), { statusCode });
}
