import type { UserId } from '#foundation/kernel/ids.ts';
import type { Db } from '#foundation/platform/postgres.ts';
import { insertChange } from './queries.ts';

export type Change = {
  readonly actor: UserId;
  readonly entity: 'recording' | 'artist' | 'party';
  readonly entityId: string;
  readonly change: object;
};

/** Who did what, with what stood there before; in the transaction that did it. */
export async function noteChange(
  tx: Db,
  { actor, entity, entityId, change }: Change,
): Promise<void> {
  await tx.run(insertChange, { actor, entity, entityId, change: JSON.stringify(change) });
}
