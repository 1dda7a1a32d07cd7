import type { Db } from '#foundation/platform/postgres.ts';
import type { ArtistItem, RecordingItem, ReleaseItem } from '../shapes.ts';
import * as artistQueries from './artist-queries.ts';
import { artistItem, recordingItem, releaseItem } from './lists.ts';
import * as queries from './queries.ts';

type Ids = {
  readonly artists?: readonly string[];
  readonly recordings?: readonly string[];
  readonly releases?: readonly string[];
};
export type Items = {
  readonly artists: readonly ArtistItem[];
  readonly recordings: readonly RecordingItem[];
  readonly releases: readonly ReleaseItem[];
};

/** What rooms above found by its id, in their order. What was merged away or never was is left out. */
export async function readItems(db: Db, ids: Ids): Promise<Items> {
  const { artists = [], recordings = [], releases = [] } = ids;
  const [artistRows, recordingRows, releaseRows] = await Promise.all([
    artists.length === 0 ? [] : db.all(artistQueries.artistItems, { ids: artists }),
    recordings.length === 0 ? [] : db.all(queries.recordingItems, { ids: recordings }),
    releases.length === 0 ? [] : db.all(artistQueries.releaseItems, { ids: releases }),
  ]);
  return {
    artists: inOrder(artists, artistRows.map(artistItem)),
    recordings: inOrder(recordings, recordingRows.map(recordingItem)),
    releases: inOrder(releases, releaseRows.map(releaseItem)),
  };
}

function inOrder<T extends { readonly id: string }>(
  ids: readonly string[],
  rows: readonly T[],
): readonly T[] {
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}
