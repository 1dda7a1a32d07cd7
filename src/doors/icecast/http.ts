import type { FastifyInstance, FastifyReply } from 'fastify';
import { cleanTitle, decodeText } from '#foundation/streams/demux-icy.ts';
import type { IcecastContext } from './context.ts';
import { standInFront, type Front } from './front.ts';
import { identifySource } from './identify-source.ts';
import { readMount } from './read-source.ts';
import { receiveSource, type ReceiveOptions } from './receive-source.ts';

/**
 * Opens the door: sources at /live/<mount> on the server's own port, titles at /admin/metadata. A server that closes lets
 * source clients go first, because it does not know their sockets and would wait for them.
 */
export function serveIcecast(
  app: FastifyInstance,
  ctx: IcecastContext,
  options: ReceiveOptions = {},
): void {
  const receiving = new Map<{ destroy(): void }, Promise<void>>();
  const front: Front = standInFront(app.server, (socket) => {
    const done = receiveSource(ctx, socket, options).finally(() => receiving.delete(socket));
    receiving.set(socket, done);
  });
  app.get('/admin/metadata', { schema: { hide: true } }, async (request, reply) => {
    const given = readRawQuery(request.url);
    const mount = readMount(given.get('mount') ?? '');
    if (given.get('mode') !== 'updinfo' || mount === null)
      return answer(reply, 400, 'This is mode=updinfo&mount=/live/<mount>&song=...', 0);
    const device = await identifySource(ctx, mount, request.headers.authorization);
    if (device === null) {
      reply.header('www-authenticate', 'Basic realm="Ngoma"');
      return answer(reply, 401, 'Wrong password.', 0);
    }
    const attached = ctx.monitors.attached(device.deviceId);
    if (attached === null) return answer(reply, 404, 'Source does not exist', 0);
    const { artist, title } = { artist: given.get('artist'), title: given.get('title') };
    const song = given.get('song') ?? (artist && title ? `${artist} - ${title}` : title);
    const clean = song === undefined ? null : cleanTitle(song);
    if (clean !== null) attached.channel.title(clean);
    return answer(reply, 200, 'Metadata update successful', 1);
  });
  app.addHook('preClose', async () => {
    front.close();
    for (const socket of receiving.keys()) socket.destroy();
    await Promise.all(receiving.values());
  });
}

/** Titles come in UTF-8 or Latin-1, and the framework's reading of the second loses them: bytes first, then text. */
function readRawQuery(url: string): ReadonlyMap<string, string> {
  const query = url.slice(url.indexOf('?') + 1);
  const fields = query.split('&').slice(0, 20);
  return new Map(
    fields.map((field) => {
      const [name = '', ...value] = field.split('=');
      return [name, decodeText(percentDecode(value.join('=')))];
    }),
  );
}

function percentDecode(text: string): Buffer {
  const plain = text.replaceAll('+', ' ');
  const bytes: number[] = [];
  for (let i = 0; i < plain.length; i++) {
    const hex = /^%([0-9a-f]{2})/i.exec(plain.slice(i, i + 3))?.[1];
    if (hex === undefined) bytes.push(...Buffer.from(plain[i]!));
    else {
      bytes.push(Number.parseInt(hex, 16));
      i += 2;
    }
  }
  return Buffer.from(bytes);
}

function answer(reply: FastifyReply, status: number, message: string, code: 0 | 1): FastifyReply {
  const text = message.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return reply
    .code(status)
    .type('text/xml')
    .send(
      `<?xml version="1.0"?>\n<iceresponse><message>${text}</message><return>${code}</return></iceresponse>\n`,
    );
}
