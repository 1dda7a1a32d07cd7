import { badCursor, fromCursor, toCursor } from '#foundation/kernel/cursor.ts';
import { cutPage, limitDefault } from '#foundation/kernel/endpoint.ts';
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
    const rows = await ctx.db.all(listRuns, { before: query.cursor ?? null, limit: limit + 1 });
    return cutPage(rows, limit, importOut, (last) => last.id);
  });

  serve(contract.getImport, async ({ params, query }) => {
    const run = await ctx.db.maybe(findRun, { id: params.id });
    if (run === null) return refuse('NOT_FOUND', 'There is no such import.');
    const limit = query.limit ?? limitDefault;
    const page = fromCursor(query.cursor, 'text');
    if ('kind' in page) return page;
    const after = page.after?.[0] ?? `${run.folder}/`;
    if (!after.startsWith(`${run.folder}/`)) return badCursor();
    const rows = await ctx.db.all(listSkipped, { after, end: `${run.folder}0`, limit: limit + 1 });
    return {
      ...importOut(run),
      skippedFiles: cutPage(
        rows,
        limit,
        ({ path, reason, detail }) => ({ path, reason, detail }),
        (last) => toCursor(last.path),
      ),
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

function importOut(run: NonNullable<(typeof findRun)['row']>): contract.ImportOut {
  return {
    ...run,
    startedAt: toIso(run.startedAt),
    endedAt: run.endedAt === null ? null : toIso(run.endedAt),
  };
}
