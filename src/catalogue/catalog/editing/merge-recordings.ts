import type { ArtistId, PartyId, RecordingId, UserId } from '#foundation/kernel/ids.ts';
import { refuse, type Refusal } from '#foundation/kernel/outcome.ts';
import type { CatalogContext } from '../context.ts';
import { emit } from '#foundation/platform/outbox.ts';
import { recordingsMerged, tellLearned } from '../events.ts';
import { noteChange } from './note-change.ts';
import * as queries from './queries.ts';

/**
 * Two entries of one recording become one. The merged one stays as a signpost: its ISRC, its words, its files and its
 * plays lead to the one that stays, and the audit trail keeps what hung on it.
 */
export async function mergeRecordings(
  ctx: CatalogContext,
  { fromId, intoId }: { fromId: RecordingId; intoId: RecordingId },
  actor: UserId,
): Promise<Refusal | null> {
  if (fromId === intoId)
    return refuse('VALIDATION_FAILED', 'A recording cannot be merged into itself.', 'fromId');
  return ctx.db.tx(async (tx) => {
    const rows = await tx.all(queries.lockForEdit, { ids: [fromId, intoId] });
    const from = rows.find((r) => r.id === fromId);
    const into = rows.find((r) => r.id === intoId);
    if (from === undefined || into === undefined)
      return refuse('NOT_FOUND', 'There is no such recording.');
    if (from.mergedInto === intoId) return null;
    if (from.mergedInto !== null || into.mergedInto !== null) {
      return refuse(
        'CONFLICT',
        'One of the two was merged into another recording already; merge with that one.',
      );
    }
    const { standing } = await tx.one(queries.hangingOn, { id: fromId });
    const move = { fromId, intoId };
    await tx.run(queries.moveKeys, move);
    await tx.run(queries.moveTracks, move);
    await tx.run(queries.moveCredits, move);
    await tx.run(queries.copyWorks, move);
    await tx.run(queries.moveSplits, move);
    await tx.run(queries.fillFromMerged, move);
    await tx.run(queries.pointToWinner, move);
    await noteChange(tx, {
      actor,
      entity: 'recording',
      entityId: intoId,
      change: { what: 'merge', fromId, standing },
    });
    await emit(tx, recordingsMerged, { fromId, intoId });
    // References that named the merged one resolve now, or resolve to another id.
    await tellLearned(tx, [intoId]);
    return null;
  });
}

/** Two entries of one artist become one, and so do the parties that are paid for them. */
export async function mergeArtists(
  ctx: CatalogContext,
  { fromId, intoId }: { fromId: ArtistId; intoId: ArtistId },
  actor: UserId,
): Promise<Refusal | null> {
  if (fromId === intoId)
    return refuse('VALIDATION_FAILED', 'An artist cannot be merged into themselves.', 'fromId');
  return ctx.db.tx(async (tx) => {
    const rows = await tx.all(queries.lockArtists, { ids: [fromId, intoId] });
    const from = rows.find((r) => r.id === fromId);
    const into = rows.find((r) => r.id === intoId);
    if (from === undefined || into === undefined)
      return refuse('NOT_FOUND', 'There is no such artist.');
    if (from.mergedInto === intoId) return null;
    if (from.mergedInto !== null || into.mergedInto !== null) {
      return refuse(
        'CONFLICT',
        'One of the two was merged into another artist already; merge with that one.',
      );
    }
    if (from.userId !== null && into.userId !== null && from.userId !== into.userId) {
      return refuse(
        'CONFLICT',
        'Two different people have claimed these artists; settle whose they are first.',
      );
    }
    await tx.run(queries.moveArtistRecordings, { fromId, intoId });
    await tx.run(queries.moveArtistReleases, { fromId, intoId });
    await tx.run(queries.pointArtists, { fromId, intoId });
    const parties: { fromId: PartyId; intoId: PartyId } = {
      fromId: from.partyId,
      intoId: into.partyId,
    };
    if (parties.fromId !== parties.intoId) await tx.run(queries.pointParties, parties);
    if (into.userId === null && from.userId !== null)
      await tx.run(queries.linkParty, { id: into.partyId, userId: from.userId });
    await noteChange(tx, {
      actor,
      entity: 'artist',
      entityId: intoId,
      change: { what: 'merge', fromId, from, parties },
    });
    return null;
  });
}
