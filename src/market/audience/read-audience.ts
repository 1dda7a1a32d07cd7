import type { AudienceContext } from './context.ts';
import { toDay, toDayNumber, type DayNumber } from './days.ts';
import { aroundDays } from './measure.ts';
import {
  breaksIn,
  externalIdsOf,
  findArtists,
  recordingsOfArtists,
  searchArtists,
  seriesOf,
  spansOf,
  type EntityId,
  type SeriesRow,
} from './queries.ts';
import { oneOfEach, type SeriesRead } from './one-of-each.ts';

export type ArtistFound = {
  readonly id: EntityId;
  readonly name: string;
  readonly catalogId: string | null;
};

export type Track = {
  readonly id: string;
  readonly title: string;
  readonly artist: string | null;
  readonly recordingId: string | null;
};

const artistsPerIdMax = 5;
const recordingsMax = 5_000;
const seriesMax = 50_000;

/** The artist an id means: one of ours, of the catalogue or a service's; null where it means none. */
export async function openArtist(ctx: AudienceContext, id: string): Promise<ArtistFound | null> {
  const [row] = await ctx.db.all(findArtists, { id, limit: artistsPerIdMax });
  return row === undefined ? null : { id: row.id, name: row.name, catalogId: row.catalogId };
}

/** Artists whose name holds the folded words, the same name first. */
export async function listArtists(ctx: AudienceContext, q: string, limit: number) {
  return ctx.db.all(searchArtists, { q, demo: ctx.demo, limit });
}

/** The recordings of artists that outside services told figures of. */
export async function tracksOf(
  ctx: AudienceContext,
  artists: readonly EntityId[],
): Promise<readonly Track[]> {
  const rows = await ctx.db.all(recordingsOfArtists, { artists, limit: recordingsMax });
  const byId = new Map(rows.map((row) => [row.id, row]));
  return [...byId.values()].map((row) => ({
    id: row.id,
    title: row.name,
    artist: row.artistName,
    recordingId: row.catalogId,
  }));
}

/**
 * Every series of the entities with what was observed from some weeks before `from` to some after `to`, so that the first day
 * of the period has one to grow from; each figure once, however often it came. `territory` null: of the world and of every country.
 */
export async function readSeries(
  ctx: AudienceContext,
  entities: readonly string[],
  from: DayNumber,
  to: DayNumber,
  territory: string | null,
): Promise<readonly SeriesRead[]> {
  const { db, demo } = ctx;
  const rows: readonly SeriesRow[] = await db.all(seriesOf, {
    entities,
    demo,
    territory,
    limit: seriesMax,
  });
  const spans = await db.all(spansOf, {
    series: rows.map((row) => row.id.toString()),
    from: toDay(from - aroundDays),
    to: toDay(to + aroundDays),
  });
  const bySeries = Map.groupBy(spans, (span) => span.seriesId);
  const read = rows.map(({ provenance, ...row }) => ({
    ...row,
    provenances: [provenance],
    spans: (bySeries.get(row.id) ?? []).map((span) => ({
      day: toDayNumber(span.day),
      lastDay: toDayNumber(span.lastDay),
      value: span.value,
    })),
  }));
  return oneOfEach(read);
}

/** The ids that a service has for these artists and recordings. */
export async function idsAt(ctx: AudienceContext, source: string, entities: readonly string[]) {
  return ctx.db.all(externalIdsOf, { source, entities, limit: recordingsMax });
}

export async function methodBreaks(ctx: AudienceContext, from: DayNumber, to: DayNumber) {
  return ctx.db.all(breaksIn, { from: toDay(from), to: toDay(to), demo: ctx.demo });
}
