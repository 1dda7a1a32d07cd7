import { mkdir, open, readFile, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { randomUUID } from 'node:crypto';
import type { Log } from '#foundation/platform/log.ts';
import type { Fingerprint } from './fingerprint-sound.ts';
import type { Shard } from './identify.ts';
import {
  buildSegment,
  fingerprintedOf,
  levelsOf,
  placesOf,
  type Fingerprinted,
  type Segment,
} from './segment.ts';
import { readSegment, syncFolder, UnreadableIndex, writeSegment } from './segment-file.ts';

// The index of a server: immutable segments on disk, named by a manifest that is replaced whole. What is not in the manifest
// does not exist, so a crash at any moment leaves the index of before or of after. Starting is reading.

export type IndexStore = {
  shards(): readonly Shard[];
  ids(): ReadonlySet<string>;
  /** A copy of what the index keeps of a recording; null when it knows none of this id. */
  fingerprintOf(recordingId: string): Fingerprint | null;
  /** Adds recordings as one new segment, in place of what was known of them, and merges small segments. */
  add(recordings: readonly Fingerprinted[]): Promise<void>;
  remove(recordingIds: readonly string[]): Promise<void>;
  /** Files and removed recordings as they stand, for a thread that reads them itself. */
  manifest(): Manifest;
  /** Told after every change. */
  onChange(listen: () => void): void;
};

export type Manifest = {
  readonly segments: readonly { readonly file: string; readonly removed: readonly string[] }[];
};

type Part = { readonly file: string; readonly segment: Segment; readonly removed: Set<string> };

const manifestName = 'manifest.json';
/** More segments than this and the smallest are merged: each costs every query a look. */
const segmentsMax = 6;

export async function openIndexStore(ctx: {
  readonly folder: string;
  readonly log: Log;
}): Promise<IndexStore> {
  const { folder } = ctx;
  await mkdir(folder, { recursive: true });
  let parts: readonly Part[] = await readParts(ctx);
  let last: Promise<unknown> = Promise.resolve();
  const listeners: (() => void)[] = [];
  await sweep(folder, parts);

  async function replace(next: readonly Part[]): Promise<void> {
    await writeManifest(folder, next);
    parts = next;
    await sweep(folder, parts);
    for (const listen of listeners) listen();
  }

  /** One change at a time; a failed one leaves the index as it was. */
  function change(work: () => Promise<void>): Promise<void> {
    const done = last.then(work, work);
    last = done.catch(() => {});
    return done;
  }

  return {
    shards: () =>
      parts.map((part) => ({
        segment: part.segment,
        isLive: (recording: number) =>
          !part.removed.has(part.segment.recordings[recording]!.recordingId),
      })),
    ids: () =>
      new Set(
        parts.flatMap(({ segment, removed }) =>
          segment.recordings.map((r) => r.recordingId).filter((id) => !removed.has(id)),
        ),
      ),
    fingerprintOf(recordingId) {
      for (const { segment, removed } of parts) {
        const at = segment.recordings.findIndex((one) => one.recordingId === recordingId);
        if (at >= 0 && !removed.has(recordingId))
          return { places: placesOf(segment, at).slice(), levels: levelsOf(segment, at).slice() };
      }
      return null;
    },
    manifest: () => ({
      segments: parts.map((part) => ({
        file: path.join(folder, part.file),
        removed: [...part.removed],
      })),
    }),
    onChange: (listen) => void listeners.push(listen),
    add: (recordings) =>
      change(async () => {
        if (recordings.length === 0) return;
        const ids = new Set(recordings.map((r) => r.recordingId));
        const kept = parts.map((part) => without(part, ids));
        const fresh = await writePart(folder, recordings);
        await replace(await mergeSmall(folder, [...kept, fresh]));
      }),
    remove: (recordingIds) =>
      change(async () => {
        const ids = new Set(recordingIds);
        if (parts.some((part) => part.segment.recordings.some((r) => ids.has(r.recordingId))))
          await replace(parts.map((part) => without(part, ids)));
      }),
  };
}

function without(part: Part, ids: ReadonlySet<string>): Part {
  const gone = part.segment.recordings
    .filter((r) => ids.has(r.recordingId))
    .map((r) => r.recordingId);
  return gone.length === 0 ? part : { ...part, removed: new Set([...part.removed, ...gone]) };
}

async function writePart(folder: string, recordings: readonly Fingerprinted[]): Promise<Part> {
  const file = `${randomUUID()}.segment`;
  const segment = buildSegment(recordings);
  await writeSegment(path.join(folder, file), segment);
  return { file, segment, removed: new Set() };
}

/** Merges the smaller half into one, and leaves out what was removed. */
async function mergeSmall(folder: string, parts: readonly Part[]): Promise<readonly Part[]> {
  if (parts.length <= segmentsMax) return parts;
  const bySize = [...parts].sort((a, b) => a.segment.places.length - b.segment.places.length);
  const small = bySize.slice(0, Math.ceil(parts.length / 2) + 1);
  const recordings = small.flatMap(({ segment, removed }) =>
    segment.recordings.flatMap((listed, at) =>
      removed.has(listed.recordingId) ? [] : [fingerprintedOf(segment, at)],
    ),
  );
  const rest = parts.filter((part) => !small.includes(part));
  return recordings.length === 0 ? rest : [...rest, await writePart(folder, recordings)];
}

async function readParts({
  folder,
  log,
}: {
  readonly folder: string;
  readonly log: Log;
}): Promise<readonly Part[]> {
  const named = await readManifest(folder);
  const parts: Part[] = [];
  for (const { file, removed } of named) {
    try {
      parts.push({
        file,
        segment: await readSegment(path.join(folder, file)),
        removed: new Set(removed),
      });
    } catch (error) {
      if (!(error instanceof UnreadableIndex) && (error as NodeJS.ErrnoException).code !== 'ENOENT')
        throw error;
      // Damaged or of an older algorithm: its recordings are found to be missing and are fingerprinted again.
      log.warn(
        { err: error, file },
        'a part of the fingerprint index cannot be read and will be made again',
      );
    }
  }
  return parts;
}

async function readManifest(
  folder: string,
): Promise<readonly { file: string; removed: readonly string[] }[]> {
  try {
    const { segments } = JSON.parse(await readFile(path.join(folder, manifestName), 'utf8')) as {
      segments: { file: string; removed: string[] }[];
    };
    return segments;
  } catch {
    return []; // none yet, or unreadable: the index is made again from the sound
  }
}

async function writeManifest(folder: string, parts: readonly Part[]): Promise<void> {
  const half = path.join(folder, `${manifestName}.tmp`);
  const handle = await open(half, 'w', 0o644);
  await handle.writeFile(
    JSON.stringify({
      segments: parts.map(({ file, removed }) => ({ file, removed: [...removed] })),
    }),
  );
  await handle.sync();
  await handle.close();
  await rename(half, path.join(folder, manifestName));
  await syncFolder(folder);
}

/** Segments that no manifest names: left by a crash, or merged away. */
async function sweep(folder: string, parts: readonly Part[]): Promise<void> {
  const wanted = new Set([manifestName, ...parts.map((part) => part.file)]);
  for (const file of await readdir(folder))
    if (!wanted.has(file)) await rm(path.join(folder, file), { force: true });
}
