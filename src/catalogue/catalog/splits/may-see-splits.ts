import type { RecordingId } from '#foundation/kernel/ids.ts';
import type { Caller } from '#foundation/platform/http.ts';
import type { CatalogContext } from '../context.ts';
import { ownsRecording } from './queries.ts';

/** Who owns what of a recording is between its owners and those who pay them. */
export async function maySeeSplits(
  ctx: CatalogContext,
  recordingId: RecordingId,
  caller: Caller,
): Promise<boolean> {
  if (caller.kind !== 'user') return false;
  if (ctx.permits(caller, 'splits.read') || ctx.permits(caller, 'catalog.edit')) return true;
  const { owns } = await ctx.db.one(ownsRecording, { recordingId, userId: caller.userId });
  return owns;
}
