import { parseGtin, parseIsrc, readItems } from '#catalogue/catalog/index.ts';
import type { UserId } from '#foundation/kernel/ids.ts';
import type { Database } from '#foundation/platform/postgres.ts';
import type { Question, SearchContext } from './context.ts';
import type { SearchOut } from './contract.ts';
import { findFitting } from './find-fitting.ts';
import { kinds as everyKind, type Found, type Hit, type Kind } from './hits.ts';
import { wordsMax } from './name-index.ts';
import * as queries from './queries.ts';
import { transliterate } from './transliterate.ts';
import { wordsOf } from './words-of.ts';

const nearestMax = 5;

/**
 * What was meant by what was typed. `asker` finds their own playlists too. What is shown is read from the database, so that a
 * name that was merged away or hidden a moment ago is not shown.
 */
export async function findNames(
  ctx: SearchContext,
  asked: Question,
  asker: UserId | null,
): Promise<SearchOut> {
  const { hits, facets, near, isComplete } = await findIds(ctx, asked, asker);
  const context = await findFitting(ctx, asked);
  const [shown, nearest] = await Promise.all([
    readHits(ctx.db, hits, asker),
    readHits(ctx.db, near, asker),
  ]);
  const there = new Set(Object.values(shown).flatMap((list) => list.map(({ id }) => id as string)));
  return {
    order: hits.filter(({ id }) => there.has(id)).map(({ kind, id }) => ({ kind, id })),
    ...shown,
    facets: {
      kinds: [...facets.kinds],
      genres: [...facets.genres],
      years: [...facets.years],
    },
    nearest: [
      ...new Set(
        [...nearest.artists, ...nearest.labels, ...nearest.playlists].map(({ name }) => name),
      ),
    ],
    context,
    isComplete,
  };
}

/** What memory finds, best first; whoever shows it asks the database who may see it. */
export async function findIds(
  ctx: SearchContext,
  asked: Question,
  asker: UserId | null,
): Promise<Found & { readonly near: readonly Hit[]; readonly isComplete: boolean }> {
  const { index, isComplete } = await ctx.names.current();
  const words = wordsOf(asked.q).slice(0, wordsMax);
  const wanted = new Set(asked.kinds ?? everyKind);
  const search = (asWords: readonly string[]): Found =>
    index.search({
      words: asWords,
      kinds: wanted,
      genre: asked.genre ?? null,
      year: asked.year ?? null,
      asker,
      limit: asked.limit,
    });
  // What was typed in other letters may be of somebody who writes in Latin ones.
  const latin = transliterate(words.join(' '));
  const own = search(words);
  const { hits: named, facets } =
    own.hits.length > 0 || latin === null ? own : search(latin.split(' '));
  const known = await byIdentifier(ctx.db, asked.q, wanted, asked.limit);
  const hits = [...known, ...named.filter(({ id }) => !known.some((one) => one.id === id))];
  const near = hits.length > 0 ? [] : index.nearest(words, asker, nearestMax);
  return { hits, facets, near, isComplete };
}

async function byIdentifier(
  db: Database,
  q: string,
  wanted: ReadonlySet<Kind>,
  limit: number,
): Promise<readonly Hit[]> {
  const isrc = parseIsrc(q);
  if (isrc.valid && wanted.has('recording')) {
    const rows = await db.all(queries.byIsrc, { isrc: isrc.value, limit });
    return rows.map(({ id }) => ({ kind: 'recording', id, score: 2 }));
  }
  const gtin = parseGtin(q);
  if (gtin.valid && wanted.has('release')) {
    const bare = gtin.value.replace(/^0+/, '');
    const written = [8, 12, 13, 14].map((digits) => bare.padStart(digits, '0'));
    const rows = await db.all(queries.byGtin, { written: [gtin.value, ...written], limit });
    return rows.map(({ id }) => ({ kind: 'release', id, score: 2 }));
  }
  return [];
}

type Shown = Pick<SearchOut, 'artists' | 'recordings' | 'releases' | 'playlists' | 'labels'>;

async function readHits(db: Database, hits: readonly Hit[], userId: UserId | null): Promise<Shown> {
  const ids = (kind: Kind): readonly string[] =>
    hits.filter((hit) => hit.kind === kind).map(({ id }) => id);
  const [playlistIds, labelIds] = [ids('playlist'), ids('label')];
  const [items, playlists, labels] = await Promise.all([
    readItems(db, {
      artists: ids('artist'),
      recordings: ids('recording'),
      releases: ids('release'),
    }),
    playlistIds.length === 0 ? [] : db.all(queries.playlistItems, { ids: playlistIds, userId }),
    labelIds.length === 0 ? [] : db.all(queries.labelItems, { ids: labelIds }),
  ]);
  const rank = new Map(hits.map(({ id }, at) => [id, at]));
  const inOrder = <T extends { readonly id: string }>(rows: readonly T[]): T[] =>
    rows.toSorted((a, b) => rank.get(a.id)! - rank.get(b.id)!);
  return {
    artists: [...items.artists],
    recordings: [...items.recordings],
    releases: [...items.releases],
    playlists: inOrder(playlists),
    labels: inOrder(labels),
  };
}
