import type { Readable } from 'node:stream';
import { Stalled } from './stalled.ts';
import { trouble } from './trouble.ts';

// Bytes of a connection, pulled: who does not read stops the sender, and silence of the line is an error with a name.

export type ByteReader = {
  /** The next bytes as they come; null at the end. */
  next(): Promise<Buffer | null>;
  /** What was read too far. */
  putBack(bytes: Buffer): void;
  /** Everything up to an empty line, without it; null when there is none within `max` bytes. */
  takeHead(max: number): Promise<Buffer | null>;
};

export function streamBytes(stream: Readable, stallMs: number): ByteReader {
  const back: Buffer[] = [];
  let ended = false;
  let failure: Error | null = null;
  let wake: () => void = () => {};
  stream.on('readable', () => wake());
  stream.once('end', () => {
    ended = true;
    wake();
  });
  stream.once('error', (error: Error) => {
    failure = error;
    wake();
  });
  stream.once('close', () => {
    ended = true;
    wake();
  });

  async function next(): Promise<Buffer | null> {
    const kept = back.pop();
    if (kept !== undefined) return kept;
    for (;;) {
      const bytes = stream.read() as Buffer | null;
      if (bytes !== null) return bytes;
      if (failure !== null) throw failure;
      if (ended) return null;
      await new Promise<void>((resolve, reject) => {
        const late = setTimeout(() => reject(new Stalled(trouble('nothing-arrives'))), stallMs);
        wake = () => {
          clearTimeout(late);
          resolve();
        };
      });
    }
  }

  return {
    next,
    putBack: (bytes) => void (bytes.length > 0 && back.push(bytes)),
    async takeHead(max) {
      let head = Buffer.alloc(0);
      for (;;) {
        const bytes = await next();
        if (bytes === null) return null;
        head = Buffer.concat([head, bytes]);
        const end = endOfHead(head);
        if (end !== null && end.at <= max) {
          back.push(head.subarray(end.at + end.length));
          return head.subarray(0, end.at);
        }
        if (head.length > max) return null;
      }
    },
  };
}

/** Some sources end lines with a bare LF. */
export function endOfHead(bytes: Buffer): { at: number; length: number } | null {
  const crlf = bytes.indexOf('\r\n\r\n');
  const lf = bytes.indexOf('\n\n');
  if (crlf < 0 && lf < 0) return null;
  return lf < 0 || (crlf >= 0 && crlf < lf) ? { at: crlf, length: 4 } : { at: lf, length: 2 };
}

export async function* readToEnd(bytes: ByteReader): AsyncGenerator<Buffer> {
  for (let next = await bytes.next(); next !== null; next = await bytes.next()) yield next;
}

export async function* readCounted(bytes: ByteReader, length: number): AsyncGenerator<Buffer> {
  let left = length;
  while (left > 0) {
    const next = await bytes.next();
    if (next === null) return;
    if (next.length > left) bytes.putBack(next.subarray(left));
    const part = next.subarray(0, left);
    left -= part.length;
    yield part;
  }
}

const chunkLineMax = 1_024;

/** Chunked transfer coding (RFC 9112, 7.1); anything that is not one ends the body. */
export async function* readChunked(bytes: ByteReader): AsyncGenerator<Buffer> {
  for (;;) {
    const size = /^([0-9a-f]{1,8})\s*(?:;|$)/i.exec((await takeLine(bytes)) ?? '')?.[1];
    if (size === undefined || Number.parseInt(size, 16) === 0) return;
    yield* readCounted(bytes, Number.parseInt(size, 16));
    if ((await takeLine(bytes)) !== '') return;
  }
}

async function takeLine(bytes: ByteReader): Promise<string | null> {
  let line = Buffer.alloc(0);
  while (line.length <= chunkLineMax) {
    const next = await bytes.next();
    if (next === null) return null;
    line = Buffer.concat([line, next]);
    const end = line.indexOf('\n');
    if (end < 0) continue;
    bytes.putBack(line.subarray(end + 1));
    return line.subarray(0, end).toString('latin1').replace(/\r$/, '');
  }
  return null;
}
