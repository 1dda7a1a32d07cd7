import type { RecordingId } from '#foundation/kernel/ids.ts';
import { toIso } from '#foundation/kernel/time.ts';
import type { Db } from '#foundation/platform/postgres.ts';
import type { SplitOut } from '../shapes.ts';
import { listShares } from './queries.ts';

/** Every version of the recording's splits; within a right and territory the one that counts first comes first. */
export async function readSplits(db: Db, recordingId: RecordingId): Promise<SplitOut[]> {
  const splits = new Map<string, SplitOut>();
  for (const row of await db.all(listShares, { recordingId })) {
    const share = { partyId: row.partyId, name: row.name, basisPoints: row.basisPoints };
    const known = splits.get(row.splitId);
    if (known !== undefined) known.shares.push(share);
    else {
      splits.set(row.splitId, {
        id: row.splitId,
        right: row.right,
        territory: row.territory,
        validFrom: row.validFrom,
        version: row.version,
        provenance: row.provenance,
        setAt: toIso(row.setAt),
        shares: [share],
      });
    }
  }
  return [...splits.values()];
}
