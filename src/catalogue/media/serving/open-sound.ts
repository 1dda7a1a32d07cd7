import { lstat, open, realpath, type FileHandle } from 'node:fs/promises';
import type { RecordingId } from '#foundation/kernel/ids.ts';
import type { Db } from '#foundation/platform/postgres.ts';
import { pathToText, textToPath } from '../importing/path-text.ts';
import { listLibraries } from '../importing/queries.ts';
import { isWithin, openFlags } from '../importing/walk-folder.ts';
import { listSounds } from './queries.ts';

export type OpenSound = {
  readonly file: FileHandle;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
  readonly contentType: string;
  readonly etag: string;
};

/** What there is to hear of a recording; null where there is no sound. */
export async function soundOf(
  db: Db,
  recordingId: RecordingId,
): Promise<{ readonly contentType: string; readonly durationMs: number | null } | null> {
  const [first] = await db.all(listSounds, { recordingId });
  return first === undefined
    ? null
    : { contentType: first.contentType, durationMs: first.durationMs };
}

/** The first file of the recording that is still there, opened; the caller closes it. */
export async function openSound(db: Db, recordingId: RecordingId): Promise<OpenSound | null> {
  const sounds = await db.all(listSounds, { recordingId });
  if (sounds.length === 0) return null;
  const libraries = (await db.all(listLibraries, {})).map((library) => library.path);
  for (const sound of sounds) {
    const opened = await openWithin(sound.path, libraries);
    if (opened === null) continue;
    const { file, info } = opened;
    const etag = `"${sound.id.slice(-12)}-${info.size.toString(36)}-${Math.trunc(info.mtimeMs).toString(36)}"`;
    return {
      file,
      sizeBytes: info.size,
      modifiedMs: Math.trunc(info.mtimeMs),
      contentType: sound.contentType,
      etag,
    };
  }
  return null;
}

/**
 * Opens a file only if it is what was imported: a regular file, reached without any link, within a library. A link put
 * in the place of the file or of a folder above it since the import leads elsewhere, and is refused.
 */
async function openWithin(pathText: string, libraries: readonly string[]) {
  if (!libraries.some((library) => isWithin(pathText, library))) return null;
  const path = textToPath(pathText);
  let file: FileHandle;
  try {
    file = await open(path, openFlags);
  } catch {
    return null;
  }
  try {
    const info = await file.stat();
    const real = pathToText(await realpath(path, { encoding: 'buffer' }));
    // After opening, so that what was checked is what is open.
    const there = await lstat(path);
    if (info.isFile() && real === pathText && there.ino === info.ino && there.dev === info.dev)
      return { file, info };
  } catch {
    // Vanished between the two looks: as if it had not been there.
  }
  await file.close();
  return null;
}
