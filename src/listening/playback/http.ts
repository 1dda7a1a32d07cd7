import { cutPage, limitDefault } from '#foundation/kernel/endpoint.ts';
import { commonProblems } from '#foundation/kernel/outcome.ts';
import { toIso } from '#foundation/kernel/time.ts';
import { serving, userOf, type Kit } from '#foundation/platform/http.ts';
import * as contract from './contract.ts';
import { reportListening, startListening, type PlaybackContext } from './listen.ts';
import * as queries from './queries.ts';
import { serveSegments } from './serve-segments.ts';

export function servePlayback(kit: Kit, ctx: PlaybackContext): void {
  const serve = serving(kit, commonProblems);

  serve(contract.startListening, async ({ body, caller }) =>
    startListening(ctx, userOf(caller).userId, body.recordingId, body.adaptive),
  );

  serveSegments(kit, ctx);

  serve(contract.reportListening, async ({ params, body, caller }) =>
    reportListening(ctx, userOf(caller).userId, params.id, body),
  );

  serve(contract.listHistory, async ({ query, caller }) => {
    const limit = query.limit ?? limitDefault;
    const rows = await ctx.db.all(queries.historyOf, {
      userId: userOf(caller).userId,
      before: query.cursor ?? null,
      limit: limit + 1,
    });
    return cutPage(
      rows,
      limit,
      ({ recordingId, title, artist, startedAt, listenedMs }) => ({
        recordingId,
        title,
        artist,
        startedAt: toIso(startedAt),
        listenedMs,
      }),
      (last) => last.id,
    );
  });
}
