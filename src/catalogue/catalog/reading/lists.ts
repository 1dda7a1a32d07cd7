import { cutPage, type PageOf } from '#foundation/kernel/endpoint.ts';
import { isUuid, type UserId } from '#foundation/kernel/ids.ts';
import { refuse, type Refusal } from '#foundation/kernel/outcome.ts';
import type { Database } from '#foundation/platform/postgres.ts';
import { normaliseName } from '../match-text.ts';
import type { ArtistItem, RecordingItem, ReleaseItem } from '../shapes.ts';
import { fromCursor, toCursor } from './cursor.ts';
import * as artistQueries from './artist-queries.ts';
import * as queries from './queries.ts';

export type Asked = {
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly query?: string | undefined;
};

const badCursor = refuse(
  'VALIDATION_FAILED',
  'This cursor is none of ours; ask for the first page again.',
  'cursor',
);
const nothing = { items: [], nextCursor: null };

/** Best match first when there are words, else newest first. */
export async function findRecordings(
  ctx: { readonly db: Database },
  asked: Asked & {
    readonly artistId?: string | undefined;
    readonly genre?: string | undefined;
    readonly userId: UserId | null;
  },
): Promise<PageOf<RecordingItem> | Refusal> {
  const filter = {
    artistId: asked.artistId ?? null,
    genre: asked.genre ?? null,
    userId: asked.userId,
  };
  return findPage(asked, {
    search: (words, after, limit) =>
      ctx.db.tx(async (tx) => {
        await tx.run(queries.forgiveTyping, {});
        return tx.all(queries.searchRecordings, { ...filter, words, after, limit });
      }),
    list: (after, limit) => ctx.db.all(queries.listRecordings, { ...filter, after, limit }),
    show: recordingItem,
  });
}

export async function findReleases(
  ctx: { readonly db: Database },
  asked: Asked & { readonly artistId?: string | undefined },
): Promise<PageOf<ReleaseItem> | Refusal> {
  const artistId = asked.artistId ?? null;
  return findPage(asked, {
    search: (words, after, limit) =>
      ctx.db.tx(async (tx) => {
        await tx.run(queries.forgiveTyping, {});
        return tx.all(artistQueries.searchReleases, { artistId, words, after, limit });
      }),
    list: (after, limit) => ctx.db.all(artistQueries.listReleases, { artistId, after, limit }),
    show: releaseItem,
  });
}

type Row = { readonly id: string };
type After = { readonly key: number; readonly id: string } | null;

async function findPage<R extends Row, S extends R & { readonly score: number }, T>(
  asked: Asked,
  from: {
    search(words: string, after: After, limit: number): Promise<readonly S[]>;
    list(after: string | null, limit: number): Promise<readonly R[]>;
    show(row: R): T;
  },
): Promise<PageOf<T> | Refusal> {
  const { limit } = asked;
  if (asked.query === undefined || asked.query.trim() === '') {
    const after = asked.cursor === undefined ? null : fromCursor(asked.cursor, 'string');
    if (asked.cursor !== undefined && (after === null || !isUuid(after.id))) return badCursor;
    const rows = await from.list(after?.id ?? null, limit + 1);
    return cutPage(rows, limit, from.show, (last) => toCursor('', last.id));
  }
  const words = normaliseName(asked.query);
  if (words === null) return nothing;
  const after = asked.cursor === undefined ? null : fromCursor(asked.cursor, 'number');
  if (asked.cursor !== undefined && (after === null || !isUuid(after.id))) return badCursor;
  const rows = await from.search(words, after, limit + 1);
  return cutPage(rows, limit, from.show, (last) => toCursor(last.score, last.id));
}

export async function findArtists(
  ctx: { readonly db: Database },
  asked: Asked,
): Promise<PageOf<ArtistItem> | Refusal> {
  const { limit, cursor } = asked;
  if (asked.query !== undefined && asked.query.trim() !== '') {
    const words = normaliseName(asked.query);
    if (words === null) return nothing;
    const after = cursor === undefined ? null : fromCursor(cursor, 'number');
    if (cursor !== undefined && (after === null || !isUuid(after.id))) return badCursor;
    const rows = await ctx.db.tx(async (tx) => {
      await tx.run(queries.forgiveTyping, {});
      return tx.all(artistQueries.searchArtists, { words, after, limit: limit + 1 });
    });
    return cutPage(rows, limit, artistItem, (last) => toCursor(last.score, last.id));
  }
  const after = cursor === undefined ? null : fromCursor(cursor, 'string');
  if (cursor !== undefined && (after === null || !isUuid(after.id))) return badCursor;
  const rows = await ctx.db.all(artistQueries.listArtists, { after, limit: limit + 1 });
  return cutPage(rows, limit, artistItem, (last) => toCursor(last.sortName, last.id));
}

export async function findGenres(
  ctx: { readonly db: Database },
  { limit, cursor }: Asked,
): Promise<PageOf<{ name: string; recordings: number }> | Refusal> {
  const after = cursor === undefined ? null : fromCursor(cursor, 'number');
  if (cursor !== undefined && (after === null || !Number.isInteger(after.key))) return badCursor;
  const rows = await ctx.db.all(queries.listGenres, { after, limit: limit + 1 });
  return cutPage(
    rows,
    limit,
    (row) => ({ ...row }),
    (last) => toCursor(last.recordings, last.name),
  );
}

// ── how rows look from outside ──────────────────────────────────────────

type RecordingRow = Omit<RecordingItem, 'coverUrl' | 'genres'> & {
  readonly genres: readonly string[];
  readonly hasCover: boolean;
  readonly releaseHasCover: boolean;
};

export function recordingItem(row: RecordingRow): RecordingItem {
  return {
    id: row.id,
    title: row.title,
    artistName: row.artistName,
    isrc: row.isrc,
    durationMs: row.durationMs,
    releaseId: row.releaseId,
    releaseTitle: row.releaseTitle,
    year: row.year,
    genres: [...row.genres],
    // The release's address is shared by its tracks, so a page of an album loads one picture.
    coverUrl:
      row.releaseHasCover && row.releaseId !== null
        ? `/media/releases/${row.releaseId}/cover`
        : row.hasCover
          ? `/media/recordings/${row.id}/cover`
          : null,
    provenance: row.provenance,
  };
}

type ReleaseRow = Omit<ReleaseItem, 'coverUrl'> & { readonly hasCover: boolean };

export function releaseItem(row: ReleaseRow): ReleaseItem {
  return {
    id: row.id,
    title: row.title,
    artistName: row.artistName,
    artistId: row.artistId,
    kind: row.kind,
    releasedOn: row.releasedOn,
    tracks: row.tracks,
    coverUrl: row.hasCover ? `/media/releases/${row.id}/cover` : null,
    provenance: row.provenance,
  };
}

export function artistItem({
  id,
  name,
  territory,
  recordings,
  provenance,
}: ArtistItem): ArtistItem {
  return { id, name, territory, recordings, provenance };
}
