import type { RecordingId } from '#foundation/kernel/ids.ts';
import type { Instant } from '#foundation/kernel/time.ts';
import type { Db } from '#foundation/platform/postgres.ts';
import { listKnown, listSkipped } from './queries.ts';
import { isWithin } from './walk-folder.ts';

// What we know of a folder, in one map: asking the database for each of 100,000 files would take minutes.

export type KnownFile = {
  readonly recordingId: RecordingId;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
  readonly durationMs: number | null;
  readonly missing: boolean;
  readonly importedAt: Instant;
};
type KnownSkipped = {
  readonly sizeBytes: number;
  readonly modifiedMs: number;
  readonly reason: string;
};

export type KnownFolder = {
  /** What we know of a file that is there; it is no longer unseen. */
  seeFile(path: string): KnownFile | undefined;
  seeSkipped(path: string): KnownSkipped | undefined;
  /** A folder that could not be looked into: what is in it is not missing. */
  leaveUnseen(folder: string): void;
  unseenFiles(): readonly string[];
  unseenSkipped(): readonly string[];
};

const pageRows = 20_000;

export async function loadKnown(db: Db, root: string): Promise<KnownFolder> {
  const files = new Map<string, KnownFile>();
  for await (const row of pages((range) => db.all(listKnown, range), root)) {
    const { path, recordingId, durationMs, missing, importedAt } = row;
    files.set(path, {
      recordingId,
      durationMs,
      missing,
      importedAt,
      sizeBytes: Number(row.sizeBytes),
      modifiedMs: Number(row.modifiedMs),
    });
  }
  const skipped = new Map<string, KnownSkipped>();
  for await (const row of pages((range) => db.all(listSkipped, range), root)) {
    skipped.set(row.path, {
      reason: row.reason,
      sizeBytes: Number(row.sizeBytes),
      modifiedMs: Number(row.modifiedMs),
    });
  }
  const dark: string[] = [];
  const unseen = (paths: Iterable<string>) =>
    [...paths].filter((path) => !dark.some((folder) => isWithin(path, folder)));
  return {
    seeFile: (path) => take(files, path),
    seeSkipped: (path) => take(skipped, path),
    leaveUnseen: (folder) => void dark.push(folder),
    unseenFiles: () => unseen(files.keys()),
    unseenSkipped: () => unseen(skipped.keys()),
  };
}

function take<V>(map: Map<string, V>, key: string): V | undefined {
  const value = map.get(key);
  map.delete(key);
  return value;
}

/** Everything below a folder is one range of the index: from "folder/" to "folder0", the character after "/". */
async function* pages<R extends { readonly path: string }>(
  ask: (range: { after: string; end: string; limit: number }) => Promise<readonly R[]>,
  root: string,
): AsyncGenerator<R> {
  const base = root.endsWith('/') ? root.slice(0, -1) : root;
  let after = `${base}/`;
  for (;;) {
    const rows = await ask({ after, end: `${base}0`, limit: pageRows });
    yield* rows;
    if (rows.length < pageRows) return;
    after = rows.at(-1)!.path;
  }
}
