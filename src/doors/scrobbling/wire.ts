import type { FastifyInstance, FastifyRequest } from 'fastify';

// What the three protocols have in common on the wire: bodies are read by us, whatever their content type says.

export function takeRawBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    '*',
    { parseAs: 'buffer' },
    async (_request: unknown, body: Buffer) => body,
  );
}

export function bodyOf(request: FastifyRequest): Buffer {
  return Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
}

const fieldsMax = 2_000;

/** The fields of a form, the last of each name; null when there are more than any program sends. */
export function readForm(text: string): ReadonlyMap<string, string> | null {
  const fields = new Map<string, string>();
  let count = 0;
  for (const [name, value] of new URLSearchParams(text)) {
    if (++count > fieldsMax) return null;
    fields.set(name, value);
  }
  return fields;
}

export function queryOf(request: FastifyRequest): URLSearchParams {
  const mark = request.url.indexOf('?');
  return new URLSearchParams(mark === -1 ? '' : request.url.slice(mark + 1));
}
