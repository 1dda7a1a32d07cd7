import { realpath, readdir } from 'node:fs/promises';
import path from 'node:path';
import { newId } from '#foundation/kernel/ids.ts';
import { refuse, type Refusal } from '#foundation/kernel/outcome.ts';
import type { Instant } from '#foundation/kernel/time.ts';
import type { LibraryContext } from '../context.ts';
import {
  openTagReaders,
  type TagReaderOptions,
  type TagReaders,
} from '../reading-tags/tag-readers.ts';
import { commitBatch, readBatch, type Counts, type Todo } from './commit-batch.ts';
import { openCoverKeeper } from './cover-keeper.ts';
import { tellSoundsChanged } from '../events.ts';
import { loadKnown, type KnownFolder } from './known-folder.ts';
import { pathToText } from './path-text.ts';
import * as queries from './queries.ts';
import type { ImportId } from './queries.ts';
import { isWithin, walkFolder } from './walk-folder.ts';

export type ImportOptions = {
  /** Files done of those that have to be read; total null while the folder is still looked through. */
  readonly progress?: (done: number, total: number | null, note: string) => void;
  readonly signal?: AbortSignal;
  readonly jobId?: string | null;
  /** A run to go on with after a crash. */
  readonly runId?: ImportId;
  readonly readers?: TagReaderOptions;
};

export type ImportReport = Counts & { readonly id: ImportId; readonly folder: string };

/** Committed together: what a crash costs at most. */
const batchFiles = 200;
const progressEveryFiles = 500;
const pathsPerStatement = 5_000;

/**
 * Makes the catalogue know the music of a folder. Files stay where they are, neither copied nor hashed. Only what is new
 * or has another size or time is read; what vanished is marked missing; nothing is deleted. Stopped or crashed, the next
 * run goes on where this one was. Each file that is not imported is one line with its reason.
 */
export async function importFolder(
  ctx: LibraryContext,
  folder: string,
  options: ImportOptions = {},
): Promise<ImportReport | Refusal> {
  const root = await openFolder(folder);
  if (typeof root !== 'string') return root;
  const id = options.runId ?? newId<'import'>();
  const { startedAt } = await ctx.db.one(queries.beginRun, {
    id,
    folder: root,
    jobId: options.jobId ?? null,
  });
  await rememberLibrary(ctx, root);
  const counts: Counts = { seen: 0, added: 0, updated: 0, unchanged: 0, skipped: 0, missing: 0 };
  const pool = openTagReaders(options.readers);
  const stop = () => pool.close();
  options.signal?.addEventListener('abort', stop);
  const note = (status: queries.ImportStatus, problem: string | null) =>
    ctx.db.run(queries.noteRun, { id, status, problem, ...counts });
  try {
    options.signal?.throwIfAborted();
    const known = await loadKnown(ctx.db, root);
    const todo = await lookThrough(ctx, { root, known, counts, startedAt, options });
    await readAll(ctx, { root, todo, counts, pool, options, note: () => note('running', null) });
    await noteGone(ctx, known, counts);
    await note('done', null);
    return { id, folder: root, ...counts };
  } catch (error) {
    const stopped = options.signal?.aborted === true;
    await note(
      stopped ? 'cancelled' : 'failed',
      stopped ? null : String((error as Error).message).slice(0, 1_000),
    ).catch(() => {});
    throw error;
  } finally {
    options.signal?.removeEventListener('abort', stop);
    pool.close();
  }
}

/** The real path of a folder that can be read, as text. */
export async function openFolder(folder: string): Promise<string | Refusal> {
  try {
    const real = await realpath(path.resolve(folder), { encoding: 'buffer' });
    await readdir(real, { encoding: 'buffer' });
    return pathToText(real);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const why =
      code === 'ENOENT'
        ? 'does not exist'
        : code === 'ENOTDIR'
          ? 'is not a folder'
          : code === 'EACCES' || code === 'EPERM'
            ? 'may not be read by this program'
            : `cannot be read (${code})`;
    return refuse('FOLDER_UNREADABLE', `${folder} ${why}; nothing was changed.`, 'folder');
  }
}

async function rememberLibrary(ctx: LibraryContext, root: string): Promise<void> {
  const libraries = await ctx.db.all(queries.listLibraries, {});
  if (!libraries.some((library) => isWithin(root, library.path)))
    await ctx.db.run(queries.addLibrary, { path: root });
}

