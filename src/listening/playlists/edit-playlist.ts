import { newId, type RecordingId, type UserId } from '#foundation/kernel/ids.ts';
import { refuse, type Refusal } from '#foundation/kernel/outcome.ts';
import type { Database } from '#foundation/platform/postgres.ts';
import * as queries from './queries.ts';
import type { PlaylistId } from './queries.ts';

export type PlaylistsContext = { readonly db: Database };

export const entriesMax = 10_000;
const nameMax = 200;

export type PlaylistEdit = {
  readonly name?: string;
  readonly about?: string;
  readonly isPublic?: boolean;
  readonly isOpen?: boolean;
  /** Positions from 0, as they were before this edit. */
  readonly remove?: readonly number[];
  readonly add?: readonly RecordingId[];
  /** The whole list anew; who added what is kept for recordings that stay. */
  readonly replace?: readonly RecordingId[];
};

type Refused = Refusal<'NOT_FOUND' | 'FORBIDDEN' | 'VALIDATION_FAILED'>;

export async function makePlaylist(
  ctx: PlaylistsContext,
  userId: UserId,
  name: string,
  recordings: readonly RecordingId[],
): Promise<PlaylistId | Refused> {
  const id: PlaylistId = newId<'playlist'>();
  const trimmed = name.trim().slice(0, nameMax);
  if (trimmed === '') return refuse('VALIDATION_FAILED', 'A playlist has a name.', 'name');
  await ctx.db.run(queries.insertPlaylist, {
    id,
    ownerId: userId,
    name: trimmed,
    about: null,
    isPublic: false,
  });
  const filled = await editPlaylist(ctx, userId, id, { add: recordings });
  return filled === null ? id : filled;
}

/** Null when it is done. The owner may do everything; others may add to a playlist that is open and that they may see. */
export async function editPlaylist(
  ctx: PlaylistsContext,
  userId: UserId,
  id: PlaylistId,
  edit: PlaylistEdit,
): Promise<Refused | null> {
  return ctx.db.tx(async (db) => {
    const playlist = await db.maybe(queries.lockPlaylist, { id });
    const isOwner = playlist?.ownerId === userId;
    if (playlist === null || (!isOwner && !playlist.isPublic))
      return refuse('NOT_FOUND', 'There is no such playlist.');
    const onlyAdds = Object.keys(edit).every((key) => key === 'add');
    if (!isOwner && !(playlist.isOpen && onlyAdds))
      return refuse('FORBIDDEN', 'Only its owner may change this playlist.');
    if (edit.add !== undefined || edit.remove !== undefined || edit.replace !== undefined) {
      const before = await db.all(queries.entriesOf, { playlistId: id });
      const after = changeEntries(before, edit, userId);
      if (after.length > entriesMax)
        return refuse(
          'VALIDATION_FAILED',
          `A playlist has at most ${entriesMax} entries. Nothing was changed.`,
        );
      await db.run(queries.clearEntries, { playlistId: id });
      await db.run(queries.putEntries, {
        playlistId: id,
        recordings: after.map((entry) => entry.recordingId),
        addedBy: after.map((entry) => entry.addedBy),
        addedAt: after.map((entry) => new Date(entry.addedAt)),
      });
    }
    await db.run(queries.changePlaylist, {
      id,
      name: edit.name?.trim().slice(0, nameMax) || null,
      about: edit.about ?? null,
      isPublic: edit.isPublic ?? null,
      isOpen: edit.isOpen ?? null,
    });
    return null;
  });
}

type Entry = {
  readonly recordingId: RecordingId;
  readonly addedBy: UserId;
  readonly addedAt: number;
};

function changeEntries(
  before: readonly Entry[],
  edit: PlaylistEdit,
  userId: UserId,
): readonly Entry[] {
  const fresh = (recordingId: RecordingId): Entry => ({
    recordingId,
    addedBy: userId,
    addedAt: Date.now(),
  });
  if (edit.replace !== undefined) {
    const kept = [...before];
    return edit.replace.map((recordingId) => {
      const at = kept.findIndex((entry) => entry.recordingId === recordingId);
      return at < 0 ? fresh(recordingId) : kept.splice(at, 1)[0]!;
    });
  }
  const gone = new Set(edit.remove ?? []);
  return [...before.filter((_entry, i) => !gone.has(i)), ...(edit.add ?? []).map(fresh)];
}
