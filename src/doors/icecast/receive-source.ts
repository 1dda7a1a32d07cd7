import type { Socket } from 'node:net';
import {
  asParts,
  bodyOf,
  cleanTitle,
  decodeText,
  formatOfType,
  paceParts,
  pumpStream,
  streamBytes,
  type Attached,
} from '#counting/recognition/index.ts';
import type { IcecastContext } from './context.ts';
import { identifySource } from './identify-source.ts';
import { readSourceHead, type SourceHead } from './read-source.ts';

// A program sends us its sound as it would to an Icecast server. It is heard and thrown away: nobody listens here but
// those who count.

const headBytesMax = 8_192;
const headMsMax = 10_000;
/** A source that says nothing for so long is gone, whatever its line says. */
const idleMsMax = 30_000;
/** What we said last should still be read. */
const lingerMs = 1_000;

export type ReceiveOptions = { readonly headMsMax?: number; readonly idleMsMax?: number };

export async function receiveSource(
  ctx: IcecastContext,
  socket: Socket,
  options: ReceiveOptions = {},
): Promise<void> {
  socket.on('error', () => {}); // its end is in the bytes
  socket.setNoDelay(true);
  const bytes = streamBytes(socket, options.idleMsMax ?? idleMsMax);
  const late = setTimeout(() => socket.destroy(), options.headMsMax ?? headMsMax);
  try {
    const raw = await bytes.takeHead(headBytesMax);
    clearTimeout(late);
    const head = raw === null ? null : readSourceHead(raw.toString('latin1'));
    if (head === null) return refuse(socket, '400 Bad Request', 'Send to /live/<mount>.');
    const device = await identifySource(ctx, head.mount, head.headers.get('authorization'));
    if (device === null) return refuse(socket, '401 Authentication Required', 'Wrong password.');
    const type = head.headers.get('content-type') ?? 'audio/mpeg';
    const format = formatOfType(type);
    if (format === null)
      return refuse(socket, '415 Unsupported Media Type', 'Content-type not supported.');
    const name = head.headers.get('ice-name') ?? head.headers.get('icy-name') ?? '';
    const attached = await ctx.monitors.attach(device.deviceId, device.source, {
      format,
      name: cleanTitle(decodeText(Buffer.from(name, 'latin1'))),
      hangUp: () => hangUp(socket),
    });
    if (attached === null) return refuse(socket, '403 Forbidden', 'Mountpoint in use');
    welcome(socket, head);
    await hear(ctx, attached, asParts(bodyOf(bytes, head.headers), format), format);
    if (head.waitsForContinue && socket.writable) socket.end('HTTP/1.1 200 OK\r\n\r\n');
  } catch (error) {
    ctx.log.debug({ err: error }, 'a source was refused or lost');
  } finally {
    clearTimeout(late);
    hangUp(socket);
  }
}

function hangUp(socket: Socket): void {
  socket.end();
  setTimeout(() => socket.destroy(), lingerMs).unref();
}

async function hear(
  ctx: IcecastContext,
  attached: Attached,
  parts: ReturnType<typeof asParts>,
  format: Parameters<typeof pumpStream>[1],
): Promise<void> {
  try {
    const paced = paceParts(parts, () => attached.channel.live().heardMs, Date.now);
    await pumpStream(paced, format, {
      onSound: (pcm) => attached.channel.hear(pcm),
      onTitle: (title) => attached.channel.title(title),
    });
  } catch (error) {
    ctx.log.debug({ err: error }, 'a source broke off');
  } finally {
    await attached.detach();
  }
}

/** Icecast answers before the sound: clients wait for it, and most never read anything after it. */
function welcome(socket: Socket, { waitsForContinue }: SourceHead): void {
  socket.write(waitsForContinue ? 'HTTP/1.1 100 Continue\r\n\r\n' : 'HTTP/1.0 200 OK\r\n\r\n');
}

function refuse(socket: Socket, status: string, sentence: string): void {
  const challenge = status.startsWith('401') ? 'WWW-Authenticate: Basic realm="Ngoma"\r\n' : '';
  socket.end(
    `HTTP/1.0 ${status}\r\n${challenge}Content-Type: text/plain\r\nContent-Length: ${sentence.length}\r\nConnection: close\r\n\r\n${sentence}`,
  );
}
