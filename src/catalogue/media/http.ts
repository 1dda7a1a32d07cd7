import { limitDefault } from '#foundation/kernel/endpoint.ts';
import { isUuid } from '#foundation/kernel/ids.ts';
import { refuse } from '#foundation/kernel/outcome.ts';
import { toIso } from '#foundation/kernel/time.ts';
import { serving, type Kit } from '#foundation/platform/http.ts';
import type { MediaContext } from './context.ts';
import * as contract from './contract.ts';
import { findRun, listRuns, listSkipped } from './importing/queries.ts';
import { requestImport } from './jobs.ts';
import { mediaProblems } from './problems.ts';
import { findWaveform } from './serving/queries.ts';
import { serveCovers } from './serving/serve-cover.ts';
import { serveSound } from './serving/serve-sound.ts';

export function serveMedia(kit: Kit, ctx: MediaContext): void {
  const serve = serving(kit, mediaProblems);

  serve(contract.startImport, async ({ body }) => requestImport(ctx, body.folder));

  serve(contract.listImports, async ({ query }) => {
    const limit = query.limit ?? limitDefault;
    if (query.cursor !== undefined && !isUuid(query.cursor)) return badCursor();
    const rows = await ctx.db.all(listRuns, { before: query.cursor ?? null, limit: limit + 1 });
    return {
      items: rows.slice(0, limit).map(importOut),
      nextCursor: rows.length > limit ? rows[limit - 1]!.id : null,
    };
  });

  serve(contract.getImport, async ({ params, query }) => {
    const run = await ctx.db.maybe(findRun, { id: params.id });
    if (run === null) return refuse('NOT_FOUND', 'There is no such import.');
    const limit = query.limit ?? limitDefault;
    const after =
      query.cursor === undefined
        ? `${run.folder}/`
        : Buffer.from(query.cursor, 'base64url').toString();
    if (!after.startsWith(`${run.folder}/`) || after.includes('\u0000') || !after.isWellFormed())
      return badCursor();
    const rows = await ctx.db.all(listSkipped, { after, end: `${run.folder}0`, limit: limit + 1 });
    return {
      ...importOut(run),
      skippedFiles: {
        items: rows.slice(0, limit).map(({ path, reason, detail }) => ({ path, reason, detail })),
        nextCursor:
          rows.length > limit ? Buffer.from(rows[limit - 1]!.path).toString('base64url') : null,
      },
    };
  });

  serve(contract.getWaveform, async ({ params }) => {
    const row = await ctx.db.maybe(findWaveform, { recordingId: params.id });
    if (row === null) return refuse('NOT_FOUND', 'There is no such recording.');
    return {
      peaks: [...(row.waveform ?? [])],
      loudnessLufs: row.loudnessLufs,
      peakDbtp: row.peakDbtp,
      durationMs: row.durationMs,
    };
  });

  serveSound(kit, ctx);
  serveCovers(kit, ctx);
}

function badCursor() {
  return refuse(
    'VALIDATION_FAILED',
    'This cursor is none of ours; ask for the first page again.',
    'cursor',
  );
}

function importOut(run: NonNullable<(typeof findRun)['row']>): contract.ImportOut {
  return {
    ...run,
    startedAt: toIso(run.startedAt),
    endedAt: run.endedAt === null ? null : toIso(run.endedAt),
  };
}
