import { Readable } from 'node:stream';
import { fromCursor } from '#foundation/kernel/cursor.ts';
import { limitDefault } from '#foundation/kernel/endpoint.ts';
import { csvContentType } from '#foundation/kernel/csv.ts';
import type { RunId, StatementId } from '#foundation/kernel/ids.ts';
import type { Refusal } from '#foundation/kernel/outcome.ts';
import { serving, userOf, type Caller, type Kit } from '#foundation/platform/http.ts';
import { checkRun } from './check-run.ts';
import type { RoyaltiesContext } from './context.ts';
import {
  checkRun as checkRunEndpoint,
  createRun as createRunEndpoint,
  downloadRunStatements,
  downloadStatement,
  getRun,
  getStatement,
  listMyStatements,
  listRuns,
  listRunStatements,
} from './contract.ts';
import { createRun } from './create-run.ts';
import { exportRun, exportStatement, type CsvFile } from './export-statements.ts';
import { royaltyProblems } from './problems.ts';
import { readRun, readRuns } from './read-runs.ts';
import {
  readRunStatements,
  readStatement,
  readStatementsOf,
  type Reader,
} from './read-statements.ts';

export function serveRoyalties(kit: Kit, ctx: RoyaltiesContext): void {
  const serve = serving(kit, royaltyProblems);
  const { db } = ctx;

  function readerOf(caller: Caller): Reader {
    const user = userOf(caller);
    return { userId: user.userId, readsRuns: kit.gatekeeper.permits(user, 'runs.read') };
  }

  serve(createRunEndpoint, async ({ body, caller, request }) => {
    const key = request.headers['idempotency-key'];
    return createRun(ctx, userOf(caller).userId, body, typeof key === 'string' ? key : null);
  });

  serve(listRuns, async ({ query: { cursor = null, limit = limitDefault } }) =>
    readRuns(db, { before: cursor as RunId | null, limit }),
  );

  serve(getRun, async ({ params }) => readRun(db, params.id));

  serve(checkRunEndpoint, async ({ params }) => checkRun(ctx, params.id));

  serve(listRunStatements, async ({ params, query: { cursor, limit = limitDefault } }) => {
    const page = fromCursor(cursor, 'count');
    if ('kind' in page) return page;
    return readRunStatements(db, params.id, { after: page.after?.[0] ?? 0, limit });
  });

  serve(downloadRunStatements, async ({ params, reply }) =>
    sendFile(reply, await exportRun(db, params.id)),
  );

  serve(listMyStatements, async ({ caller, query: { cursor = null, limit = limitDefault } }) =>
    readStatementsOf(db, userOf(caller).userId, { before: cursor as StatementId | null, limit }),
  );

  serve(getStatement, async ({ params, caller }) => readStatement(db, readerOf(caller), params.id));

  serve(downloadStatement, async ({ params, caller, reply }) =>
    sendFile(reply, await exportStatement(db, readerOf(caller), params.id)),
  );
}

type Headers = { header(name: string, value: string): unknown };

/** A file is streamed, because a run may have a hundred thousand statements; its contract says text. */
function sendFile(reply: Headers, file: CsvFile | Refusal): string | Refusal {
  if (file.kind === 'refused') return file;
  reply.header('content-type', csvContentType);
  reply.header('content-disposition', `attachment; filename="${file.name}"`);
  return Readable.from(file.chunks) as unknown as string;
}
