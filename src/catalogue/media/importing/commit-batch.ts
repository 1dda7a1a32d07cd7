import { addRecordings, sameDuration } from '#catalogue/catalog/index.ts';
import { newId, type RecordingId } from '#foundation/kernel/ids.ts';
import type { Db } from '#foundation/platform/postgres.ts';
import type { LibraryContext } from '../context.ts';
import { tellSoundsChanged } from '../events.ts';
import type { CoverKeeper } from './cover-keeper.ts';
import type { TagReaders } from '../reading-tags/tag-readers.ts';
import { contentTypes } from '../reading-tags/sniff.ts';
import { draftOfFile, type ReadFile } from './draft-of-file.ts';
import type { KnownFile } from './known-folder.ts';
import {
  countFiles,
  dropSkipped,
  forgetAnalyses,
  markMissing,
  putFiles,
  putSkipped,
} from './queries.ts';
import type { FoundFile } from './walk-folder.ts';

export type Counts = {
  seen: number;
  added: number;
  updated: number;
  unchanged: number;
  skipped: number;
  missing: number;
};

export type Todo = { readonly found: FoundFile; readonly was: KnownFile | null };
type Problem = { readonly todo: Todo; readonly reason: string; readonly detail: string };
type Batch = {
  readonly read: readonly (ReadFile & { readonly was: KnownFile | null })[];
  readonly problems: readonly Problem[];
};

export async function readBatch(
  keepCover: CoverKeeper,
  pool: TagReaders,
  todos: readonly Todo[],
): Promise<Batch> {
  const read: Batch['read'][number][] = [];
  const problems: Problem[] = [];
  const answers = await Promise.all(
    todos.map(async ({ found }) => {
      const { path, sizeBytes, coverPath } = found;
      const answer = await pool.ask({ path, sizeBytes, coverPath });
      const coverKey =
        answer.kind === 'read' && answer.cover !== null ? await keepCover(answer.cover) : null;
      return { answer, coverKey };
    }),
  );
  for (const [i, { answer, coverKey }] of answers.entries()) {
    const todo = todos[i]!;
    if (answer.kind === 'problem')
      problems.push({ todo, reason: answer.reason, detail: answer.detail });
    else
      read.push({
        found: todo.found,
        was: todo.was,
        tags: answer.tags,
        format: answer.format,
        coverKey,
      });
  }
  return { read, problems };
}

/** One transaction: recordings, files, and what was left out; after a crash all of the batch is there or none. */
export async function commitBatch(
  ctx: LibraryContext,
  { root, batch, counts }: { root: string; batch: Batch; counts: Counts },
): Promise<void> {
  const { read, problems } = batch;
  await ctx.db.tx(async (tx) => {
    const again = await describedAgain(tx, read);
    const outcomes = await addRecordings(
      tx,
      read.map((file, i) => draftOfFile(file, root, again[i]!)),
    );
    const rows = read.map(({ found, format }, i) => ({
      id: newId<'media'>(),
      recording_id: outcomes[i]!.recordingId,
      path: found.path,
      size_bytes: found.sizeBytes,
      modified_ms: found.modifiedMs,
      content_type: contentTypes[format.format],
      codec: format.codec?.replaceAll('\u0000', '').slice(0, 100) ?? null,
      bitrate: format.bitrate,
      sample_rate: format.sampleRate,
      channels: format.channels,
      duration_ms: format.durationMs,
    }));
    const changed = read.filter((file) => file.was !== null).map((file) => file.found.path);
    if (changed.length > 0) await tx.run(forgetAnalyses, { paths: changed });
    if (rows.length > 0) {
      await tx.run(putFiles, { rows: JSON.stringify(rows) });
      await tx.run(dropSkipped, { paths: read.map((file) => file.found.path) });
    }
    // Of what is new the catalogue tells.
    const changedIds = outcomes.flatMap(({ recordingId, outcome }) =>
      outcome === 'added' ? [] : [recordingId],
    );
    if (problems.length > 0) {
      await tx.run(putSkipped, { rows: JSON.stringify(problems.map(skippedRow)) });
      // A file that was music and is not any more has no sound to give.
      const gone = await tx.all(markMissing, { paths: problems.map((p) => p.todo.found.path) });
      changedIds.push(...gone.map(({ recordingId }) => recordingId));
    }
    await tellSoundsChanged(tx, changedIds);
  });
  counts.added += read.filter((file) => file.was === null).length;
  counts.updated += read.filter((file) => file.was !== null).length;
  counts.skipped += problems.length;
}

function skippedRow({ todo: { found }, reason, detail }: Problem) {
  const clean = detail.toWellFormed().replaceAll('\u0000', '').slice(0, 500);
  return {
    path: found.path,
    size_bytes: found.sizeBytes,
    modified_ms: found.modifiedMs,
    reason,
    detail: clean,
  };
}

/**
 * The recording each changed file describes anew: its own, when no other file shares it and it still sounds as long as
 * it did. A file that was replaced by other music is other music, and the plays of the old stay with the old.
 */
async function describedAgain(
  tx: Db,
  read: Batch['read'],
): Promise<readonly (RecordingId | null)[]> {
  const ids = [...new Set(read.flatMap((file) => file.was?.recordingId ?? []))];
  if (ids.length === 0) return read.map(() => null);
  const files = new Map(
    (await tx.all(countFiles, { ids })).map((row) => [row.recordingId, row.files] as const),
  );
  return read.map(({ was, format }) => {
    if (was === null || (files.get(was.recordingId) ?? 0) > 1) return null;
    const sounds =
      was.durationMs === null ||
      format.durationMs === null ||
      sameDuration(was.durationMs, format.durationMs);
    return sounds ? was.recordingId : null;
  });
}
