import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

// What is not the API: the web app, and the browsable description.

export const webDist = path.resolve(import.meta.dirname, '../../web/dist');

export type PagesContext = {
  readonly mayOperate: (request: FastifyRequest) => Promise<boolean>;
};

export async function servePages(app: FastifyInstance, ctx: PagesContext): Promise<void> {
  await serveDocs(app, ctx);
  if (existsSync(path.join(webDist, 'index.html'))) await serveWeb(app);
}

async function serveDocs(app: FastifyInstance, ctx: PagesContext): Promise<void> {
  const assets = path.dirname(
    createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'),
  );
  app.get('/docs/openapi.json', { schema: { hide: true } }, async (request, reply) =>
    (await ctx.mayOperate(request)) ? app.swagger() : reply.callNotFound(),
  );
  app.get('/docs', { schema: { hide: true } }, async (request, reply) =>
    (await ctx.mayOperate(request)) ? reply.type('text/html').send(docsPage) : reply.callNotFound(),
  );
  app.get('/docs/start.js', { schema: { hide: true } }, async (_request, reply) =>
    reply.type('text/javascript').send(docsScript),
  );
  await app.register(fastifyStatic, {
    root: assets,
    prefix: '/docs/assets/',
    index: false,
    decorateReply: false,
  });
}

const docsPage = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Ngoma API</title>
<link rel="stylesheet" href="/docs/assets/swagger-ui.css">
<div id="docs"></div>
<script src="/docs/assets/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</html>
`;
const docsScript = `SwaggerUIBundle({ url: '/docs/openapi.json', dom_id: '#docs', deepLinking: true, validatorUrl: null });\n`;

/** The web app lives at / and /app/*; hashed files may be kept for ever, the page and its worker never. */
async function serveWeb(app: FastifyInstance): Promise<void> {
  await app.register(fastifyStatic, {
    root: webDist,
    index: false,
    wildcard: true,
    preCompressed: true, // the build writes .br and .gz beside each text
    cacheControl: false,
    setHeaders(reply, file) {
      const immutable =
        file.includes(`${path.sep}assets${path.sep}`) ||
        file.includes(`${path.sep}fonts${path.sep}`);
      reply.header('cache-control', immutable ? 'public, max-age=31536000, immutable' : 'no-cache');
      reply.header('vary', 'accept-encoding');
    },
  });
  const page = (_request: FastifyRequest, reply: FastifyReply): FastifyReply =>
    reply.sendFile('index.html');
  app.get('/', { schema: { hide: true } }, page);
  app.get('/app', { schema: { hide: true } }, page);
  app.get('/app/*', { schema: { hide: true } }, page);
}
