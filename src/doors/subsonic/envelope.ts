import type { FastifyReply } from 'fastify';

// The envelope of Subsonic 1.16.1 with OpenSubsonic's fields, as JSON, JSONP or XML. An error is an answer with status 200.

export type Body = Readonly<Record<string, unknown>>;
export type Format =
  | { readonly kind: 'json' | 'xml' }
  | { readonly kind: 'jsonp'; readonly callback: string };

export const protocolVersion = '1.16.1';

export function formatOf(params: ReadonlyMap<string, readonly string[]>): Format {
  const f = params.get('f')?.[0];
  const callback = params.get('callback')?.[0] ?? '';
  if (f === 'jsonp' && /^[A-Za-z_$][\w$.]{0,99}$/.test(callback))
    return { kind: 'jsonp', callback };
  return { kind: f === 'json' || f === 'jsonp' ? 'json' : 'xml' };
}

export function sendOk(
  reply: FastifyReply,
  format: Format,
  serverVersion: string,
  body: Body,
): FastifyReply {
  return send(reply, format, { status: 'ok', ...head(serverVersion), ...body });
}

export type Failure = {
  readonly code: 0 | 10 | 20 | 30 | 40 | 41 | 42 | 43 | 44 | 50 | 60 | 70;
  readonly message: string;
  readonly helpUrl?: string;
};

export function sendFailure(
  reply: FastifyReply,
  format: Format,
  serverVersion: string,
  failure: Failure,
): FastifyReply {
  return send(reply, format, { status: 'failed', ...head(serverVersion), error: failure });
}

function head(serverVersion: string) {
  return { version: protocolVersion, type: 'ngoma', serverVersion, openSubsonic: true };
}

function send(reply: FastifyReply, format: Format, response: Body): FastifyReply {
  reply.header('cache-control', 'no-store').serializer((text: unknown) => text as string);
  if (format.kind === 'xml')
    return reply
      .type('application/xml; charset=utf-8')
      .send(
        `<?xml version="1.0" encoding="UTF-8"?>\n${toXml('subsonic-response', { xmlns: 'http://subsonic.org/restapi', ...response })}`,
      );
  const json = JSON.stringify({ 'subsonic-response': response });
  if (format.kind !== 'jsonp') return reply.type('application/json; charset=utf-8').send(json);
  // U+2028 and U+2029 end a line in older scripts.
  const script = json.replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
  return reply
    .type('application/javascript; charset=utf-8')
    .header('x-content-type-options', 'nosniff')
    .send(`${format.callback}(${script});`);
}

/** Plain values are attributes, objects and lists children, `value` is the text: how Subsonic's XML and JSON correspond. */
function toXml(name: string, value: unknown): string {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value)) return value.map((item) => toXml(name, item)).join('');
  if (typeof value !== 'object') return `<${name}>${escapeXml(String(value))}</${name}>`;
  let attributes = '';
  let children = '';
  for (const [key, item] of Object.entries(value)) {
    if (item === undefined || item === null) continue;
    if (key === 'value') children += escapeXml(String(item));
    else if (typeof item === 'object') children += toXml(key, item);
    else attributes += ` ${key}="${escapeXml(String(item))}"`;
  }
  return children === ''
    ? `<${name}${attributes}/>`
    : `<${name}${attributes}>${children}</${name}>`;
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** Characters that XML 1.0 cannot hold are left out. */
function escapeXml(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '')
    .replaceAll(/[&<>"']/g, (sign) => entities[sign]!);
}
