import { setImmediate as breathe } from 'node:timers/promises';
import type { Db, Query } from '#foundation/platform/postgres.ts';
import type { Kind, NameDoc } from './hits.ts';
import type { NameIndex } from './name-index.ts';
import * as queries from './queries.ts';
import { usualTempoOf } from './read-context.ts';

// From the database into memory, page by page, so that the server answers others meanwhile. What is played most comes first:
// a name is looked at before the less popular ones, and the first questions after a start find what most people mean.

export type LoadContext = { readonly db: Db; readonly demo: boolean };

const rowsPerPage = 1_000;
/** Whatever is played less is as popular as what was never played. */
const playedMax = 200_000;
const genresPerNameMax = 6;

const plain = { by: [], genres: [], year: null, tempo: null, owner: null } as const;

type Name = Omit<NameDoc, 'plays'>;
type Which = { readonly ids: readonly string[] } | { after: string | null; limit: number };
type Plays = ReadonlyMap<string, number>;

/** Whether everything was read; false when `signal` ended it. */
export async function loadNames(
  ctx: LoadContext,
  index: NameIndex,
  signal: AbortSignal,
): Promise<boolean> {
  const playsOf = async (
    query: Query<PlaysAsked, { id: string; plays: bigint }>,
  ): Promise<Plays> => {
    const rows = await ctx.db.all(query, { withDemo: ctx.demo, limit: playedMax });
    return new Map(rows.map(({ id, plays }) => [id, Number(plays)]));
  };
  const steps = [
    ['artist', queries.playsOfArtists],
    ['release', queries.playsOfReleases],
    ['recording', queries.playsOfRecordings],
    ['label', null],
  ] as const;
  for (const [kind, plays] of steps) {
    const counted = plays === null ? new Map() : await playsOf(plays);
    if (!(await loadKind(ctx.db, index, kind, counted, signal))) return false;
  }
  await loadPlaylists(ctx.db, index, 0, new Map());
  return !signal.aborted;
}

type PlaysAsked = { readonly withDemo: boolean; readonly limit: number };

async function loadKind(
  db: Db,
  index: NameIndex,
  kind: Exclude<Kind, 'playlist'>,
  plays: Plays,
  signal: AbortSignal,
): Promise<boolean> {
  const put = (names: readonly Name[]): void => {
    for (const name of names) {
      // What an event brought meanwhile is newer than this page.
      if (!index.has(name.id)) index.add({ ...name, plays: plays.get(name.id) ?? 0 });
    }
  };
  const popular = [...plays.keys()];
  for (let i = 0; i < popular.length; i += rowsPerPage) {
    if (signal.aborted) return false;
    const ids = popular.slice(i, i + rowsPerPage);
    const byId = new Map((await readNames(db, kind, { ids })).map((name) => [name.id, name]));
    put(ids.flatMap((id) => byId.get(id) ?? []));
    await breathe();
  }
  for (let after: string | null = null; ;) {
    if (signal.aborted) return false;
    const names = await readNames(db, kind, { after, limit: rowsPerPage });
    put(names);
    if (names.length < rowsPerPage) return true;
    after = names.at(-1)!.id;
    await breathe();
  }
}

/** Reads some names anew; those that are gone are taken out. */
export async function renewNames(
  db: Db,
  index: NameIndex,
  kind: Exclude<Kind, 'playlist'>,
  ids: readonly string[],
): Promise<void> {
  if (ids.length === 0) return;
  const names = new Map((await readNames(db, kind, { ids })).map((name) => [name.id, name]));
  for (const id of ids) {
    const plays = index.playsOf(id);
    index.remove(id);
    const name = names.get(id);
    if (name !== undefined) index.add({ ...name, plays });
  }
}

/** When each playlist was changed that was read last; what did not change since is not put in again. */
export type PlaylistsSeen = ReadonlyMap<string, number>;

/** Reads the playlists that changed since an instant. */
export async function loadPlaylists(
  db: Db,
  index: NameIndex,
  since: number,
  seen: PlaylistsSeen,
): Promise<PlaylistsSeen> {
  const now = new Map<string, number>();
  for (let after: string | null = null; ;) {
    const rows: readonly PlaylistName[] = await db.all(queries.namesOfPlaylists, {
      since: new Date(since),
      after,
      limit: rowsPerPage,
    });
    for (const row of rows) {
      now.set(row.id, row.changedAt);
      if (seen.get(row.id) !== row.changedAt) putPlaylist(index, row);
    }
    if (rows.length < rowsPerPage) return now;
    after = rows.at(-1)!.id;
  }
}

type PlaylistName = {
  readonly id: string;
  readonly ownerId: string;
  readonly name: string;
  readonly isPublic: boolean;
  readonly changedAt: number;
};

function putPlaylist(index: NameIndex, { id, name, isPublic, ownerId }: PlaylistName): void {
  index.remove(id);
  const owner = isPublic ? null : ownerId;
  index.add({ ...plain, kind: 'playlist', id, names: [name], plays: 0, owner });
}

async function readNames(
  db: Db,
  kind: Exclude<Kind, 'playlist'>,
  which: Which,
): Promise<readonly Name[]> {
  const genresMax = genresPerNameMax;
  switch (kind) {
    case 'artist':
      return (await db.all(queries.namesOfArtists, { ...which, genresMax })).map((row) => ({
        ...plain,
        kind,
        id: row.id,
        names: [row.name, ...row.otherNames],
        genres: row.genres,
      }));
    case 'recording':
      return (await db.all(queries.namesOfRecordings, which)).map((row) => ({
        ...plain,
        kind,
        id: row.id,
        names: [row.title],
        by: [row.artistName],
        genres: row.genres,
        year: row.year,
        tempo: row.tempoBpm ?? usualTempoOf(row.genres),
      }));
    case 'release':
      return (await db.all(queries.namesOfReleases, { ...which, genresMax })).map((row) => ({
        ...plain,
        kind,
        id: row.id,
        names: [row.title],
        by: row.labelName === null ? [row.artistName] : [row.artistName, row.labelName],
        genres: row.genres,
        year: row.releasedOn === null ? null : Number(row.releasedOn.slice(0, 4)),
      }));
    case 'label':
      return (await db.all(queries.namesOfLabels, which)).map((row) => ({
        ...plain,
        kind,
        id: row.id,
        names: [row.name],
      }));
  }
}
