import { isUuid, newId, type UserId } from '#foundation/kernel/ids.ts';
import { refuse, type Refusal } from '#foundation/kernel/outcome.ts';
import type { Db } from '#foundation/platform/postgres.ts';
import * as queries from './claim-queries.ts';

/** Notes whose an unknown sound is said to be. It gives nothing by itself: people look at claims. */
export async function claimSound(
  db: Db,
  userId: UserId,
  soundId: string,
  note: string,
): Promise<Refusal | null> {
  const offered = isUuid(soundId) ? await db.maybe(queries.isOffered, { id: soundId }) : null;
  if (offered === null) return refuse('NOT_FOUND', 'There is no such sound.');
  const claim = { id: newId<'claim'>(), soundId, userId, note };
  return (await db.run(queries.insertClaim, claim)) === 0
    ? refuse('ALREADY_CLAIMED', 'Somebody else has claimed it; tell us if that is wrong.')
    : null;
}
