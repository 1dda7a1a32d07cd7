import { readItems } from '#catalogue/catalog/index.ts';
import { isUuid, type UserId } from '#foundation/kernel/ids.ts';
import { refuse } from '#foundation/kernel/outcome.ts';
import { allowed, alike, byModel, popular, type Known } from './candidates.ts';
import type { RecommendContext } from './fit-from-plays.ts';
import { readListener } from './listener.ts';
import { basisOf, modelOut, readModel, showPicked } from './make-mixes.ts';
import { chanceOf, pickRecordings } from './pick-recordings.ts';
import * as queries from './queries.ts';

// From one thing to others: similar recordings and artists, and a radio that goes on.

const artistRecordingsMax = 200;
const seedsMax = 50;
const enough = 5;
const perArtistMax = 2;
const radioPerArtistMax = 3;

export async function findSimilarRecordings(ctx: RecommendContext, id: string, limit: number) {
  const model = await readModel(ctx);
  const heard = await byModel(ctx, model?.id ?? null, new Map([[id, 1]]));
  // What nobody has heard yet borrows from what it is alike to.
  const rest = heard.length >= enough ? [] : await alike(ctx, id, limit);
  const items = pickRecordings({
    lists: [
      { share: 1, candidates: heard },
      { share: 0, candidates: rest },
    ],
    count: limit,
    perArtistMax,
  });
  const { recordings } = await readItems(ctx.db, { recordings: items.map((one) => one.id) });
  return {
    basis: heard.length > 0 ? ('listening' as const) : ('content' as const),
    model: modelOut(model),
    items: [...recordings],
  };
}

export async function findSimilarTo(
  ctx: RecommendContext,
  ids: readonly string[],
  limit: number,
): Promise<readonly string[]> {
  const [first] = ids;
  if (first === undefined) return [];
  const model = await readModel(ctx);
  const heard = await byModel(ctx, model?.id ?? null, new Map(ids.map((id) => [id, 1])));
  const rest = heard.length >= enough ? [] : await alike(ctx, first, limit);
  const own = new Set(ids);
  return [...new Set([...heard, ...rest].map(({ id }) => id))]
    .filter((id) => !own.has(id))
    .slice(0, limit);
}

export async function findSimilarArtists(ctx: RecommendContext, id: string, limit: number) {
  const model = await readModel(ctx);
  const own = await ctx.db.all(queries.recordingsOfArtists, {
    ids: [id],
    limit: artistRecordingsMax,
  });
  const found = await byModel(
    ctx,
    model?.id ?? null,
    new Map(own.map(({ recordingId }) => [recordingId, 1])),
  );
  const scores = new Map<string, number>();
  for (const { artistId, score } of found)
    if (artistId !== null && artistId !== id)
      scores.set(artistId, (scores.get(artistId) ?? 0) + score);
  const heard = [...scores].toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  const rest =
    heard.length >= enough ? [] : await ctx.db.all(queries.artistsAlikeByGenre, { id, limit });
  const ids = [...new Set([...heard.map(([one]) => one), ...rest.map((one) => one.id as string)])];
  const { artists } = await readItems(ctx.db, { artists: ids.slice(0, limit) });
  return {
    basis: heard.length > 0 ? ('listening' as const) : ('content' as const),
    model: modelOut(model),
    items: [...artists],
  };
}

type Radio = {
  readonly from: string;
  readonly skip: readonly string[];
  readonly limit: number;
};

/** Goes on for as long as there is something: `skip` is what was heard on it. */
export async function playRadio(
  ctx: RecommendContext,
  { from, skip, limit }: Radio,
  userId: UserId | null,
) {
  const [, kind = '', what = ''] = /^(recording|artist|playlist|genre):(.+)$/.exec(from) ?? [];
  if (kind === '' || (kind !== 'genre' && !isUuid(what))) {
    const why = 'A radio starts from recording:ID, artist:ID, playlist:ID or genre:NAME.';
    return refuse('VALIDATION_FAILED', why, 'from');
  }
  const [listener, model] = await Promise.all([readListener(ctx, userId), readModel(ctx)]);
  const seeds = await seedsOf(ctx, kind, what, userId);
  if (seeds === null)
    return refuse('NOT_FOUND', 'There is nothing of this name to start from.', 'from');
  const without = new Set(skip);
  const found = await byModel(ctx, model?.id ?? null, new Map(seeds.map(({ id }) => [id, 1])));
  const more =
    found.length >= limit || kind === 'genre' || seeds[0] === undefined
      ? []
      : await alike(ctx, seeds[0].id, 2 * limit + skip.length);
  const own = seeds.filter(({ id }) => id !== what);
  // A playlist is heard before what is like it.
  const candidates =
    kind === 'playlist' ? [...own, ...found, ...more] : [...found, ...own, ...more];
  const seen = new Set<string>();
  const list = allowed(candidates, listener, without)
    .filter(({ id }) => !seen.has(id) && seen.add(id))
    .map((one, at) => ({
      ...one,
      score: 1 / (at + 4 + 4 * chanceOf(`${from} ${skip.length} ${one.id}`)),
    }))
    .toSorted((a, b) => b.score - a.score);
  const rest =
    list.length >= limit
      ? []
      : allowed(await popular(ctx, null, null), listener, new Set([...without, ...seen]));
  const items = pickRecordings({
    lists: [
      { share: 1, candidates: list },
      { share: 0, candidates: rest },
    ],
    count: limit,
    perArtistMax: radioPerArtistMax,
  });
  const shown = await showPicked(ctx, items);
  return { basis: basisOf(items), model: modelOut(model), items: shownOf(items, shown) };
}

function shownOf(
  items: Parameters<typeof basisOf>[0],
  shown: Awaited<ReturnType<typeof showPicked>>,
) {
  return items.flatMap((one) => shown.picked(one) ?? []);
}

/** What a radio starts from; null where there is no such thing, or not for this person. */
async function seedsOf(
  ctx: RecommendContext,
  kind: string,
  what: string,
  userId: UserId | null,
): Promise<readonly Known[] | null> {
  const seeds = (ids: readonly string[]): readonly Known[] =>
    ids.map((id) => ({
      id,
      score: 1,
      artistId: null,
      genres: [],
      why: { kind: 'alike', of: null },
    }));
  if (kind === 'genre') {
    const known = await popular(ctx, null, [what], 'alike');
    return known.length === 0 ? null : known.slice(0, seedsMax);
  }
  if (kind === 'recording') {
    const [row] = await ctx.db.all(queries.aboutRecordings, { ids: [what] });
    return row === undefined ? null : seeds([row.id]);
  }
  const rows =
    kind === 'artist'
      ? await ctx.db.all(queries.recordingsOfArtists, { ids: [what], limit: seedsMax })
      : await ctx.db.all(queries.playlistRecordings, { id: what, userId, limit: seedsMax });
  return rows.length === 0
    ? null
    : describedSeeds(
        ctx,
        rows.map(({ recordingId }) => recordingId),
      );
}

async function describedSeeds(
  ctx: RecommendContext,
  ids: readonly string[],
): Promise<readonly Known[]> {
  const rows = await ctx.db.all(queries.aboutRecordings, { ids });
  return rows
    .filter(({ isHearable }) => isHearable)
    .map(({ id, artistId, genres }) => ({
      id,
      artistId,
      genres,
      score: 1,
      why: { kind: 'alike' as const, of: null },
    }));
}
