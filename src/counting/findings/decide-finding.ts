import { mergeRecordings } from '#catalogue/catalog/index.ts';
import type { RecordingId, UserId } from '#foundation/kernel/ids.ts';
import { refuse, type Refusal } from '#foundation/kernel/outcome.ts';
import type { FindingsContext } from './context.ts';
import * as queries from './queries.ts';

/**
 * A person's word about a finding. `merged` merges first and is noted then: after a crash in between the recording is merged, is
 * listed no more, and the same decision can be given again.
 */
export async function decideFinding(
  ctx: Pick<FindingsContext, 'db' | 'catalog'>,
  { recordingId, otherId }: { recordingId: RecordingId; otherId: RecordingId },
  decision: queries.Decision,
  by: UserId,
): Promise<Refusal | null> {
  const { db } = ctx;
  const finding = await db.maybe(queries.findFinding, { recordingId, otherId });
  if (finding === null) return refuse('NOT_FOUND', 'There is no such finding.');
  if (finding.decision !== null && finding.decision !== decision)
    return refuse('CONFLICT', `Somebody has decided already: ${finding.decision}.`);
  if (decision === 'merged') {
    if (finding.kind === 'mix' || finding.kind === 'sample')
      return refuse(
        'CONFLICT',
        'A mix or something with a sample in it is a recording of its own; confirm it instead.',
      );
    const refused = await mergeRecordings(
      ctx.catalog,
      { fromId: recordingId, intoId: otherId },
      by,
    );
    if (refused !== null) return refused;
  }
  await db.run(queries.noteDecision, { recordingId, otherId, decision, by });
  return null;
}
