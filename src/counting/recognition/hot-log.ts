import { open, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import { algorithmVersion } from './algorithm.ts';
import { syncFolder } from './segment-file.ts';
import { listedOf, type Fingerprinted, type Listed } from './segment.ts';

// What has changed since the segments were written, in order: one frame a change, with its length and checksum, synced before
// anybody is told. A frame that was cut short by a crash was never acknowledged, and is cut off at the next start.

/** What was added, in place of what was known of it, and what was removed. */
export type HotChange = {
  readonly added: readonly Fingerprinted[];
  readonly removed: readonly string[];
};

export type HotLog = {
  readonly bytes: () => number;
  /** On disk when it answers; a failed one leaves nothing behind. */
  append(change: HotChange): Promise<void>;
  close(): Promise<void>;
};

const magic = 'NGOMALG\n';
const headerBytes = 12;
const frameHeadBytes = 8;
/** Zeros, as a crash may leave them, have the checksum of nothing. */
const frameMinBytes = 4;
/** A batch of fingerprints; a length beyond it is no length. */
const frameMaxBytes = 1024 * 1024 * 1024;

type Head = {
  readonly added: readonly (Listed & { readonly peaks: number; readonly hasLevels: boolean })[];
  readonly removed: readonly string[];
};

export async function createHotLog(file: string): Promise<HotLog> {
  const handle = await open(file, 'wx+', 0o644);
  await write(handle, header(), 0);
  await handle.sync();
  await syncFolder(path.dirname(file));
  return openedLog(handle, headerBytes);
}

/** Reads the changes of a log and goes on behind the last whole one; null when it is none of this version. */
export async function openHotLog(file: string): Promise<{
  readonly log: HotLog;
  readonly changes: readonly HotChange[];
  readonly cutBytes: number;
} | null> {
  const handle = await open(file, 'r+').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (handle === null) return null;
  try {
    const { size } = await handle.stat();
    const first = await read(handle, 0, headerBytes);
    if (first === null || !first.equals(header())) {
      await handle.close();
      return null;
    }
    const changes: HotChange[] = [];
    let end = headerBytes;
    for (;;) {
      const head = await read(handle, end, frameHeadBytes);
      const length = head?.readUInt32LE(0) ?? frameMaxBytes;
      if (head === null || length < frameMinBytes || length > frameMaxBytes) break;
      if (end + frameHeadBytes + length > size) break;
      const payload = await read(handle, end + frameHeadBytes, length);
      const change =
        payload === null || crc32(payload) !== head.readUInt32LE(4) ? null : decode(payload);
      if (change === null) break;
      changes.push(change);
      end += frameHeadBytes + length;
    }
    if (end < size) {
      await handle.truncate(end);
      await handle.sync();
    }
    return { log: openedLog(handle, end), changes, cutBytes: size - end };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

function openedLog(handle: FileHandle, from: number): HotLog {
  let end = from;
  return {
    bytes: () => end,
    async append(change) {
      const payload = encode(change);
      const head = Buffer.alloc(frameHeadBytes);
      head.writeUInt32LE(payload.length, 0);
      head.writeUInt32LE(crc32(payload), 4);
      try {
        await write(handle, Buffer.concat([head, payload]), end);
        await handle.datasync();
      } catch (error) {
        // A full disk: what was written of it must not stand before the next frame.
        await handle.truncate(end).catch(() => {});
        throw error;
      }
      end += frameHeadBytes + payload.length;
    },
    close: () => handle.close(),
  };
}

function encode({ added, removed }: HotChange): Buffer {
  const head: Head = {
    added: added.map((one) => ({
      ...listedOf(one),
      peaks: one.places.length,
      hasLevels: one.levels !== undefined,
    })),
    removed,
  };
  const text = Buffer.from(JSON.stringify(head));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(text.length);
  const parts: Uint8Array[] = [length, text];
  for (const { places, levels } of added) {
    parts.push(new Uint8Array(places.buffer, places.byteOffset, places.byteLength));
    if (levels !== undefined) parts.push(levels);
  }
  return Buffer.concat(parts);
}

function decode(payload: Buffer): HotChange | null {
  const textLength = payload.readUInt32LE(0);
  let at = 4 + textLength;
  const { added, removed } = JSON.parse(payload.toString('utf8', 4, at)) as Head;
  const take = (bytes: number): Uint8Array => {
    const part = Uint8Array.from(payload.subarray(at, at + bytes));
    at += bytes;
    return part;
  };
  const recordings = added.map(({ peaks, hasLevels, ...listed }) => ({
    ...listed,
    places: new Uint32Array(take(4 * peaks).buffer as ArrayBuffer),
    ...(hasLevels && { levels: take(peaks) }),
  }));
  return at === payload.length ? { added: recordings, removed } : null;
}

function header(): Buffer {
  const bytes = Buffer.alloc(headerBytes);
  bytes.write(magic, 0, 'latin1');
  bytes.writeUInt32LE(algorithmVersion, 8);
  return bytes;
}

async function write(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let at = 0; at < bytes.length;) {
    const { bytesWritten } = await handle.write(bytes, at, bytes.length - at, position + at);
    at += bytesWritten;
  }
}

/** Null when the file ends before. */
async function read(handle: FileHandle, position: number, length: number): Promise<Buffer | null> {
  const bytes = Buffer.alloc(length);
  for (let at = 0; at < length;) {
    const { bytesRead } = await handle.read(bytes, at, length - at, position + at);
    if (bytesRead === 0) return null;
    at += bytesRead;
  }
  return bytes;
}
