import { readItems } from '#catalogue/catalog/index.ts';
import type { SearchOut } from './contract.ts';
import type { Question, SearchContext } from './context.ts';
import { readContext, type Context } from './read-context.ts';
import type { NameIndex } from './name-index.ts';
import { wordsOf } from './words-of.ts';

const similarMax = 100;
/** So much slower or faster that it is heard. */
const tempoStep = 1.04;

/** Recordings that fit what was said where it names no recording; null where it says nothing of the kind. */
export async function findFitting(
  ctx: SearchContext,
  { q, kinds, limit }: Question,
): Promise<SearchOut['context']> {
  if (kinds !== undefined && !kinds.includes('recording')) return null;
  const { index } = await ctx.names.current();
  const context = readContext(q, index.genres);
  if (context === null) return null;
  const { ids, like } =
    context.like === null
      ? { ids: index.browse(context, limit), like: null }
      : await findLike(ctx, index, context, limit);
  if (ids.length === 0) return null;
  const { recordings } = await readItems(ctx.db, { recordings: ids });
  return {
    genres: [...context.genres],
    tempo: context.tempo,
    years: context.years,
    like,
    than: context.than,
    recordings: [...recordings],
  };
}

async function findLike(
  ctx: SearchContext,
  index: NameIndex,
  { like, than }: Context,
  limit: number,
) {
  const { hits } = index.search({
    words: wordsOf(like!),
    kinds: new Set(['artist', 'recording']),
    genre: null,
    year: null,
    asker: null,
    limit: 1,
  });
  const [hit] = hits;
  if (hit === undefined) return { ids: [], like: null };
  const { artists, recordings } = await readItems(ctx.db, {
    [hit.kind === 'artist' ? 'artists' : 'recordings']: [hit.id],
  });
  const named = artists[0]?.name ?? recordings[0]?.title ?? null;
  const own = hit.kind === 'recording' ? [hit.id] : index.recordingsBy(named ?? '');
  const found = await ctx.similarTo(own, similarMax);
  const tempo = middleOf(own.flatMap((id) => index.tempoOf(id) ?? []));
  const fits = (id: string): boolean => {
    if (than === null) return true;
    const other = index.tempoOf(id);
    if (tempo === null || other === null) return false;
    return than === 'faster' ? other >= tempo * tempoStep : other <= tempo / tempoStep;
  };
  return { ids: found.filter(fits).slice(0, limit), like: named };
}

function middleOf(tempos: readonly number[]): number | null {
  return tempos.toSorted((a, b) => a - b)[Math.floor(tempos.length / 2)] ?? null;
}
