import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Log } from '#foundation/platform/log.ts';
import type { Fingerprint } from './fingerprint-sound.ts';
import { createHotLog, openHotLog, type HotChange, type HotLog } from './hot-log.ts';
import type { Shard } from './identify.ts';
import {
  buildSegment,
  levelsOf,
  placesOf,
  recordingsMax,
  type Fingerprinted,
  type Segment,
} from './segment.ts';
import { readSegment, syncFolder, UnreadableIndex, writeSegment } from './segment-file.ts';
import { buildInThread, mergeInThread } from './segment-thread.ts';
import { shareSegment } from './share-segment.ts';

// The index of a server: immutable segments on disk and a log of what has changed since, named by a manifest that is replaced
// whole. What is acknowledged is in the log; what neither the manifest nor its log names does not exist. So a crash at any
// moment leaves the index of before or of after a change. Starting is reading.

export type IndexStore = {
  shards(): readonly Shard[];
  ids(): ReadonlySet<string>;
  /** A copy of what the index keeps of a recording; null when it knows none of this id. */
  fingerprintOf(recordingId: string): Fingerprint | null;
  /** Which sound its fingerprint was read from; null when that is of no file, and when it knows none of this id. */
  soundOf(recordingId: string): string | null;
  /** Adds recordings in place of what was known of them. They are on disk, and found, when it answers. */
  add(recordings: readonly Fingerprinted[]): Promise<void>;
  /** As `add`, but what is known stays. */
  addUnknown(recordings: readonly Fingerprinted[]): Promise<void>;
  remove(recordingIds: readonly string[]): Promise<void>;
  /** The segments as they stand, for a thread that searches; their arrays are shared, not copied. */
  parts(): readonly IndexPart[];
  /** Told after every change. */
  onChange(listen: () => void): void;
  /** When no merge is going on and none is due. */
  settled(): Promise<void>;
  /** Stops a merge; what it was making is made again. */
  close(): Promise<void>;
};

/** A segment never changes under its name. */
export type IndexPart = {
  readonly name: string;
  readonly segment: Segment;
  readonly removed: ReadonlySet<string>;
};

type Part = IndexPart & { readonly places: ReadonlyMap<string, number> };

export type StoreLimits = {
  /** What changed lately becomes a segment of its own when it has so many peaks ... */
  readonly hotPeaksMax: number;
  /** ... or its log this length. */
  readonly logBytesMax: number;
  /** More segments than this and the smallest are merged: each costs every query a look. */
  readonly segmentsMax: number;
};

/** A segment of no more peaks than two tracks have is built at once: a thread would take as long to start. */
const hereMax = 16_000;
/** Thirty tracks: they are made a segment of anew at every change. */
const limitsUsual: StoreLimits = {
  hotPeaksMax: 240_000,
  logBytesMax: 64 * 1024 * 1024,
  segmentsMax: 6,
};
const manifestName = 'manifest.json';
const hotName = 'hot';

