import type { Socket } from 'node:net';
import type { Attached } from '#counting/stations/index.ts';
import { streamBytes } from '#foundation/streams/byte-reader.ts';
import { cleanTitle, decodeText } from '#foundation/streams/demux-icy.ts';
import { asParts } from '#foundation/streams/open-stream.ts';
import { paceParts, pumpStream, Undecodable } from '#foundation/streams/pump-stream.ts';
import { bodyOf } from '#foundation/streams/raw-http.ts';
import { formatOfType } from '#foundation/streams/stream-format.ts';
import { trouble } from '#foundation/streams/trouble.ts';
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
/** Some decoders look through noise for ever, and find a frame in it now and then. So much without sound is none: a minute at 128 kbit/s. */
const soundlessBytesMax = 1024 * 1024;
/** Two megabytes a second: no sound takes more. */
const bytesPerMsMax = 2_000;

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
    const parts = asParts(bodyOf(bytes, head.headers), format);
    await hear(ctx, attached, parts, format, (problem) => {
      if (problem !== null)
        ctx.log.info({ mount: head.mount, problem }, 'a source was let go for what it sent');
      if (head.waitsForContinue && socket.writable)
        socket.end(problem === null ? 'HTTP/1.1 200 OK\r\n\r\n' : unreadable(problem));
    });
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

/** Hears it to its end, and says what is wrong with what it sent before its line is closed. */
async function hear(
  ctx: IcecastContext,
  attached: Attached,
  parts: ReturnType<typeof asParts>,
  format: Parameters<typeof pumpStream>[1],
  ended: (problem: string | null) => void,
): Promise<void> {
  const heardMs = (): number => attached.channel.live().heardMs;
  try {
    await pumpStream(paceParts(soundOnly(parts, heardMs), heardMs, Date.now), format, {
      onSound: (pcm) => attached.channel.hear(pcm),
      onTitle: (title) => attached.channel.title(title),
    });
    ended(null);
  } catch (error) {
    ctx.log.debug({ err: error }, 'a source broke off');
    if (error instanceof Undecodable) ended(error.message);
  } finally {
    await attached.detach();
  }
}

async function* soundOnly(
  parts: ReturnType<typeof asParts>,
  heardMs: () => number,
): ReturnType<typeof asParts> {
  let heardBefore = heardMs();
  let soundlessBytes = 0;
  for await (const part of parts) {
    const heardNow = heardMs();
    soundlessBytes = Math.max(0, soundlessBytes - bytesPerMsMax * (heardNow - heardBefore));
    heardBefore = heardNow;
    if (part.kind === 'sound') soundlessBytes += part.bytes.length;
    if (soundlessBytes > soundlessBytesMax) throw new Undecodable(trouble('soundless'));
    yield part;
  }
}

/** Icecast answers before the sound: clients wait for it, and most never read anything after it. */
function welcome(socket: Socket, { waitsForContinue }: SourceHead): void {
  socket.write(waitsForContinue ? 'HTTP/1.1 100 Continue\r\n\r\n' : 'HTTP/1.0 200 OK\r\n\r\n');
}

function unreadable(sentence: string): string {
  return `HTTP/1.1 415 Unsupported Media Type\r\nContent-Type: text/plain\r\nContent-Length: ${sentence.length}\r\nConnection: close\r\n\r\n${sentence}`;
}

function refuse(socket: Socket, status: string, sentence: string): void {
  const challenge = status.startsWith('401') ? 'WWW-Authenticate: Basic realm="Ngoma"\r\n' : '';
  socket.end(
    `HTTP/1.0 ${status}\r\n${challenge}Content-Type: text/plain\r\nContent-Length: ${sentence.length}\r\nConnection: close\r\n\r\n${sentence}`,
  );
}
