import type { ArtistId, RecordingId, ReleaseId } from '#foundation/kernel/ids.ts';
import { refuse, type Refusal } from '#foundation/kernel/outcome.ts';
import type { Caller } from '#foundation/platform/http.ts';
import type { Db } from '#foundation/platform/postgres.ts';
import type { CatalogContext } from '../context.ts';
import type { ArtistOut, RecordingOut, ReleaseOut } from '../shapes.ts';
import { maySeeSplits } from '../splits/may-see-splits.ts';
import { readSplits } from '../splits/read-splits.ts';
import { artistItem, recordingItem, releaseItem } from './lists.ts';
import * as artistQueries from './artist-queries.ts';
import * as queries from './queries.ts';

const releasesShownMax = 100;

export async function openRecording(
  ctx: CatalogContext,
  id: RecordingId,
  caller: Caller,
): Promise<RecordingOut | Refusal> {
  const row = await ctx.db.maybe(queries.findRecording, { id });
  if (row === null) return refuse('NOT_FOUND', 'There is no such recording.');
  const of = { id: row.id };
  const [artists, releases, credits, works, seesSplits] = await Promise.all([
    ctx.db.all(queries.artistsOf, of),
    ctx.db.all(queries.releasesWith, of),
    ctx.db.all(queries.creditsOf, of),
    ctx.db.all(queries.worksOf, of),
    maySeeSplits(ctx, row.id, caller),
  ]);
  const credit = ({ partyId, name, role }: (typeof credits)[number]) => ({ partyId, name, role });
  return {
    ...recordingItem(row),
    isrcValid: row.isrcValid,
    language: row.language,
    tempoBpm: row.tempoBpm,
    musicKey: row.musicKey,
    mbid: row.mbid,
    edited: [...row.edited],
    artists: [...artists],
    releases: [...releases],
    credits: credits.filter((c) => c.workId === null).map(credit),
    works: works.map((work) => ({
      ...work,
      credits: credits.filter((c) => c.workId === work.id).map(credit),
    })),
    splits: seesSplits ? await readSplits(ctx.db, row.id) : null,
    audioUrl: `/media/recordings/${row.id}/original`,
  };
}

export async function openRelease(
  ctx: CatalogContext,
  id: ReleaseId,
): Promise<ReleaseOut | Refusal> {
  const row = await ctx.db.maybe(artistQueries.findRelease, { id });
  if (row === null) return refuse('NOT_FOUND', 'There is no such release.');
  const tracks = await ctx.db.all(queries.tracksOf, { id });
  return {
    ...releaseItem(row),
    gtin: row.gtin,
    gtinValid: row.gtinValid,
    labelName: row.labelName,
    territories: row.territories === null ? null : [...row.territories],
    trackList: tracks.map((t) => ({
      disc: t.disc,
      position: t.position,
      recording: recordingItem(t),
    })),
  };
}

export async function openArtist(ctx: CatalogContext, id: ArtistId): Promise<ArtistOut | Refusal> {
  const row = await ctx.db.maybe(artistQueries.findArtist, { id });
  if (row === null) return refuse('NOT_FOUND', 'There is no such artist.');
  const releases = await ctx.db.all(artistQueries.listReleases, {
    artistId: row.id,
    limit: releasesShownMax,
    after: null,
  });
  return {
    ...artistItem(row),
    partyId: row.partyId,
    sortName: row.sortName,
    about: row.about,
    mbid: row.mbid,
    releases: releases.map(releaseItem),
  };
}

/** Where the picture of a recording (or of a release it is on) lies among the blobs; null when it has none. */
export async function coverKeyOf(
  db: Db,
  what: { recordingId: RecordingId } | { releaseId: ReleaseId },
): Promise<string | null> {
  const row =
    'recordingId' in what
      ? await db.maybe(queries.coverOfRecording, { id: what.recordingId })
      : await db.maybe(queries.coverOfRelease, { id: what.releaseId });
  return row?.coverKey ?? null;
}
