import { dayMs } from '#foundation/kernel/time.ts';
import type { RecommendContext } from './fit-from-plays.ts';
import { spanOf, type ListenerNow } from './listener.ts';
import type { Candidate, WhyKind } from './pick-recordings.ts';
import * as queries from './queries.ts';

// Recordings that could be recommended, each with what speaks for it.

export type About = {
  readonly id: string;
  readonly artistId: string | null;
  readonly genres: readonly string[];
  readonly isHearable: boolean;
};
export type Known = Candidate & { readonly genres: readonly string[] };
type Weighted = ReadonlyMap<string, number>;

const candidatesMax = 500;
const popularMax = 200;
const newDays = 120;
const newMax = 60;

/** What the model says of others to somebody who likes these, best first; what they are is left out. */
export async function byModel(
  ctx: RecommendContext,
  modelId: string | null,
  liked: Weighted,
): Promise<readonly Known[]> {
  if (modelId === null || liked.size === 0) return [];
  const rows = await ctx.db.all(queries.spokenFor, { modelId, ids: [...liked.keys()] });
  const scores = new Map<string, { score: number; of: string; most: number }>();
  for (const { recordingId, targets, weights } of rows) {
    const like = liked.get(recordingId)!;
    for (const [i, target] of targets.entries()) {
      if (liked.has(target)) continue;
      const part = like * weights[i]!;
      const before = scores.get(target) ?? { score: 0, of: recordingId, most: 0 };
      scores.set(target, {
        score: before.score + part,
        of: part > before.most ? recordingId : before.of,
        most: Math.max(part, before.most),
      });
    }
  }
  const best = [...scores]
    .toSorted(([a, x], [b, y]) => y.score - x.score || (a < b ? -1 : 1))
    .slice(0, candidatesMax);
  return describe(
    ctx,
    best.map(([id, { score, of }]) => ({ id, score, why: { kind: 'because', of } })),
  );
}

export async function describe(
  ctx: RecommendContext,
  found: readonly Pick<Candidate, 'id' | 'score' | 'why'>[],
): Promise<readonly Known[]> {
  if (found.length === 0) return [];
  const rows = await ctx.db.all(queries.aboutRecordings, { ids: found.map(({ id }) => id) });
  const byId = new Map(rows.map((row) => [row.id as string, row]));
  return found.flatMap((one) => {
    const about = byId.get(one.id);
    return about?.isHearable === true
      ? [{ ...one, artistId: about.artistId, genres: about.genres }]
      : [];
  });
}

const toCandidates = (rows: readonly About[], kind: WhyKind): readonly Known[] =>
  rows
    .filter(({ isHearable }) => isHearable)
    .map(({ id, artistId, genres }, at) => ({
      id,
      artistId,
      genres,
      score: 1 / (at + 1),
      why: { kind, of: null },
    }));

/** What is played most in a country, or everywhere where the country plays too little. */
export async function popular(
  ctx: RecommendContext,
  territory: string | null,
  genres: readonly string[] | null,
  kind: WhyKind = 'popular',
): Promise<readonly Known[]> {
  const ask = { ...spanOf(ctx), genres, limit: popularMax };
  const here =
    territory === null ? [] : await ctx.db.all(queries.popularRecordings, { ...ask, territory });
  const rows =
    here.length >= popularMax
      ? here
      : [...here, ...(await ctx.db.all(queries.popularRecordings, { ...ask, territory: null }))];
  const seen = new Set<string>();
  return toCandidates(
    rows.filter(({ id }) => !seen.has(id) && seen.add(id)),
    kind,
  );
}

export async function newAtHome(
  ctx: RecommendContext,
  modelId: string | null,
  territory: string | null,
  genres: readonly string[],
): Promise<readonly Known[]> {
  if (territory === null) return [];
  const since = new Date(ctx.now() - newDays * dayMs);
  const rows = await ctx.db.all(queries.newAtHome, {
    territory,
    since,
    genres,
    modelId,
    limit: newMax,
  });
  return toCandidates(rows, 'new_at_home');
}

export async function alike(
  ctx: RecommendContext,
  id: string,
  limit: number,
): Promise<readonly Known[]> {
  return toCandidates(await ctx.db.all(queries.alikeByContent, { id, limit }), 'alike');
}

/** Without what somebody heard, or said "not this" of. */
export function allowed<C extends Candidate>(
  candidates: readonly C[],
  { notRecordings, notArtists }: Pick<ListenerNow, 'notRecordings' | 'notArtists'>,
  without: ReadonlySet<string> = new Set(),
): readonly C[] {
  return candidates.filter(
    ({ id, artistId }) =>
      !without.has(id) &&
      !notRecordings.has(id) &&
      (artistId === null || !notArtists.has(artistId)),
  );
}