export async function openIndexStore(ctx: {
  readonly folder: string;
  readonly log: Log;
  readonly limits?: Partial<StoreLimits>;
}): Promise<IndexStore> {
  const { folder, log } = ctx;
  const limits = { ...limitsUsual, ...ctx.limits };
  await mkdir(folder, { recursive: true });
  const manifest = await readManifest(folder);
  let parts = await readParts(ctx, manifest.segments);
  const hot = new Map<string, Fingerprinted>();
  let hotPart: Part | null = null;
  let hotVersion = 0;
  let logFile = manifest.log;
  let hotLog: HotLog;
  const listeners: (() => void)[] = [];
  let last: Promise<unknown> = Promise.resolve();
  const closing = new AbortController();
  let merging: Promise<void> | null = null;

  const opened = logFile === null ? null : await openHotLog(path.join(folder, logFile));
  if (opened === null) {
    hotLog = await startLog();
  } else {
    hotLog = opened.log;
    for (const one of opened.changes) apply(one);
    if (opened.cutBytes > 0)
      log.warn(
        { bytes: opened.cutBytes },
        'the end of the log of the fingerprint index was not whole and was cut off',
      );
    await showHot();
  }
  await sweep(folder, new Set([manifestName, logFile!, ...parts.map(({ name }) => name)]));
  mergeSoon();

  /** In memory; the log has it already. */
  function apply({ added, removed }: HotChange): void {
    const gone = new Set([...removed, ...added.map(({ recordingId }) => recordingId)]);
    parts = parts.map((part) => without(part, gone));
    for (const id of gone) hot.delete(id);
    for (const one of added) hot.set(one.recordingId, one);
  }

  /** What changed lately is searched like everything else. */
  async function showHot(): Promise<void> {
    const recordings = [...hot.values()];
    const peaks = recordings.reduce((sum, { places }) => sum + places.length, 0);
    hotPart =
      recordings.length === 0
        ? null
        : partOf(
            `${hotName}-${++hotVersion}`,
            peaks <= hereMax
              ? shareSegment(buildSegment(recordings))
              : await buildInThread(recordings),
          );
  }

  function all(): readonly Part[] {
    return hotPart === null ? parts : [...parts, hotPart];
  }

  function find(recordingId: string): { readonly segment: Segment; readonly at: number } | null {
    for (const { segment, places, removed } of all()) {
      const at = places.get(recordingId);
      if (at !== undefined && !removed.has(recordingId)) return { segment, at };
    }
    return null;
  }

  async function change(wanted: HotChange): Promise<void> {
    await hotLog.append(wanted);
    apply(wanted);
    await showHot();
    const peaks = hotPart?.segment.places.length ?? 0;
    if (peaks >= limits.hotPeaksMax || hotLog.bytes() >= limits.logBytesMax)
      // The change is kept whatever becomes of this; it is tried again at the next one.
      await freeze().catch((error: unknown) =>
        log.warn({ err: error }, 'the fingerprint index could not write a segment'),
      );
    for (const listen of listeners) listen();
    mergeSoon();
  }

  /** The log becomes a segment, and a new log begins. */
  async function freeze(): Promise<void> {
    const frozen: Part[] = [];
    if (hotPart !== null) {
      const name = `${randomUUID()}.segment`;
      await writeSegment(path.join(folder, name), hotPart.segment);
      frozen.push({ ...hotPart, name });
    }
    const [formerLog, formerFile] = [hotLog, logFile];
    const next = `${randomUUID()}.log`;
    const nextLog = await createHotLog(path.join(folder, next));
    await writeManifest(folder, [...parts, ...frozen], next);
    parts = [...parts, ...frozen];
    [hotLog, logFile] = [nextLog, next];
    hot.clear();
    hotPart = null;
    await formerLog.close();
    await rm(path.join(folder, formerFile!), { force: true });
  }

  async function startLog(): Promise<HotLog> {
    logFile = `${randomUUID()}.log`;
    const started = await createHotLog(path.join(folder, logFile));
    await writeManifest(folder, parts, logFile);
    return started;
  }

  function mergeSoon(): void {
    if (merging !== null || closing.signal.aborted) return;
    const chosen = chooseToMerge(parts, limits.segmentsMax);
    if (chosen.length === 0) return;
    merging = merge(chosen)
      .then(
        () => true,
        (error: unknown) => {
          if (!closing.signal.aborted)
            log.warn({ err: error }, 'segments of the fingerprint index could not be merged');
          return false;
        },
      )
      .then((isDone) => {
        merging = null;
        if (isDone) mergeSoon(); // a failed one waits for the next change
      });
  }

  /** Elsewhere and meanwhile; what is removed while it goes on is removed from what it made. */
  async function merge(chosen: readonly Part[]): Promise<void> {
    const name = `${randomUUID()}.segment`;
    const file = path.join(folder, name);
    const names = new Set(chosen.map((part) => part.name));
    const wanted = chosen.some(({ removed, segment }) => removed.size < segment.recordings.length);
    if (wanted) await mergeInThread(chosen.map(toMerge), file, closing.signal);
    const made = wanted ? partOf(name, await readSegment(file)) : null;
    if (closing.signal.aborted) return;
    await inTurn(async () => {
      const goneSince = new Set(
        chosen.flatMap((before) => {
          const now = parts.find((part) => part.name === before.name);
          return [...(now?.removed ?? [])].filter((id) => !before.removed.has(id));
        }),
      );
      const rest = parts.filter((part) => !names.has(part.name));
      const next = made === null ? rest : [...rest, without(made, goneSince)];
      await writeManifest(folder, next, logFile!);
      parts = next;
      for (const former of names) await rm(path.join(folder, former), { force: true });
      for (const listen of listeners) listen();
    });
  }

  /** One change at a time; a failed one leaves the index as it was. */
  function inTurn(work: () => Promise<void>): Promise<void> {
    const done = last.then(work, work);
    last = done.catch(() => {});
    return done;
  }

  return {
    shards: () =>
      all().map(({ segment, removed }) => ({
        segment,
        isLive: (recording: number) => !removed.has(segment.recordings[recording]!.recordingId),
      })),
    ids: () =>
      new Set(
        all().flatMap(({ places, removed }) => [...places.keys()].filter((id) => !removed.has(id))),
      ),
    fingerprintOf(recordingId) {
      const found = find(recordingId);
      if (found === null) return null;
      const { segment, at } = found;
      return { places: placesOf(segment, at).slice(), levels: levelsOf(segment, at).slice() };
    },
    soundOf(recordingId) {
      const found = find(recordingId);
      return found?.segment.recordings[found.at]!.sound ?? null;
    },
    parts: all,
    onChange: (listen) => void listeners.push(listen),
    add: (added) =>
      inTurn(async () => {
        if (added.length > 0) await change({ added, removed: [] });
      }),
    addUnknown: (recordings) =>
      inTurn(async () => {
        const added = recordings.filter(({ recordingId }) => find(recordingId) === null);
        if (added.length > 0) await change({ added, removed: [] });
      }),
    remove: (recordingIds) =>
      inTurn(async () => {
        const removed = recordingIds.filter((id) => find(id) !== null);
        if (removed.length > 0) await change({ added: [], removed });
      }),
    async settled() {
      for (;;) {
        await last;
        if (merging === null) return;
        await merging;
      }
    },
    async close() {
      closing.abort();
      await last;
      await merging;
      await hotLog.close();
    },
  };
}

