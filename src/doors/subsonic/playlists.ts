import type { RecordingId, UserId } from '#foundation/kernel/ids.ts';
import type { Instant } from '#foundation/kernel/time.ts';
import {
  deletePlaylist,
  editPlaylist,
  entriesOf,
  findPlaylist,
  listPlaylists,
  makePlaylist,
  type PlaylistId,
} from '#listening/playlists/index.ts';
import { missing, notFound, type Call, type Handlers } from './call.ts';
import type { Body, Failure } from './envelope.ts';
import { booleanOf, idsOf, textOf, uuidIn } from './read-call.ts';
import { readSongsInOrder } from './read-library.ts';
import { iso, seconds } from './shapes.ts';

const rowsMax = 1_000;

export const playlistHandlers: Handlers = {
  getPlaylists: async (call) => {
    const rows = await call.ctx.db.all(listPlaylists, { userId: call.who.userId, limit: rowsMax });
    return { playlists: { playlist: rows.map((row) => playlistOut(call, row)) } };
  },

  getPlaylist: async (call) => {
    const id = textOf(call.params, 'id');
    return id === null ? missing('id') : onePlaylist(call, id);
  },

  createPlaylist: async (call) => {
    const { ctx, who, params } = call;
    const songs = idsOf(params, 'songId') as readonly RecordingId[];
    const existing = uuidIn(textOf(params, 'playlistId'));
    if (existing !== null) {
      const name = textOf(params, 'name');
      const refused = await editPlaylist(ctx, who.userId, existing as PlaylistId, {
        replace: songs,
        ...(name !== null && { name }),
      });
      return refused === null ? onePlaylist(call, existing) : failureOf(refused);
    }
    const name = textOf(params, 'name');
    if (name === null) return missing('name or playlistId');
    const made = await makePlaylist(ctx, who.userId, name, songs);
    return typeof made === 'string' ? onePlaylist(call, made) : failureOf(made);
  },

  updatePlaylist: async (call) => {
    const { ctx, who, params } = call;
    const id = uuidIn(textOf(params, 'playlistId'));
    if (textOf(params, 'playlistId') === null) return missing('playlistId');
    if (id === null) return notFound('playlist');
    const [name, about, isPublic] = [
      textOf(params, 'name'),
      textOf(params, 'comment'),
      booleanOf(params, 'public'),
    ];
    const add = idsOf(params, 'songIdToAdd') as readonly RecordingId[];
    const remove = (params.get('songIndexToRemove') ?? []).map(Number).filter(Number.isInteger);
    const refused = await editPlaylist(ctx, who.userId, id as PlaylistId, {
      ...(name !== null && { name }),
      ...(about !== null && { about }),
      ...(isPublic !== null && { isPublic }),
      ...(add.length > 0 && { add }),
      ...(remove.length > 0 && { remove }),
    });
    return refused === null ? {} : failureOf(refused);
  },

  deletePlaylist: async ({ ctx, who, params }) => {
    const id = uuidIn(textOf(params, 'id'));
    if (textOf(params, 'id') === null) return missing('id');
    const gone = id === null ? 0 : await ctx.db.run(deletePlaylist, { id, ownerId: who.userId });
    return gone === 0 ? notFound('playlist of yours') : {};
  },
};

function playlistOut(call: Call, row: PlaylistRow) {
  return {
    id: row.id,
    name: row.name,
    ...(row.about !== null && { comment: row.about }),
    owner: row.ownerId === call.who.userId ? call.who.username : 'another listener',
    public: row.isPublic,
    songCount: Number(row.entries),
    duration: seconds(Number(row.durationMs)) ?? 0,
    created: iso(row.createdAt),
    changed: iso(row.changedAt),
    readonly: row.ownerId !== call.who.userId,
  };
}

type PlaylistRow = {
  readonly id: PlaylistId;
  readonly ownerId: UserId;
  readonly name: string;
  readonly about: string | null;
  readonly isPublic: boolean;
  readonly createdAt: Instant;
  readonly changedAt: Instant;
  readonly entries: bigint;
  readonly durationMs: bigint;
};

async function onePlaylist(call: Call, text: string): Promise<Body | Failure> {
  const id = uuidIn(text);
  const row =
    id === null ? null : await call.ctx.db.maybe(findPlaylist, { id, userId: call.who.userId });
  if (row === null) return notFound('playlist');
  const entries = await call.ctx.db.all(entriesOf, { playlistId: row.id });
  const entry = await readSongsInOrder(
    call.ctx,
    call.who,
    entries.map((e) => e.recordingId),
  );
  return { playlist: { ...playlistOut(call, row), songCount: entry.length, entry } };
}

function failureOf(refused: { readonly code: string; readonly detail?: string }): Failure {
  const message = refused.detail ?? 'This was refused.';
  if (refused.code === 'NOT_FOUND') return { code: 70, message };
  if (refused.code === 'FORBIDDEN') return { code: 50, message };
  return { code: 10, message };
}
