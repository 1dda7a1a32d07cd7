import { refuse } from '#foundation/kernel/outcome.ts';
import { serving, userOf, type Kit } from '#foundation/platform/http.ts';
import { distinguishHandshakes, serveAudioscrobbler } from './audioscrobbler/serve.ts';
import type { ScrobblingContext } from './context.ts';
import * as contract from './contract.ts';
import { sendToApproval, serveLastfm } from './lastfm/serve.ts';
import { serveListenBrainz } from './listenbrainz/serve.ts';
import { scrobblingProblems } from './problems.ts';
import * as queries from './queries.ts';
import { listTokens, makeSilentToken, makeToken } from './tokens.ts';
import { takeRawBodies } from './wire.ts';

export function serveScrobbling(kit: Kit, ctx: ScrobblingContext): void {
  serveTokens(kit, ctx);
  distinguishHandshakes(kit.app);
  sendToApproval(kit.app);
  for (const dialect of [serveListenBrainz, serveLastfm, serveAudioscrobbler])
    void kit.app.register(async (scope) => {
      takeRawBodies(scope);
      dialect(scope, ctx);
    });
}

function serveTokens(kit: Kit, ctx: ScrobblingContext): void {
  const serve = serving(kit, scrobblingProblems);

  serve(contract.makeToken, async ({ body, caller }) =>
    makeToken(ctx, userOf(caller).userId, body),
  );

  serve(contract.listTokens, async ({ caller }) => listTokens(ctx, userOf(caller).userId));

  serve(contract.revokeToken, async ({ params, caller }) => {
    const { userId } = userOf(caller);
    const revoked = await ctx.db.run(queries.revokeToken, {
      id: params.id,
      userId,
      now: ctx.now(),
    });
    return revoked === 0 ? refuse('NOT_FOUND', 'You have no such token.') : {};
  });

  serve(contract.approveApplication, async ({ body, caller }) => {
    const { requestToken } = body;
    if (!ctx.requestTokens.isWaiting(requestToken))
      return refuse(
        'NOT_FOUND',
        'No program waits under this token; let it ask again.',
        'requestToken',
      );
    const made = await makeSilentToken(ctx, userOf(caller).userId, 'approved program');
    if (!('code' in made)) ctx.requestTokens.approve(requestToken, made.id);
    return made;
  });
}
