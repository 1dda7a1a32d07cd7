import { randomBytes } from 'node:crypto';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import { algorithmVersion } from './algorithm.ts';
import type { Listed, Segment } from './segment.ts';

// A segment as a file: a header of fixed size, then its arrays as they lie in memory, so that starting is reading. Written
// beside its place, synced and renamed: a name that exists is whole.

const magic = 'NGOMAFP\n';
const headerBytes = 64;
/** Reads and writes are cut into these: a single one may not exceed 2 GiB. */
const chunkBytes = 256 * 1024 * 1024;

/** A file that is no index, not whole, or of another version of the algorithm. */
export class UnreadableIndex extends Error {}

export async function writeSegment(file: string, segment: Segment): Promise<void> {
  const names = Buffer.from(JSON.stringify(segment.recordings));
  const header = Buffer.alloc(headerBytes);
  header.write(magic, 0, 'latin1');
  header.writeUInt32LE(algorithmVersion, 8);
  header.writeUInt32LE(segment.recordings.length, 12);
  header.writeUInt32LE(segment.places.length, 16);
  header.writeUInt32LE(segment.directoryBits, 20);
  header.writeUInt32LE(segment.postings.length, 24);
  header.writeUInt32LE(names.length, 28);
  header.writeUInt32LE(crc32(names), 32);
  header.writeUInt32LE(crc32(header.subarray(0, 36)), 36);
  const temporary = `${file}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`;
  const handle = await open(temporary, 'wx', 0o644);
  try {
    await writeAll(handle, header);
    for (const part of [
      segment.starts,
      segment.directory,
      segment.postings,
      segment.places,
      segment.levels,
    ])
      await writeAll(handle, new Uint8Array(part.buffer, part.byteOffset, part.byteLength));
    await writeAll(handle, names);
    await handle.sync();
    await handle.close();
    await rename(temporary, file);
    await syncFolder(path.dirname(file));
  } catch (error) {
    await handle.close().catch(() => {});
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Makes a rename in this folder survive a power loss, where the system lets us. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => null);
  await handle?.sync().catch(() => {});
  await handle?.close();
}

async function writeAll(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) {
    const { bytesWritten } = await handle.write(bytes, at, Math.min(chunkBytes, bytes.length - at));
    at += bytesWritten;
  }
}

export async function readSegment(file: string): Promise<Segment> {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    const header = Buffer.alloc(headerBytes);
    if (size < headerBytes) throw new UnreadableIndex(`${file} is no index of Ngoma.`);
    await readAll(handle, header);
    if (header.toString('latin1', 0, 8) !== magic)
      throw new UnreadableIndex(`${file} is no index of Ngoma.`);
    if (header.readUInt32LE(8) !== algorithmVersion)
      throw new UnreadableIndex(
        `${file} was made by another version of the algorithm; index its folder again.`,
      );
    const [recordings, places, directoryBits, postings, names, namesSum] = [
      12, 16, 20, 24, 28, 32,
    ].map((at) => header.readUInt32LE(at)) as [number, number, number, number, number, number];
    const words = recordings + 1 + (2 ** directoryBits + 1) + postings + places;
    if (
      crc32(header.subarray(0, 36)) !== header.readUInt32LE(36) ||
      size !== headerBytes + 4 * words + places + names
    )
      throw new UnreadableIndex(`${file} is not whole; index its folder again.`);
    const part = async (length: number): Promise<Uint32Array> => {
      // Shared, so that the thread that searches has it without reading it again.
      const array = new Uint32Array(new SharedArrayBuffer(4 * length));
      await readAll(handle, new Uint8Array(array.buffer));
      return array;
    };
    const starts = await part(recordings + 1);
    const directory = await part(2 ** directoryBits + 1);
    const postingWords = await part(postings);
    const peaks = await part(places);
    const levels = new Uint8Array(new SharedArrayBuffer(places));
    await readAll(handle, levels);
    const text = Buffer.alloc(names);
    await readAll(handle, text);
    if (crc32(text) !== namesSum)
      throw new UnreadableIndex(`${file} is damaged; index its folder again.`);
    return {
      recordings: JSON.parse(text.toString()) as Listed[],
      starts,
      places: peaks,
      levels,
      directoryBits,
      directory,
      postings: postingWords,
    };
  } finally {
    await handle.close();
  }
}

async function readAll(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) {
    const { bytesRead } = await handle.read(bytes, at, Math.min(chunkBytes, bytes.length - at));
    if (bytesRead === 0) throw new UnreadableIndex('The index ended before its end.');
    at += bytesRead;
  }
}
