import type { FileHandle } from 'node:fs/promises';

const headerBytes = 10;
const footerFlag = 0x10;

/**
 * Where the sound begins behind an ID3v2 tag (id3.org, ID3v2.4 section 3.1: a syncsafe size behind ten bytes); 0 when there
 * is none. A browser that plays an MP3 fetches the whole tag first, and a cover in it is often half a megabyte: on a slow
 * line that is half a minute of silence.
 */
export async function soundStart(file: FileHandle, sizeBytes: number): Promise<number> {
  const header = Buffer.alloc(headerBytes);
  const { bytesRead } = await file.read(header, 0, headerBytes, 0);
  if (bytesRead < headerBytes || header.toString('latin1', 0, 3) !== 'ID3') return 0;
  const sizes = header.subarray(6, 10);
  if (sizes.some((byte) => byte > 0x7f)) return 0;
  const size = sizes.reduce((sum, byte) => sum * 128 + byte, 0);
  const start = headerBytes + size + ((header[5]! & footerFlag) === 0 ? 0 : headerBytes);
  return start < sizeBytes ? start : 0;
}
