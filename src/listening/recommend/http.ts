import { readItems } from '#catalogue/catalog/index.ts';
import { commonProblems } from '#foundation/kernel/outcome.ts';
import { serving, userOf, type Caller, type Kit } from '#foundation/platform/http.ts';
import type { UserId } from '#foundation/kernel/ids.ts';
import * as contract from './contract.ts';
import { findSimilarArtists, findSimilarRecordings, playRadio } from './find-similar.ts';
import type { RecommendContext } from './fit-from-plays.ts';
import { dislikesMax } from './listener.ts';
import { makeMixes, modelOut, readModel } from './make-mixes.ts';
import * as told from './taste-queries.ts';

const limitDefault = 20;
const idOf = (caller: Caller): UserId | null => (caller.kind === 'user' ? caller.userId : null);

export function serveRecommend(kit: Kit, ctx: RecommendContext): void {
  const serve = serving(kit, commonProblems);

  serve(contract.getModel, async () => ({ model: modelOut(await readModel(ctx)) }));
  serve(contract.similarRecordings, async ({ params, query }) =>
    findSimilarRecordings(ctx, params.id, query.limit ?? limitDefault),
  );
  serve(contract.similarArtists, async ({ params, query }) =>
    findSimilarArtists(ctx, params.id, query.limit ?? limitDefault),
  );
  serve(contract.listMixes, async ({ query, caller }) =>
    makeMixes(ctx, userOf(caller).userId, query),
  );
  serve(contract.getRadio, async ({ query, caller }) =>
    playRadio(
      ctx,
      { from: query.from, skip: query.skip?.split(',') ?? [], limit: query.limit ?? limitDefault },
      idOf(caller),
    ),
  );

  serve(contract.getTaste, async ({ caller }) => {
    const taste = await ctx.db.maybe(told.findTaste, { userId: userOf(caller).userId });
    return {
      taste:
        taste === null
          ? null
          : { ...taste, genres: [...taste.genres], artists: [...taste.artists] },
    };
  });
  serve(contract.putTaste, async ({ body, caller }) => {
    await ctx.db.run(told.putTaste, { ...body, userId: userOf(caller).userId });
    return { taste: body };
  });
  serve(contract.putDislike, async ({ params, caller }) => {
    const { userId } = userOf(caller);
    const dislike = { userId, kind: params.kind, targetId: params.id, max: dislikesMax };
    await ctx.db.run(told.putDislike, dislike);
    return {};
  });
  serve(contract.deleteDislike, async ({ params, caller }) => {
    const { userId } = userOf(caller);
    await ctx.db.run(told.deleteDislike, { userId, kind: params.kind, targetId: params.id });
    return {};
  });
  serve(contract.listDislikes, async ({ caller }) => {
    const rows = await ctx.db.all(told.dislikesOf, {
      userId: userOf(caller).userId,
      limit: contract.dislikesShownMax,
    });
    const ids = (kind: told.DislikeKind): readonly string[] =>
      rows.filter((row) => row.kind === kind).map((row) => row.targetId);
    const { recordings, artists } = await readItems(ctx.db, {
      recordings: ids('recording'),
      artists: ids('artist'),
    });
    return { recordings: [...recordings], artists: [...artists] };
  });
}