function partOf(name: string, segment: Segment): Part {
  const places = new Map(segment.recordings.map(({ recordingId }, at) => [recordingId, at]));
  return { name, segment, removed: new Set(), places };
}

function toMerge({ segment, removed }: Part): Pick<Part, 'segment' | 'removed'> {
  return { segment, removed };
}

function without(part: Part, ids: ReadonlySet<string>): Part {
  const gone = [...ids].filter((id) => part.places.has(id) && !part.removed.has(id));
  return gone.length === 0 ? part : { ...part, removed: new Set([...part.removed, ...gone]) };
}

/** The smaller half when there are too many; and what is mostly removed. */
function chooseToMerge(parts: readonly Part[], segmentsMax: number): readonly Part[] {
  const bySize = [...parts].sort((a, b) => a.segment.places.length - b.segment.places.length);
  const most = parts.length > segmentsMax ? Math.ceil(parts.length / 2) + 1 : 0;
  let recordings = 0;
  const small = bySize.slice(0, most).filter(({ segment }) => {
    recordings += segment.recordings.length;
    return recordings <= recordingsMax;
  });
  if (small.length > 1) return small;
  return parts
    .filter(({ segment, removed }) => 2 * removed.size > segment.recordings.length)
    .slice(0, 1);
}

type Manifest = {
  readonly segments: readonly { readonly file: string; readonly removed: readonly string[] }[];
  readonly log: string | null;
};

async function readParts(
  { folder, log }: { readonly folder: string; readonly log: Log },
  named: Manifest['segments'],
): Promise<readonly Part[]> {
  const parts: Part[] = [];
  for (const { file, removed } of named) {
    try {
      const part = partOf(file, await readSegment(path.join(folder, file)));
      parts.push({ ...part, removed: new Set(removed) });
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

async function readManifest(folder: string): Promise<Manifest> {
  try {
    const { segments, log } = JSON.parse(
      await readFile(path.join(folder, manifestName), 'utf8'),
    ) as { segments: Manifest['segments']; log?: string };
    return { segments, log: log ?? null };
  } catch {
    return { segments: [], log: null }; // none yet, or unreadable: the index is made again from the sound
  }
}

async function writeManifest(folder: string, parts: readonly Part[], log: string): Promise<void> {
  const half = path.join(folder, `${manifestName}.tmp`);
  const handle = await open(half, 'w', 0o644);
  try {
    const segments = parts.map(({ name, removed }) => ({ file: name, removed: [...removed] }));
    await handle.writeFile(JSON.stringify({ segments, log }));
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(half, path.join(folder, manifestName));
  await syncFolder(folder);
}

/** Files that no manifest names: left by a crash, or merged away. */
async function sweep(folder: string, wanted: ReadonlySet<string>): Promise<void> {
  for (const file of await readdir(folder))
    if (!wanted.has(file)) await rm(path.join(folder, file), { force: true });
}