type Look = {
  root: string;
  known: KnownFolder;
  counts: Counts;
  startedAt: Instant;
  options: ImportOptions;
};

/** What has to be read, in the order of the folder; everything else is counted, and its state brought up to date. */
async function lookThrough(
  ctx: LibraryContext,
  { root, known, counts, startedAt, options }: Look,
): Promise<readonly Todo[]> {
  const todo: Todo[] = [];
  const leftOut: object[] = [];
  const found: string[] = [];
  for await (const entry of walkFolder(root, options.signal)) {
    counts.seen += 1;
    if (counts.seen % progressEveryFiles === 0)
      options.progress?.(counts.seen, null, 'looking through the folder');
    if (entry.kind === 'left out') {
      if (entry.unseenFolder === true) known.leaveUnseen(entry.path);
      known.seeSkipped(entry.path);
      counts.skipped += 1;
      leftOut.push({
        path: entry.path,
        size_bytes: entry.sizeBytes,
        modified_ms: entry.modifiedMs,
        reason: entry.reason,
        detail: entry.detail,
      });
      continue;
    }
    const skipped = known.seeSkipped(entry.path);
    const file = known.seeFile(entry.path);
    const isSame = (was: { sizeBytes: number; modifiedMs: number }) =>
      was.sizeBytes === entry.sizeBytes && was.modifiedMs === entry.modifiedMs;
    if (skipped !== undefined && isSame(skipped) && !triedAgain.has(skipped.reason))
      counts.skipped += 1;
    else if (file !== undefined && isSame(file)) {
      if (file.missing) found.push(entry.path);
      // Imported by this run before it was interrupted.
      if (file.importedAt >= startedAt) counts.added += 1;
      else counts.unchanged += 1;
    } else todo.push({ found: entry, was: file ?? null });
  }
  for (const some of chunks(leftOut))
    await ctx.db.run(queries.putSkipped, { rows: JSON.stringify(some) });
  await noteAll(ctx, queries.markFound, found);
  return todo;
}

/** Reasons that may have gone away although the file is the same. */
const triedAgain = new Set(['unreadable', 'vanished', 'no-worker', 'stopped']);

type ReadAll = {
  root: string;
  todo: readonly Todo[];
  counts: Counts;
  pool: TagReaders;
  options: ImportOptions;
  note: () => Promise<unknown>;
};

/** One batch is read while the one before is committed. */
async function readAll(
  ctx: LibraryContext,
  { root, todo, counts, pool, options, note }: ReadAll,
): Promise<void> {
  const keepCover = openCoverKeeper(ctx.blobs);
  let committing: Promise<void> = Promise.resolve();
  options.progress?.(0, todo.length, 'reading tags');
  for (let i = 0; i < todo.length; i += batchFiles) {
    const batch = await readBatch(keepCover, pool, todo.slice(i, i + batchFiles));
    await committing;
    options.signal?.throwIfAborted();
    committing = commitBatch(ctx, { root, batch, counts }).then(async () => {
      options.progress?.(Math.min(i + batchFiles, todo.length), todo.length, 'reading tags');
      await note();
    });
    committing.catch(() => {}); // awaited with the next batch
  }
  await committing;
}

async function noteGone(ctx: LibraryContext, known: KnownFolder, counts: Counts): Promise<void> {
  const gone = known.unseenFiles();
  counts.missing = gone.length;
  await noteAll(ctx, queries.markMissing, gone);
  for (const paths of chunks(known.unseenSkipped()))
    await ctx.db.run(queries.dropSkipped, { paths });
}

/** Which file of a recording is its sound depends on which are there. */
async function noteAll(
  ctx: LibraryContext,
  note: typeof queries.markFound | typeof queries.markMissing,
  all: readonly string[],
): Promise<void> {
  for (const paths of chunks(all))
    await ctx.db.tx(async (tx) => {
      const noted = await tx.all(note, { paths });
      await tellSoundsChanged(
        tx,
        noted.map(({ recordingId }) => recordingId),
      );
    });
}

function chunks<T>(items: readonly T[]): readonly T[][] {
  return Array.from({ length: Math.ceil(items.length / pathsPerStatement) }, (_, i) =>
    items.slice(i * pathsPerStatement, (i + 1) * pathsPerStatement),
  );
}
