import { fromCursor, toCursor } from '#foundation/kernel/cursor.ts';
import { cutPage, type PageOf } from '#foundation/kernel/endpoint.ts';
import type { UserId } from '#foundation/kernel/ids.ts';
import type { Refusal } from '#foundation/kernel/outcome.ts';
import type { Database } from '#foundation/platform/postgres.ts';
import { normaliseName } from '../match-text.ts';
import type { ArtistItem, RecordingItem, ReleaseItem } from '../shapes.ts';
import * as artistQueries from './artist-queries.ts';
import * as queries from './queries.ts';

export type Asked = {
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly query?: string | undefined;
};

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
    const page = fromCursor(asked.cursor, 'uuid');
    if ('kind' in page) return page;
    const rows = await from.list(page.after?.[0] ?? null, limit + 1);
    return cutPage(rows, limit, from.show, (last) => toCursor(last.id));
  }
  const words = normaliseName(asked.query);
  if (words === null) return nothing;
  const page = fromCursor(asked.cursor, 'number', 'uuid');
  if ('kind' in page) return page;
  const rows = await from.search(words, keyed(page.after), limit + 1);
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
    const page = fromCursor(cursor, 'number', 'uuid');
    if ('kind' in page) return page;
    const after = keyed(page.after);
    const rows = await ctx.db.tx(async (tx) => {
      await tx.run(queries.forgiveTyping, {});
      return tx.all(artistQueries.searchArtists, { words, after, limit: limit + 1 });
    });
    return cutPage(rows, limit, artistItem, (last) => toCursor(last.score, last.id));
  }
  const page = fromCursor(cursor, 'text', 'uuid');
  if ('kind' in page) return page;
  const after = keyed(page.after);
  const rows = await ctx.db.all(artistQueries.listArtists, { after, limit: limit + 1 });
  return cutPage(rows, limit, artistItem, (last) => toCursor(last.sortKey, last.id));
}

export async function findGenres(
  ctx: { readonly db: Database },
  { limit, cursor }: Asked,
): Promise<PageOf<{ name: string; recordings: number }> | Refusal> {
  const page = fromCursor(cursor, 'count', 'text');
  if ('kind' in page) return page;
  const rows = await ctx.db.all(queries.listGenres, { after: keyed(page.after), limit: limit + 1 });
  return cutPage(
    rows,
    limit,
    (row) => ({ ...row }),
    (last) => toCursor(last.recordings, last.name),
  );
}

/** The two parts of a cursor as queries name them. */
function keyed<K>(after: readonly [K, string] | null): { key: K; id: string } | null {
  return after === null ? null : { key: after[0], id: after[1] };
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
