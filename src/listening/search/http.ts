import { commonProblems } from '#foundation/kernel/outcome.ts';
import { serving, type Kit } from '#foundation/platform/http.ts';
import * as contract from './contract.ts';
import type { SearchContext } from './context.ts';
import { findNames } from './find-names.ts';
import type { Kind } from './hits.ts';

export function serveSearch(kit: Kit, ctx: SearchContext): void {
  const serve = serving(kit, commonProblems);
  serve(contract.search, async ({ query, caller }) =>
    findNames(
      ctx,
      {
        ...query,
        kinds: query.kinds?.split(',') as readonly Kind[] | undefined,
        limit: query.limit ?? contract.hitsPerKindDefault,
      },
      caller.kind === 'user' ? caller.userId : null,
    ),
  );
}
