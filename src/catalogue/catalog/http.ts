import { fromCursor, toCursor } from '#foundation/kernel/cursor.ts';
import { cutPage, limitDefault } from '#foundation/kernel/endpoint.ts';
import { refuse } from '#foundation/kernel/outcome.ts';
import { toIso } from '#foundation/kernel/time.ts';
import { serving, userOf, type Kit } from '#foundation/platform/http.ts';
import type { CatalogContext } from './context.ts';
import * as contract from './contract.ts';
import { editRecording } from './editing/edit-recording.ts';
import { mergeArtists, mergeRecordings } from './editing/merge-recordings.ts';
import { claimParty, createParty, findParties } from './editing/parties.ts';
import { listChanges } from './editing/queries.ts';
import { catalogProblems } from './problems.ts';
import { findArtists, findGenres, findRecordings, findReleases } from './reading/lists.ts';
import { openArtist, openRecording, openRelease } from './reading/open.ts';
import { maySeeSplits } from './splits/may-see-splits.ts';
import { readSplits } from './splits/read-splits.ts';
import { setSplit } from './splits/set-split.ts';

export function serveCatalog(kit: Kit, ctx: CatalogContext): void {
  const serve = serving(kit, catalogProblems);

  serve(contract.listRecordings, async ({ query, caller }) => {
    if (query.mine === true && caller.kind !== 'user')
      return refuse('UNAUTHENTICATED', 'Sign in to see your own recordings.');
    const userId = query.mine === true && caller.kind === 'user' ? caller.userId : null;
    return findRecordings(ctx, { ...query, limit: query.limit ?? limitDefault, userId });
  });
  serve(contract.getRecording, async ({ params, caller }) => openRecording(ctx, params.id, caller));
  serve(contract.editRecording, async ({ params, body, caller }) => {
    return (
      (await editRecording(ctx, params.id, body, userOf(caller).userId)) ??
      openRecording(ctx, params.id, caller)
    );
  });
  serve(contract.mergeRecording, async ({ params, body, caller }) => {
    const refused = await mergeRecordings(
      ctx,
      { fromId: body.fromId, intoId: params.id },
      userOf(caller).userId,
    );
    return refused ?? openRecording(ctx, params.id, caller);
  });
  serve(contract.listRecordingChanges, async ({ params, query }) => {
    const limit = query.limit ?? limitDefault;
    const page = fromCursor(query.cursor, 'serial');
    if ('kind' in page) return page;
    const rows = await ctx.db.all(listChanges, {
      entityId: params.id,
      before: page.after?.[0] ?? null,
      limit: limit + 1,
    });
    return cutPage(
      rows,
      limit,
      (row) => ({ ...row, id: String(row.id), at: toIso(row.at) }),
      (last) => toCursor(last.id),
    );
  });

  serve(contract.getSplits, async ({ params, caller }) => {
    const recording = await openRecording(ctx, params.id, caller);
    if ('kind' in recording) return recording;
    if (!(await maySeeSplits(ctx, recording.id, caller))) {
      return refuse(
        'FORBIDDEN',
        'Splits are shown to those who own a share, and with the permission splits.read.',
      );
    }
    return { items: await readSplits(ctx.db, recording.id) };
  });
  serve(contract.putSplit, async ({ params, body, caller }) =>
    setSplit(ctx, params.id, body, userOf(caller)),
  );

  serve(contract.listArtists, async ({ query }) =>
    findArtists(ctx, { ...query, limit: query.limit ?? limitDefault }),
  );
  serve(contract.getArtist, async ({ params }) => openArtist(ctx, params.id));
  serve(contract.mergeArtist, async ({ params, body, caller }) => {
    const refused = await mergeArtists(
      ctx,
      { fromId: body.fromId, intoId: params.id },
      userOf(caller).userId,
    );
    return refused ?? openArtist(ctx, params.id);
  });

  serve(contract.listReleases, async ({ query }) =>
    findReleases(ctx, { ...query, limit: query.limit ?? limitDefault }),
  );
  serve(contract.getRelease, async ({ params }) => openRelease(ctx, params.id));
  serve(contract.listGenres, async ({ query }) =>
    findGenres(ctx, { ...query, limit: query.limit ?? limitDefault }),
  );

  serve(contract.listParties, async ({ query, caller }) =>
    findParties(ctx, { ...query, limit: query.limit ?? limitDefault }, userOf(caller)),
  );
  serve(contract.createParty, async ({ body, caller }) =>
    createParty(ctx, body, userOf(caller).userId),
  );
  serve(contract.claimParty, async ({ params, body, caller }) =>
    claimParty(ctx, params.id, body.userId, userOf(caller).userId),
  );
}
