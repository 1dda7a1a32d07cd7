import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { copyFile, mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';

// Bytes under a key. On disk here; an S3 bucket answers the same questions.

export type Blobs = {
  put(key: string, bytes: Uint8Array): Promise<void>;
  /** Moves a whole file under the key; it is gone from where it was. */
  take(key: string, file: string): Promise<void>;
  /** Size in bytes, or null when there is nothing under the key. */
  size(key: string): Promise<number | null>;
  /** Bytes from `start` to `end`, both inclusive. */
  read(key: string, range?: { start: number; end: number }): Readable;
  remove(key: string): Promise<void>;
};

const keyPattern = /^[a-z0-9][a-z0-9._-]*(\/[a-z0-9][a-z0-9._-]*){0,5}$/;

export function diskBlobs(folder: string): Blobs {
  function fileOf(key: string): string {
    if (!keyPattern.test(key) || key.includes('..')) throw new Error(`not a blob key: ${key}`);
    return path.join(folder, key);
  }
  return {
    async put(key, bytes) {
      const file = fileOf(key);
      await mkdir(path.dirname(file), { recursive: true });
      const half = `${file}.${randomUUID()}.tmp`;
      await writeFile(half, bytes, { flush: true });
      await rename(half, file); // a reader sees the whole blob or none
    },
    async take(key, from) {
      const file = fileOf(key);
      await mkdir(path.dirname(file), { recursive: true });
      await rename(from, file).catch(async (error: NodeJS.ErrnoException) => {
        if (error.code !== 'EXDEV') throw error;
        const half = `${file}.${randomUUID()}.tmp`; // another disk: a copy first, then seen at once
        await copyFile(from, half);
        await rename(half, file);
        await rm(from);
      });
    },
    async size(key) {
      const info = await stat(fileOf(key)).catch(() => null);
      return info === null ? null : info.size;
    },
    read: (key, range) => createReadStream(fileOf(key), range),
    remove: (key) => rm(fileOf(key), { force: true }),
  };
}
