import { limitDefault } from '#foundation/kernel/endpoint.ts';
import { refuse } from '#foundation/kernel/outcome.ts';
import { serving, userOf, type Kit } from '#foundation/platform/http.ts';
import type { SyncContext } from './context.ts';
import * as contract from './contract.ts';
import { syncProblems } from './problems.ts';
import { cancelTask } from './queries.ts';
import { readSyncs } from './read-sync.ts';
import { startSync } from './start-sync.ts';

export function serveSync(kit: Kit, ctx: SyncContext): void {
  const serve = serving(kit, syncProblems);

  serve(contract.startSync, async ({ body, caller }) =>
    startSync(ctx, userOf(caller).userId, body),
  );

  serve(contract.listSyncs, async ({ query, caller }) => {
    const limit = query.limit ?? limitDefault;
    const items = await readSyncs(ctx, userOf(caller).userId, {
      before: query.cursor,
      limit: limit + 1,
    });
    return {
      items: items.slice(0, limit),
      nextCursor: items.length > limit ? items[limit - 1]!.taskId : null,
    };
  });

  serve(contract.getSync, async ({ params, caller }) => {
    const [one] = await readSyncs(ctx, userOf(caller).userId, { id: params.taskId, limit: 1 });
    return one ?? refuse('NOT_FOUND', 'You asked for no such sync.');
  });

  serve(contract.cancelSync, async ({ params, caller }) => {
    const { userId } = userOf(caller);
    await ctx.db.run(cancelTask, {
      id: params.taskId,
      requestedBy: userId,
      now: new Date(ctx.now()),
    });
    const [one] = await readSyncs(ctx, userId, { id: params.taskId, limit: 1 });
    return one ?? refuse('NOT_FOUND', 'You asked for no such sync.');
  });
}
