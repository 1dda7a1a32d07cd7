import type { Blobs } from '#foundation/platform/blobs.ts';
import type { CoverFound } from '../reading-tags/tags.ts';

/** Keeps a picture and answers its key. */
export type CoverKeeper = (cover: CoverFound) => Promise<string>;

const extensions: Readonly<Record<string, string>> = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/webp': 'webp',
  'image/gif': 'gif',
};

/**
 * Pictures lie under their hash: the twelve tracks of an album keep one. Two readers may find the same one at the same
 * time, so whoever comes second waits for the first.
 */
export function openCoverKeeper(blobs: Blobs): CoverKeeper {
  const keeping = new Map<string, Promise<void>>();
  return async ({ hash, contentType, bytes }) => {
    const key = `covers/${hash.slice(0, 2)}/${hash}.${extensions[contentType]}`;
    if (bytes !== null && !keeping.has(key)) {
      keeping.set(
        key,
        keep(blobs, key, bytes).finally(() => keeping.delete(key)),
      );
    }
    await keeping.get(key);
    return key;
  };
}

async function keep(blobs: Blobs, key: string, bytes: Uint8Array): Promise<void> {
  if ((await blobs.size(key)) === null) await blobs.put(key, bytes);
}
