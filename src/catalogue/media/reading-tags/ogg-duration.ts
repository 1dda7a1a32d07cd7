import type { FileHandle } from 'node:fs/promises';

// Ogg says how long it is only in its last page: the position of the last sample (RFC 3533, RFC 7845 for Opus).

const tailBytes = 64 * 1024;
const headBytes = 4 * 1024;

export async function oggDurationMs(
  file: FileHandle,
  size: number,
  sampleRate: number,
): Promise<number | null> {
  if (sampleRate <= 0) return null;
  const head = await bytesAt(file, 0, Math.min(headBytes, size));
  const serial = head.length >= 18 ? head.readUInt32LE(14) : 0;
  const tail = await bytesAt(file, Math.max(0, size - tailBytes), Math.min(tailBytes, size));
  for (
    let at = tail.lastIndexOf('OggS');
    at >= 0;
    at = at === 0 ? -1 : tail.lastIndexOf('OggS', at - 1)
  ) {
    if (at + 18 > tail.length || tail.readUInt32LE(at + 14) !== serial) continue;
    const granule = tail.readBigInt64LE(at + 6);
    if (granule < 0n) continue; // no packet ends on this page
    const samples = Number(granule) - preSkip(head);
    const ms = Math.round((samples / sampleRate) * 1000);
    return ms > 0 && Number.isSafeInteger(ms) ? ms : null;
  }
  return null;
}

/** Samples an Opus decoder makes before the music starts. */
function preSkip(head: Buffer): number {
  const at = head.indexOf('OpusHead');
  return at >= 0 && at + 12 <= head.length ? head.readUInt16LE(at + 10) : 0;
}

async function bytesAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  const { bytesRead } = await file.read(bytes, 0, length, position);
  return bytes.subarray(0, bytesRead);
}
