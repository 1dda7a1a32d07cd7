import { fromCursor, toCursor } from '#foundation/kernel/cursor.ts';
import { cutPage, type PageOf } from '#foundation/kernel/endpoint.ts';
import type { UserId } from '#foundation/kernel/ids.ts';
import type { Refusal } from '#foundation/kernel/outcome.ts';
import { toIso } from '#foundation/kernel/time.ts';
import type { Db } from '#foundation/platform/postgres.ts';
import type { AuditEntry } from './contract.ts';
import type { AccountsContext } from './context.ts';
import { findAudit, insertAudit } from './queries.ts';

/** What was done, as `thing.happened`. */
export type AuditAction = `${string}.${string}`;

/**
 * Notes who did what to whom, in the transaction that did it: the note exists when and only when the deed does.
 * Never put a secret, or what somebody typed where a secret belongs, into `detail`.
 */
export async function audit(
  tx: Db,
  entry: {
    readonly actor: UserId | null;
    readonly action: AuditAction;
    readonly subject?: string;
    readonly detail?: Readonly<Record<string, unknown>>;
    readonly address?: string;
  },
): Promise<void> {
  await tx.run(insertAudit, {
    actor: entry.actor,
    action: entry.action,
    subject: entry.subject ?? null,
    detail: JSON.stringify(entry.detail ?? {}),
    address: entry.address ?? null,
  });
}

export async function listAudit(
  ctx: AccountsContext,
  asked: {
    readonly actor?: string;
    readonly action?: string;
    readonly subject?: string;
    readonly cursor?: string;
    readonly limit: number;
  },
): Promise<PageOf<AuditEntry> | Refusal<'VALIDATION_FAILED'>> {
  const page = fromCursor(asked.cursor, 'serial');
  if ('kind' in page) return page;
  const rows = await ctx.db.all(findAudit, {
    actor: asked.actor ?? null,
    action: asked.action ?? null,
    subject: asked.subject ?? null,
    before: page.after?.[0] ?? null,
    limit: asked.limit + 1,
  });
  return cutPage(
    rows,
    asked.limit,
    (row) => ({ ...row, id: String(row.id), at: toIso(row.at) }),
    (last) => toCursor(last.id),
  );
}
