import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';

// Streams made here: servers on this machine that speak the real wire format, and sound they can send.

/** What node:test gives. */
type Ending = { after(work: () => Promise<void>): void };

export type Serving = { readonly port: number; readonly url: string; readonly heads: string[] };

/** A server that reads a request's head and leaves the rest to `answer`. */
export async function serveRaw(
  t: Ending,
  answer: (socket: net.Socket, head: string) => void,
): Promise<Serving> {
  const heads: string[] = [];
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    let head = '';
    socket.on('data', function gather(bytes) {
      head += bytes.toString('latin1');
      if (!head.includes('\r\n\r\n')) return;
      socket.off('data', gather);
      heads.push(head);
      answer(socket, head);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { port, url: `http://127.0.0.1:${port}`, heads };
}

export function reply(
  status: string,
  headers: Readonly<Record<string, string>>,
  body?: Buffer | string,
): Buffer {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return Buffer.concat([
    Buffer.from(
      `${status}\r\n${lines.join('\r\n')}${lines.length > 0 ? '\r\n' : ''}\r\n`,
      'latin1',
    ),
    Buffer.from(body ?? ''),
  ]);
}

const rate = 16_000;

/** A wave file that says it never ends, as a stream is: a tone of so many seconds, or silence. */
export function wavStream(seconds: number, hz = 440): Buffer {
  const head = Buffer.alloc(44);
  head.write('RIFF', 0, 'latin1');
  head.writeUInt32LE(0x7fff_ff24, 4);
  head.write('WAVEfmt ', 8, 'latin1');
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(rate, 24);
  head.writeUInt32LE(rate * 2, 28);
  head.writeUInt16LE(2, 32);
  head.writeUInt16LE(16, 34);
  head.write('data', 36, 'latin1');
  head.writeUInt32LE(0x7fff_ff00, 40);
  return Buffer.concat([head, tone(seconds, hz)]);
}

export function tone(seconds: number, hz = 440): Buffer {
  const bytes = Buffer.alloc(Math.round(seconds * rate) * 2);
  for (let i = 0; hz > 0 && i < bytes.length / 2; i++)
    bytes.writeInt16LE(Math.round(8_000 * Math.sin((2 * Math.PI * hz * i) / rate)), 2 * i);
  return bytes;
}

/** Puts ICY metadata between the bytes, as Shoutcast does. */
export function interleave(
  sound: Buffer,
  interval: number,
  titles: readonly (string | Buffer | null)[],
): Buffer {
  const out: Buffer[] = [];
  for (let at = 0, i = 0; at < sound.length; at += interval, i++) {
    out.push(sound.subarray(at, at + interval));
    if (at + interval <= sound.length) out.push(metadata(titles[i] ?? null));
  }
  return Buffer.concat(out);
}

function metadata(title: string | Buffer | null): Buffer {
  if (title === null) return Buffer.of(0);
  const text =
    typeof title === 'string' ? Buffer.from(`StreamTitle='${title}';StreamUrl='';`) : title;
  const blocks = Math.ceil(text.length / 16);
  const block = Buffer.alloc(1 + blocks * 16);
  block[0] = blocks;
  text.copy(block, 1);
  return block;
}

/** Two header pages and an empty last page that says where the sound ends; its comments are `NAME=text`. */
export function opusStream(comments: readonly string[], seconds = 2): Buffer {
  const fields = comments.map((comment) => Buffer.from(comment));
  const head = Buffer.concat([
    Buffer.from('OpusHead\x01\x02', 'latin1'),
    Buffer.of(0x38, 0x01),
    u32le(48_000),
    Buffer.alloc(3),
  ]);
  const tags = Buffer.concat([
    Buffer.from('OpusTags', 'latin1'),
    u32le(0),
    u32le(fields.length),
    ...fields.flatMap((field) => [u32le(field.length), field]),
  ]);
  return Buffer.concat([
    oggPage(2, 0n, 0, head),
    oggPage(0, 0n, 1, tags),
    oggPage(4, BigInt(seconds * 48_000 + 312), 2, Buffer.alloc(100)),
  ]);
}

function u32le(n: number): Buffer {
  const b = Buffer.alloc(4);
  b.writeUInt32LE(n);
  return b;
}

function oggPage(flags: number, granule: bigint, sequence: number, body: Buffer): Buffer {
  const segments = Buffer.alloc(Math.floor(body.length / 255) + 1, 255);
  segments[segments.length - 1] = body.length % 255;
  const header = Buffer.alloc(27);
  header.write('OggS', 0, 'latin1');
  header[5] = flags;
  header.writeBigInt64LE(granule, 6);
  header.writeUInt32LE(7, 14);
  header.writeUInt32LE(sequence, 18);
  header[26] = segments.length;
  return Buffer.concat([header, segments, body]);
}
