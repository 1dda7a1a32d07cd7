import { fromCursor, toCursor } from '#foundation/kernel/cursor.ts';
import { cutPage, limitDefault, type PageOf } from '#foundation/kernel/endpoint.ts';
import { commonProblems, type Refusal } from '#foundation/kernel/outcome.ts';
import { toIso } from '#foundation/kernel/time.ts';
import { serving, userOf, type Kit } from '#foundation/platform/http.ts';
import type { FindingsContext } from './context.ts';
import * as contract from './contract.ts';
import { decideFinding } from './decide-finding.ts';
import * as queries from './queries.ts';

type Asked = { readonly limit?: number | undefined; readonly cursor?: string | undefined };
type Narrowed = Partial<Omit<queries.FindingFilter, 'before' | 'limit'>>;

export function serveFindings(kit: Kit, ctx: Pick<FindingsContext, 'db' | 'catalog'>): void {
  const serve = serving(kit, commonProblems);
  const { db } = ctx;

  serve(contract.listFindings, async ({ query }) =>
    page(query, { waiting: query.waiting ?? false, recordingId: query.recordingId ?? null }),
  );
  serve(contract.listOwnFindings, async ({ query, caller }) =>
    page(query, { ownerId: userOf(caller).userId }),
  );
  serve(contract.listImportFindings, async ({ params, query }) => {
    const found = await page(query, { importId: params.id });
    if ('kind' in found) return found;
    return { ...found, ...(await db.one(queries.countImported, { importId: params.id })) };
  });
  serve(contract.decideFinding, async ({ params, body, caller }) => {
    const refused = await decideFinding(ctx, params, body.decision, userOf(caller).userId);
    return refused ?? { decision: body.decision };
  });

  async function page(
    asked: Asked,
    filter: Narrowed,
  ): Promise<PageOf<contract.FindingOut> | Refusal> {
    const limit = asked.limit ?? limitDefault;
    const from = fromCursor(asked.cursor, 'uuid', 'uuid');
    if ('kind' in from) return from;
    const before = from.after && { recordingId: from.after[0], otherId: from.after[1] };
    const rows = await db.all(queries.listFindings, {
      waiting: false,
      recordingId: null,
      ownerId: null,
      importId: null,
      ...filter,
      before,
      limit: limit + 1,
    });
    return cutPage(
      rows,
      limit,
      (row) => ({
        ...row,
        foundAt: toIso(row.foundAt),
        decidedAt: row.decidedAt === null ? null : toIso(row.decidedAt),
      }),
      (last) => toCursor(last.recordingId, last.otherId),
    );
  }
}
